/** The yardsticks: one SM2 signature made and one verified by OpenSSL, over 32 bytes; nothing else around it. */
import { createPrivateKey, createPublicKey, createSign, createVerify } from 'node:crypto'
import { generatePkcs8, nodeCrypto, signerFromPkcs8 } from '../src/crypto/node.ts'
import { computeZ } from '../standards/gbt-32918-sm2/index.ts'
import type { Act } from './figure.ts'

export const RAW_SIGN = 'SM2 sign alone, OpenSSL'
export const RAW_VERIFY = 'SM2 verify alone, OpenSSL'

/** By OpenSSL through Node, the kernel left out: key imported, Z made, then the streaming calls. */
export const rawSignature = async (
  algorithm: 'SM2' | 'P-256',
): Promise<{ readonly sign: Act; readonly verify: Act }> => {
  const pkcs8 = generatePkcs8(algorithm)
  const { publicKey } = signerFromPkcs8(pkcs8)
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
  const verifying = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' })
  const [digest, z] = algorithm === 'SM2' ? ['sm3', computeZ(nodeCrypto, publicKey)] : ['sha256', new Uint8Array()]
  const message = new Uint8Array(32).fill(7)
  const sign = (): Uint8Array => createSign(digest).update(z).update(message).sign(key)
  const signature = sign()
  return {
    sign,
    verify: () => {
      if (!createVerify(digest).update(z).update(message).verify(verifying, signature))
        throw new Error('a signature that does not verify')
    },
  }
}
