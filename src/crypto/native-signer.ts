/**
 * Private keys on node:crypto: making them, and signing with them.
 * OpenSSL imports scalars outside the range and public halves that do not belong to the private one; both are refused here.
 */
import { createPrivateKey, createPublicKey, createSign, generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
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
import { TrustError } from '../errors.ts'
import { nodeCrypto } from './native-crypto.ts'
import type { KeyAlgorithm, Signer } from './ports.ts'
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
const PrivateKeyInfo = sequence({
  version: smallInteger(),
  algorithm: sequence({ algorithm: objectIdentifier(), parameters: objectIdentifier() }),
  privateKey: octetString(),
  attributes: optional(implicit(0, any(), true)),
})

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
/** GB/T 32918.1 §6.1: n-1 has no inverse of 1+d. */
const HIGHEST: Readonly<Record<KeyAlgorithm, bigint>> = { SM2: SM2_CURVE.n - 2n, 'P-256': P256_ORDER - 1n }

export interface SyncSigner extends Pick<Signer, 'algorithm' | 'publicKey'> {
  sign(message: Uint8Array): Uint8Array
}

interface EcKey {
  readonly algorithm: KeyAlgorithm
  readonly key: KeyObject
  readonly publicKey: Uint8Array
}

/** The public half is left out, so that OpenSSL computes it from the scalar. */
const withoutPublicHalf = (algorithm: KeyAlgorithm, scalar: Uint8Array): Uint8Array =>
  encode(PrivateKeyInfo, {
    version: 0,
    algorithm: { algorithm: OID.ecPublicKey, parameters: EC_CURVES[algorithm].oid },
    privateKey: encode(ECPrivateKey, { version: 1, privateKey: scalar }),
  })

const importKey = (pkcs8: Uint8Array): EcKey => {
  const info = decode(PrivateKeyInfo, pkcs8, 'PrivateKeyInfo')
  const ec = decode(ECPrivateKey, info.privateKey, 'ECPrivateKey')
  const curve = info.algorithm.parameters
  const algorithm = (['SM2', 'P-256'] as const).find((a) => EC_CURVES[a].oid === curve)
  if (info.algorithm.algorithm !== OID.ecPublicKey || algorithm === undefined || (ec.parameters ?? curve) !== curve)
    throw new TrustError('KEY_UNUSABLE', 'private key of an unsupported kind')
  const d = bytesToBigInt(ec.privateKey)
  if (ec.privateKey.length !== EC_CURVES[algorithm].size || d < 1n || d > HIGHEST[algorithm])
    throw new TrustError('KEY_UNUSABLE', 'private key outside its range')
  const der = Buffer.from(withoutPublicHalf(algorithm, ec.privateKey))
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0)
  const publicKey = new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }))
  const parsed = parsePublicKey(publicKey)
  if (parsed.kind !== algorithm || (ec.publicKey !== undefined && !equalBytes(ec.publicKey, parsed.point)))
    throw new TrustError('KEY_UNUSABLE', 'public half does not belong to the private key')
  return { algorithm, key, publicKey }
}

const readKey = (pkcs8: Uint8Array): EcKey => {
  try {
    return importKey(pkcs8)
  } catch (cause) {
    if (cause instanceof TrustError) throw cause
    throw new TrustError('KEY_UNUSABLE', 'private key is malformed')
  }
}

/** Signing without a promise, for the start-up check. @throws TrustError KEY_UNUSABLE */
export const syncSignerFromPkcs8 = (pkcs8: Uint8Array): SyncSigner => {
  const { algorithm, key, publicKey } = readKey(pkcs8)
  const z = algorithm === 'SM2' ? computeZ(nodeCrypto, publicKey) : undefined
  return {
    algorithm: EC_CURVES[algorithm].signs,
    publicKey,
    sign: (message) =>
      new Uint8Array(
        z === undefined ? sign('sha256', message, key) : createSign('sm3').update(z).update(message).sign(key),
      ),
  }
}

/** A signer over an SM2 or P-256 key in DER PKCS#8. @throws TrustError KEY_UNUSABLE */
export const signerFromPkcs8 = (pkcs8: Uint8Array): Signer => {
  const now = syncSignerFromPkcs8(pkcs8)
  return { ...now, sign: async (message) => now.sign(message) }
}

/** A new private key as DER PKCS#8, for a KeyStore to keep; a signer needs it imported again (native-crypto.ts says why). */
export const generatePkcs8 = (algorithm: KeyAlgorithm): Uint8Array => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: EC_CURVES[algorithm].nodeName })
  return new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' }))
}
