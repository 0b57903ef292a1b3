/**
 * Private keys on node:crypto: making them, and signing with them.
 * OpenSSL imports scalars outside the range and public halves that do not belong to the private one; both are refused here.
 */
import {
  createPrivateKey,
  createPublicKey,
  createSign,
  generateKeyPair,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Schema } from '../../standards/der/index.ts'
import {
  any,
  bitString,
  bytesToBigInt,
  decode,
  encode,
  explicit,
  implicit,
  objectIdentifier,
  octetString,
  optional,
  sequence,
  smallInteger,
} from '../../standards/der/index.ts'
import { equalBytes } from '../../standards/bytes.ts'
import { computeZ, SM2_CURVE } from '../../standards/gbt-32918-sm2/index.ts'
import { OID } from '../../standards/oid/index.ts'
import type { SignatureAlgorithm } from '../../standards/ports.ts'
import { TrustError } from '../errors.ts'
import { nodeCrypto } from './native-crypto.ts'
import type { CurveAlgorithm, KeyAlgorithm, Signer } from './ports.ts'
import { parsePublicKey } from './public-key.ts'
import { EC_CURVES } from './suites.ts'

/** RFC 5915 §3. */
const ECPrivateKey = sequence({
  version: smallInteger(),
  privateKey: octetString(),
  parameters: optional(explicit(0, objectIdentifier())),
  publicKey: optional(explicit(1, bitString())),
})
/** RFC 5958 §2, version 0: no public half outside the ECPrivateKey. */
const privateKeyInfo = <T>(parameters: Schema<T>) =>
  sequence({
    version: smallInteger(),
    algorithm: sequence({ algorithm: objectIdentifier(), parameters }),
    privateKey: octetString(),
    attributes: optional(implicit(0, any(), true)),
  })
const PrivateKeyInfo = privateKeyInfo(any())
const EcPrivateKeyInfo = privateKeyInfo(objectIdentifier())
/** The parameters of RSA (RFC 8017 annex A.1). */
const NULL = 0x05

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
/** GB/T 32918.1 §6.1: n-1 has no inverse of 1+d. */
const HIGHEST: Readonly<Record<CurveAlgorithm, bigint>> = { SM2: SM2_CURVE.n - 2n, 'P-256': P256_ORDER - 1n }

export interface SyncSigner extends Pick<Signer, 'algorithm' | 'publicKey'> {
  sign(message: Uint8Array): Uint8Array
}

interface PrivateKey {
  readonly algorithm: KeyAlgorithm
  readonly signs: SignatureAlgorithm
  readonly key: KeyObject
  readonly publicKey: Uint8Array
}
const RSA_BITS = 3072
const RSA_EXPONENT = 65_537

/** The public half is left out, so that OpenSSL computes it from the scalar. */
const withoutPublicHalf = (algorithm: CurveAlgorithm, scalar: Uint8Array): Uint8Array =>
  encode(EcPrivateKeyInfo, {
    version: 0,
    algorithm: { algorithm: OID.ecPublicKey, parameters: EC_CURVES[algorithm].oid },
    privateKey: encode(ECPrivateKey, { version: 1, privateKey: scalar }),
  })

const publicHalf = (key: KeyObject): Uint8Array =>
  new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }))

const privateKeyOf = (pkcs8: Uint8Array): KeyObject => {
  const der = Buffer.from(pkcs8)
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  } finally {
    der.fill(0)
  }
}

const importEc = (curve: string, privateKey: Uint8Array): PrivateKey => {
  const algorithm = (['SM2', 'P-256'] as const).find((a) => EC_CURVES[a].oid === curve)
  const ec = decode(ECPrivateKey, privateKey, 'ECPrivateKey')
  if (algorithm === undefined || ec.version !== 1 || (ec.parameters ?? curve) !== curve) throw unsupported()
  const d = bytesToBigInt(ec.privateKey)
  if (ec.privateKey.length !== EC_CURVES[algorithm].size || d < 1n || d > HIGHEST[algorithm])
    throw new TrustError('KEY_UNUSABLE', 'private key outside its range')
  const der = withoutPublicHalf(algorithm, ec.privateKey)
  const key = privateKeyOf(der)
  der.fill(0)
  const publicKey = publicHalf(key)
  const parsed = parsePublicKey(publicKey)
  if (parsed.kind !== algorithm || (ec.publicKey !== undefined && !equalBytes(ec.publicKey, parsed.point)))
    throw new TrustError('KEY_UNUSABLE', 'public half does not belong to the private key')
  return { algorithm, signs: EC_CURVES[algorithm].signs, key, publicKey }
}

