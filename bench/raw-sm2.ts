/** The yardsticks: one signature made and one verified by OpenSSL, SM2 or P-256, over 32 bytes; nothing else around it. */
import type { KeyAlgorithm } from '../src/crypto/index.ts'
import { isSignedNatively } from '../src/crypto/native-crypto.ts'
import { syncSignerFromPkcs8 } from '../src/crypto/native-signer.ts'
import { generatePkcs8, nodeCrypto } from '../src/crypto/node.ts'
import type { Act } from './figure.ts'

export const RAW_SIGN = 'SM2 sign alone, OpenSSL'
export const RAW_VERIFY = 'SM2 verify alone, OpenSSL'

export const rawSignature = async (algorithm: KeyAlgorithm): Promise<{ readonly sign: Act; readonly verify: Act }> => {
  const signer = syncSignerFromPkcs8(generatePkcs8(algorithm))
  const message = new Uint8Array(32).fill(7)
  const check = { publicKey: signer.publicKey, algorithm: signer.algorithm, message, signature: signer.sign(message) }
  const isSigned = algorithm === 'SM2' ? isSignedNatively : nodeCrypto.isSignedBy
  return {
    sign: () => signer.sign(message),
    verify: () => {
      if (!isSigned(check)) throw new Error('a signature that does not verify')
    },
  }
}
