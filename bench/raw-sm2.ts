/** The yardsticks: one SM2 signature made and one verified by OpenSSL, over 32 bytes; nothing else around it. */
import type { KeyAlgorithm } from '../src/crypto/index.ts'
import { generatePkcs8, nodeCrypto, signerFromPkcs8 } from '../src/crypto/node.ts'
import type { Act } from './figure.ts'

export const RAW_SIGN = 'SM2 sign alone, OpenSSL'
export const RAW_VERIFY = 'SM2 verify alone, OpenSSL'

export const rawSignature = async (algorithm: KeyAlgorithm): Promise<{ readonly sign: Act; readonly verify: Act }> => {
  const signer = signerFromPkcs8(generatePkcs8(algorithm))
  const message = new Uint8Array(32).fill(7)
  const { publicKey, algorithm: suite } = signer
  const signature = await signer.sign(message)
  return {
    sign: () => signer.sign(message),
    verify: () => {
      if (!nodeCrypto.isSignedBy({ algorithm: suite, publicKey, message, signature }))
        throw new Error('a signature that does not verify')
    },
  }
}
