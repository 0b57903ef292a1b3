/** How a key in a file signs: SM2 by the kernel's constant-time path (by OpenSSL where there is no kernel), all others by OpenSSL. */
import { signerFromPkcs8 } from './native-signer.ts'
import type { Signer } from './ports.ts'
import { makeSm2Signer } from './sm2-signer.ts'

/** Over DER PKCS#8. @throws TrustError KEY_UNUSABLE */
export const softwareSigner = (pkcs8: Uint8Array): Signer => {
  const native = signerFromPkcs8(pkcs8)
  if (native.algorithm !== 'SM2-SM3') return native
  const { sign, ...kernel } = makeSm2Signer(pkcs8)
  return { ...kernel, sign: async (message) => sign(message) }
}
