/**
 * Custody in a device that speaks PKCS#11 v2.40: keys are made there, sign there, and do not leave. P-256 and RSA-3072; SM2 where
 * the device has a mechanism of its own for it (settings PKCS11_SM2_…), as the standard names none and ECDSA on that curve is not
 * SM2. Refuses a key whose halves do not belong together, by one signature when it is first asked for.
 */
import { readFileSync, statSync } from 'node:fs'
import { computeZ } from '../../standards/gbt-32918-sm2/index.ts'
import { concat, fromHex, utf8 } from '../../standards/bytes.ts'
import { derFromRaw } from '../../src/crypto/index.ts'
import type { KeyAlgorithm, KeyStore, Signer } from '../../src/crypto/index.ts'
import { makeBoundedCache, nodeCrypto } from '../../src/crypto/node.ts'
import { TrustError, isTrustError } from '../../src/errors.ts'
import type { RandomSource } from '../../src/kernel/index.ts'
import type { Connection, Line } from './connection.ts'
import { makeConnection } from './connection.ts'
import type { Cryptoki } from './cryptoki.ts'
import { CK, loadCryptoki } from './cryptoki.ts'
import type { Sm2Numbers, TokenKey } from './key-objects.ts'
import { hasTokenKey, makeTokenKey, readTokenKey } from './key-objects.ts'

export interface Pkcs11Options {
  /** Path of the library. */
  readonly module: string
  readonly tokenLabel: string
  /** Read at each login. */
  readonly pinFile: string
  readonly sessions: number
  readonly sm2?: Sm2Numbers
  readonly random: RandomSource
  /** In place of the library at `module`. */
  readonly cryptoki?: Cryptoki
  readonly patience?: number
  readonly retryAfter?: number
}

export interface Pkcs11KeyStore extends KeyStore {
  close(): Promise<void>
}

const KEY_ID = /^[a-z0-9]+(-[a-z0-9]+)*$/
const MAX_KEY_ID = 120
const MAX_KEYS = 10_000
/** An RSA signature of 8192 bits fits. */
const SPACE = 1024

const requireKeyId = (keyId: string): void => {
  if (keyId.length > MAX_KEY_ID || !KEY_ID.test(keyId))
    throw new TrustError('INPUT_INVALID', 'not a key id', { field: 'keyId' })
}

interface Store {
  readonly connection: Connection
  readonly options: Pkcs11Options
}

const signMechanism = ({ options }: Store, algorithm: KeyAlgorithm): number =>
  ({ SM2: options.sm2?.sign ?? CK.ECDSA, 'P-256': CK.ECDSA, 'RSA-3072': CK.RSA_PKCS })[algorithm]

const requireOffered = (store: Store, line: Line, algorithm: KeyAlgorithm): void => {
  const offered = line.cryptoki.C_GetMechanismList(line.slot)
  if ((algorithm === 'SM2' && store.options.sm2 === undefined) || !offered.includes(signMechanism(store, algorithm)))
    throw new TrustError('KEY_ALGORITHM_UNSUPPORTED', `the device does not offer ${algorithm}; see PKCS11_SM2_SIGN`)
}

/** RFC 8017 §9.2, note 1: DigestInfo of SHA-256 up to the digest. */
const SHA256_INFO = fromHex('3031300d060960864801650304020105000420')

/** What the mechanism is given: always a digest, so that long messages stay here and empty ones work. */
const inputOf = ({ algorithm, publicKey }: Omit<TokenKey, 'privateKey'>, message: Uint8Array): Buffer => {
  if (algorithm === 'RSA-3072') return Buffer.from(concat(SHA256_INFO, nodeCrypto.digest('sha256', message)))
  if (algorithm === 'P-256') return Buffer.from(nodeCrypto.digest('sha256', message))
  return Buffer.from(nodeCrypto.digest('sm3', concat(computeZ(nodeCrypto, publicKey), message)))
}

/** Every signature is checked before it leaves: a device that errs must not publish what betrays its key. */
const signWith = async (
  store: Store,
  line: Line,
  { key, input }: { key: TokenKey; input: Buffer },
): Promise<Uint8Array> => {
  const { cryptoki, session } = line
  cryptoki.C_SignInit(session, { mechanism: signMechanism(store, key.algorithm), parameter: null }, key.privateKey)
  const raw = new Uint8Array(await cryptoki.C_SignAsync(session, input, Buffer.alloc(SPACE)))
  if (key.algorithm === 'RSA-3072') return raw
  if (raw.length !== 64) throw brokenSignature()
  return derFromRaw(raw, 32)
}

/** As a device that is away: the connection starts anew, and with it what the device had mixed up. */
const brokenSignature = (): TrustError =>
  new TrustError('TRY_LATER', 'the key device made a signature that does not verify')

