/**
 * Custody in files, for development and small installations: a certified device (SDF, PKCS#11) is another KeyStore.
 * Refuses ids that could leave the folder, an id in use, and a key whose halves do not belong together.
 */
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { equalBytes, toHex } from '../../standards/bytes.ts'
import { generatePkcs8, makeBoundedCache, signerFromPkcs8 } from '../../src/crypto/node.ts'
import type { KeyStore, Signer } from '../../src/crypto/ports.ts'
import { TrustError } from '../../src/errors.ts'
import type { RandomSource } from '../../src/kernel/index.ts'
import { encodeKeyFile, parseKeyFile, wrappingKey } from './key-file.ts'
import { writeOnce } from './write-once.ts'

export interface SoftwareKeyStoreOptions {
  /** Made when the first key is. */
  readonly folder: string
  /** 32 bytes. */
  readonly masterKey: Uint8Array
  readonly random: RandomSource
}

const KEY_ID = /^[a-z0-9]+(-[a-z0-9]+)*$/
const MAX_KEY_ID = 120
/** Seals of a whole province do not fit in memory; those in use do. */
const MAX_SIGNERS = 10_000

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** @throws TrustError CONFIG_INVALID for a master key of wrong length */
export const openSoftwareKeyStore = ({ folder, masterKey, random }: SoftwareKeyStoreOptions): KeyStore => {
  const wrapping = wrappingKey(masterKey)
  const signers = makeBoundedCache<Promise<Signer>>(MAX_SIGNERS)

  const pathOf = (keyId: string): string => {
    if (keyId.length > MAX_KEY_ID || !KEY_ID.test(keyId))
      throw new TrustError('INPUT_INVALID', 'not a key id', { field: 'keyId' })
    return join(folder, `${keyId}.key.json`)
  }

  const load = async (keyId: string): Promise<Signer> => {
    let text: string
    try {
      text = await readFile(pathOf(keyId), 'utf8')
    } catch (cause) {
      if (isMissing(cause)) throw new TrustError('KEY_NOT_FOUND', `no key ${keyId}`)
      throw cause
    }
    const { publicKey, privateKey } = parseKeyFile(wrapping, keyId, text)
    const signer = signerFromPkcs8(privateKey)
    privateKey.fill(0)
    if (!equalBytes(signer.publicKey, publicKey))
      throw new TrustError('KEY_UNUSABLE', `public half of ${keyId} does not belong to the private one`)
    return signer
  }

  return {
    generate: async (keyId, algorithm) => {
      const path = pathOf(keyId)
      const privateKey = generatePkcs8(algorithm)
      const { publicKey } = signerFromPkcs8(privateKey)
      const text = encodeKeyFile(wrapping, { keyId, publicKey, privateKey }, random)
      privateKey.fill(0)
      if (!(await writeOnce(path, text, toHex(random.bytes(8)))))
        throw new TrustError('CONFLICT', `key id ${keyId} is in use`)
      return publicKey
    },
    signer: async (keyId) => {
      const cached = signers.get(keyId)
      if (cached !== undefined) return cached
      const loading = load(keyId)
      signers.set(keyId, loading)
      loading.catch(() => signers.delete(keyId))
      return loading
    },
    has: async (keyId) => {
      try {
        await access(pathOf(keyId))
        return true
      } catch (error) {
        if (isMissing(error)) return false
        throw error
      }
    },
  }
}
