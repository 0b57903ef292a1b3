/**
 * Custody in files, for development and small installations: a certified device (SDF, PKCS#11) is another KeyStore.
 * Refuses ids that could leave the folder, an id in use, and a key whose halves do not belong together.
 */
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { equalBytes, toHex } from '../../standards/bytes.ts'
import type { KeyRing } from '../../src/crypto/node.ts'
import {
  fixedKeyRing,
  generatePkcs8Aside,
  makeBoundedCache,
  signerFromPkcs8,
  softwareSigner,
} from '../../src/crypto/node.ts'
import type { KeyAlgorithm, KeyStore, Signer } from '../../src/crypto/ports.ts'
import { TrustError } from '../../src/errors.ts'
import type { RandomSource } from '../../src/kernel/index.ts'
import { encodeKeyFile, parseKeyFile, wrappingKey } from './key-file.ts'
import { writeOnce } from './write-once.ts'

export interface SoftwareKeyStoreOptions {
  /** Made when the first key is. */
  readonly folder: string
  /** 32 bytes that never change, or the ring of the service. */
  readonly masterKey: Uint8Array | KeyRing
  readonly random: RandomSource
}

const KEY_ID = /^[a-z0-9]+(-[a-z0-9]+)*$/
const MAX_KEY_ID = 120
/** Seals of a whole province do not fit in memory; those in use do. */
const MAX_SIGNERS = 10_000

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

interface Store extends Pick<SoftwareKeyStoreOptions, 'folder' | 'random'> {
  readonly ring: KeyRing
}

const pathOf = ({ folder }: Store, keyId: string): string => {
  if (keyId.length > MAX_KEY_ID || !KEY_ID.test(keyId))
    throw new TrustError('INPUT_INVALID', 'not a key id', { field: 'keyId' })
  return join(folder, `${keyId}.key.json`)
}

const generate = async (store: Store, keyId: string, algorithm: KeyAlgorithm): Promise<Uint8Array> => {
  const path = pathOf(store, keyId)
  const privateKey = await generatePkcs8Aside(algorithm)
  const { publicKey } = signerFromPkcs8(privateKey)
  const text = encodeKeyFile(store.ring, { keyId, publicKey, privateKey }, store.random)
  privateKey.fill(0)
  if (!(await writeOnce(path, text, toHex(store.random.bytes(8)))))
    throw new TrustError('CONFLICT', `key id ${keyId} is in use`)
  return publicKey
}

const readKeyFile = async (store: Store, keyId: string): Promise<string> => {
  const path = pathOf(store, keyId)
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (isMissing(cause)) throw new TrustError('KEY_NOT_FOUND', `no key ${keyId}`)
    throw cause
  }
}

const load = async (store: Store, keyId: string): Promise<Signer> => {
  const { publicKey, privateKey } = parseKeyFile(store.ring, keyId, await readKeyFile(store, keyId))
  const signer = softwareSigner(privateKey)
  privateKey.fill(0)
  if (!equalBytes(signer.publicKey, publicKey))
    throw new TrustError('KEY_UNUSABLE', `public half of ${keyId} does not belong to the private one`)
  return signer
}

const has = async (store: Store, keyId: string): Promise<boolean> => {
  const path = pathOf(store, keyId)
  try {
    await access(path)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

/** @throws TrustError CONFIG_INVALID for a master key of wrong length */
export const openSoftwareKeyStore = ({ folder, masterKey, random }: SoftwareKeyStoreOptions): KeyStore => {
  const ring = masterKey instanceof Uint8Array ? fixedKeyRing([{ id: 'm1', key: masterKey }], 'm1') : masterKey
  wrappingKey(ring.current()).fill(0)
  const store: Store = { folder, random, ring }
  const signers = makeBoundedCache<Promise<Signer>>(MAX_SIGNERS)
  return {
    generate: (keyId, algorithm) => generate(store, keyId, algorithm),
    has: (keyId) => has(store, keyId),
    signer: async (keyId) => {
      const cached = signers.get(keyId)
      if (cached !== undefined) return cached
      const loading = load(store, keyId)
      signers.set(keyId, loading)
      loading.catch(() => signers.delete(keyId))
      return loading
    },
  }
}