const SIGNS = { SM2: 'SM2-SM3', 'P-256': 'ECDSA-SHA256', 'RSA-3072': 'RSA-SHA256' } as const

const loadSigner = async (store: Store, keyId: string): Promise<Signer> => {
  let known: { readonly generation: number; readonly key: TokenKey } | undefined
  const keyOn = (line: Line): TokenKey => {
    if (known?.generation === line.generation) return known.key
    const key = readTokenKey(line, keyId)
    if (known !== undefined && !Buffer.from(known.key.publicKey).equals(key.publicKey))
      throw new TrustError('KEY_UNUSABLE', `${keyId}: the token holds another key than before`)
    known = { generation: line.generation, key }
    return key
  }
  const key = await store.connection.use(async (line) => {
    const found = keyOn(line)
    requireOffered(store, line, found.algorithm)
    return found
  })
  const { publicKey } = key
  const algorithm = SIGNS[key.algorithm]
  const sign = (message: Uint8Array): Promise<Uint8Array> => {
    const input = inputOf(key, message)
    return store.connection.use(async (line) => {
      const signature = await signWith(store, line, { key: keyOn(line), input })
      if (!nodeCrypto.isSignedBy({ algorithm, publicKey, message, signature })) throw brokenSignature()
      return signature
    })
  }
  await requirePair(keyId, () => sign(concat(utf8('xinyin key check '), store.options.random.bytes(16))))
  return { algorithm, publicKey, sign }
}

/** A device that is there and signs wrongly twice has a public half of another key. */
const requirePair = async (keyId: string, probe: () => Promise<unknown>): Promise<void> => {
  try {
    await probe()
  } catch (error) {
    if (!isTrustError(error) || error.message !== brokenSignature().message) throw error
    throw new TrustError('KEY_UNUSABLE', `${keyId}: public half does not belong to the private one`)
  }
}

/** Goes on where a connection broke: a key that is there the second time was made by the first. */
const generate = async (store: Store, keyId: string, algorithm: KeyAlgorithm): Promise<Uint8Array> => {
  const { sm2 } = store.options
  let isMaking = false
  const key = await store.connection.use(async (line) => {
    requireOffered(store, line, algorithm)
    const isThere = hasTokenKey(line, keyId)
    if (isThere && !isMaking) throw new TrustError('CONFLICT', `key id ${keyId} is in use`)
    isMaking = true
    if (!isThere) await makeTokenKey(line, { keyId, algorithm, ...(sm2 === undefined ? {} : { sm2 }) })
    return readTokenKey(line, keyId)
  })
  if (key.algorithm !== algorithm) throw new TrustError('CONFLICT', `key id ${keyId} is in use`)
  return key.publicKey
}

const readPin = (path: string): string => {
  try {
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0)
      throw new TrustError('CONFIG_INVALID', `PKCS11_PIN_FILE: others can read ${path}; chmod 600`)
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    if (isTrustError(error)) throw error
    throw new TrustError('CONFIG_INVALID', `PKCS11_PIN_FILE: ${path} cannot be read`)
  }
}

/** @throws TrustError CONFIG_INVALID when the package or the library is missing; a device that is away is found later */
export const openPkcs11KeyStore = async (options: Pkcs11Options): Promise<Pkcs11KeyStore> => {
  const { tokenLabel, pinFile, sessions, patience, retryAfter } = options
  const cryptoki = options.cryptoki ?? (await loadCryptoki(options.module))
  const connection = makeConnection({
    cryptoki,
    tokenLabel,
    sessions,
    pin: () => readPin(pinFile),
    ...(patience === undefined ? {} : { patience }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  })
  const store: Store = { connection, options }
  const signers = makeBoundedCache<Promise<Signer>>(MAX_KEYS)
  // Names are not unique to a token: whoever makes a key looks first, and one does so at a time.
  let making: Promise<unknown> = Promise.resolve()
  return {
    generate: async (keyId, algorithm) => {
      requireKeyId(keyId)
      const mine = making.then(() => generate(store, keyId, algorithm))
      making = mine.catch(() => undefined)
      return mine
    },
    has: async (keyId) => {
      requireKeyId(keyId)
      return connection.use((line) => Promise.resolve(hasTokenKey(line, keyId)))
    },
    signer: async (keyId) => {
      requireKeyId(keyId)
      const cached = signers.get(keyId)
      if (cached !== undefined) return cached
      const loading = loadSigner(store, keyId)
      signers.set(keyId, loading)
      loading.catch(() => signers.delete(keyId))
      return loading
    },
    close: () => connection.close(),
  }
}