/** OpenSSL does not look whether the exponents belong to the modulus: one signature tells. */
const importRsa = (pkcs8: Uint8Array): PrivateKey => {
  const key = privateKeyOf(pkcs8)
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {}
  if (modulusLength !== RSA_BITS || publicExponent !== BigInt(RSA_EXPONENT)) throw unsupported()
  const probe = Buffer.from('xinyin key check')
  if (!verify('sha256', probe, createPublicKey(key), sign('sha256', probe, key)))
    throw new TrustError('KEY_UNUSABLE', 'public half does not belong to the private key')
  return { algorithm: 'RSA-3072', signs: 'RSA-SHA256', key, publicKey: publicHalf(key) }
}

const unsupported = (): TrustError => new TrustError('KEY_UNUSABLE', 'private key of an unsupported kind')

const importKey = (pkcs8: Uint8Array): PrivateKey => {
  const info = decode(PrivateKeyInfo, pkcs8, 'PrivateKeyInfo')
  const { algorithm, parameters } = info.algorithm
  if (algorithm === OID.rsaEncryption && parameters.tag === NULL) return importRsa(pkcs8)
  if (algorithm !== OID.ecPublicKey || info.version !== 0) throw unsupported()
  return importEc(decode(objectIdentifier(), parameters.der, 'PrivateKeyInfo'), info.privateKey)
}

const readKey = (pkcs8: Uint8Array): PrivateKey => {
  try {
    return importKey(pkcs8)
  } catch (cause) {
    if (cause instanceof TrustError) throw cause
    throw new TrustError('KEY_UNUSABLE', 'private key is malformed')
  }
}

const signNow = ({ algorithm, key, publicKey }: PrivateKey): ((message: Uint8Array) => Uint8Array) => {
  if (algorithm !== 'SM2') return (message) => new Uint8Array(sign('sha256', message, key))
  const z = computeZ(nodeCrypto, publicKey)
  return (message) => new Uint8Array(createSign('sm3').update(z).update(message).sign(key))
}

/** Signing without a promise, for the start-up check. @throws TrustError KEY_UNUSABLE */
export const syncSignerFromPkcs8 = (pkcs8: Uint8Array): SyncSigner => {
  const read = readKey(pkcs8)
  return { algorithm: read.signs, publicKey: read.publicKey, sign: signNow(read) }
}

/** Milliseconds each: on the thread pool. */
const signRsa = (key: KeyObject, message: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve, reject) =>
    sign('sha256', message, key, (error, signature) => (error ? reject(error) : resolve(new Uint8Array(signature)))),
  )

/** A signer over an SM2, P-256 or RSA-3072 key in DER PKCS#8. @throws TrustError KEY_UNUSABLE */
export const signerFromPkcs8 = (pkcs8: Uint8Array): Signer => {
  const read = readKey(pkcs8)
  const now = signNow(read)
  return {
    algorithm: read.signs,
    publicKey: read.publicKey,
    sign: read.algorithm === 'RSA-3072' ? (message) => signRsa(read.key, message) : async (message) => now(message),
  }
}

const PKCS8 = { type: 'pkcs8', format: 'der' } as const

/**
 * A new private key as DER PKCS#8, for a KeyStore to keep; a signer needs it imported again (native-crypto.ts says why).
 * RSA takes long enough to be noticed by all others: `generatePkcs8Aside` makes it on the thread pool.
 */
export const generatePkcs8 = (algorithm: KeyAlgorithm): Uint8Array => {
  const { privateKey } =
    algorithm === 'RSA-3072'
      ? generateKeyPairSync('rsa', { modulusLength: RSA_BITS, publicExponent: RSA_EXPONENT })
      : generateKeyPairSync('ec', { namedCurve: EC_CURVES[algorithm].nodeName })
  return new Uint8Array(privateKey.export(PKCS8))
}

export const generatePkcs8Aside = (algorithm: KeyAlgorithm): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    if (algorithm !== 'RSA-3072') return resolve(generatePkcs8(algorithm))
    generateKeyPair('rsa', { modulusLength: RSA_BITS, publicExponent: RSA_EXPONENT }, (error, _, key) =>
      error ? reject(error) : resolve(new Uint8Array(key.export(PKCS8))),
    )
  })
