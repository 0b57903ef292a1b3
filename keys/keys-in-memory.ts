/** A KeyStore with some keys beside those it keeps, for one session: an offline root out of its shares. Nothing of them is written. */
import { equalBytes } from '../standards/bytes.ts'
import type { KeyStore, Signer } from '../src/crypto/index.ts'
import { signerFromPkcs8 } from '../src/crypto/node.ts'
import { TrustError } from '../src/errors.ts'
import type { KeyFile } from './software/index.ts'

/** Zeroes the private keys that it is given. @throws TrustError KEY_UNUSABLE */
export const withKeysInMemory = (store: KeyStore, keys: readonly KeyFile[]): KeyStore => {
  const signers = new Map<string, Signer>()
  for (const { keyId, publicKey, privateKey } of keys) {
    const signer = signerFromPkcs8(privateKey)
    privateKey.fill(0)
    if (!equalBytes(signer.publicKey, publicKey))
      throw new TrustError('KEY_UNUSABLE', `${keyId}: public half does not belong to the private one`)
    signers.set(keyId, signer)
  }
  return {
    generate: (keyId, algorithm) => store.generate(keyId, algorithm),
    has: async (keyId) => signers.has(keyId) || store.has(keyId),
    signer: async (keyId) => signers.get(keyId) ?? store.signer(keyId),
  }
}
