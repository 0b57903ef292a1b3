/**
 * The crypto port on node:crypto. SM2 through our kernel (sm2-verifier.ts), and where there is none only by the one way that is standard
 * SM2 in OpenSSL: a key imported from DER, Z made by us, then the streaming verifier over Z || M (a generated key would do ECDSA, the
 * one-shot call an empty id).
 */
import { createHash, createPublicKey, createVerify, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import {
  computeZ,
  encodeSm2PublicKey,
  parseSm2Signature,
  rawFromSm2Signature,
} from '../../standards/gbt-32918-sm2/index.ts'
import type { Sm2VerifyingKey } from '../../standards/gbt-32918-sm2/index.ts'
import type { CryptoPort, Digests, SignatureCheck } from '../../standards/ports.ts'
import { makeBoundedCache } from './bounded-cache.ts'
import { rawFromDer } from './ecdsa-signature.ts'
import { parsePublicKey } from './public-key.ts'
import { sm2Engine } from './sm2-verifier.ts'
import type { KeyKind } from './suites.ts'
import { EC_CURVES, SUITES } from './suites.ts'

interface ImportedKey {
  readonly kind: KeyKind
  readonly key: KeyObject
  /** Empty for kinds without one. */
  readonly z: Uint8Array
  /** `04 || X || Y`; SM2 only. */
  readonly point?: Uint8Array
  /** From the first check on that meets a kernel. */
  verifying?: Sm2VerifyingKey
}

const MAX_KEYS = 4096
const keys = makeBoundedCache<ImportedKey>(MAX_KEYS)

const digests: Digests = {
  digest: (algorithm, ...parts) => {
    const hash = createHash(algorithm)
    for (const part of parts) hash.update(part)
    return new Uint8Array(hash.digest())
  },
}

/** Explicit SM2 parameters are replaced by the curve's name, so that OpenSSL sees one form only. */
const importSpki = (spki: Uint8Array): ImportedKey => {
  const parsed = parsePublicKey(spki)
  const named = parsed.kind === 'SM2' ? encodeSm2PublicKey(parsed.point) : spki
  const key = createPublicKey({ key: Buffer.from(named), format: 'der', type: 'spki' })
  if (parsed.kind !== 'SM2') return { kind: parsed.kind, key, z: new Uint8Array() }
  return { kind: 'SM2', key, z: computeZ(digests, parsed.point), point: parsed.point.slice() }
}

const importedKey = (spki: Uint8Array): ImportedKey => {
  const name = Buffer.from(spki.buffer, spki.byteOffset, spki.length).toString('latin1')
  const found = keys.get(name)
  if (found !== undefined) return found
  const made = importSpki(spki)
  keys.set(name, made)
  return made
}

/** By OpenSSL. */
const checkNatively = ({ key, z }: ImportedKey, message: Uint8Array, signature: Uint8Array): boolean => {
  parseSm2Signature(signature)
  return createVerify('sm3').update(z).update(message).verify(key, signature)
}

const checkSm2 = (imported: ImportedKey, message: Uint8Array, signature: Uint8Array): boolean => {
  const verifier = sm2Engine()?.verifier
  if (verifier === undefined || imported.point === undefined) return checkNatively(imported, message, signature)
  imported.verifying ??= verifier.keyOf(imported.point)
  const e = digests.digest('sm3', imported.z, message)
  return verifier.isSigned({ key: imported.verifying, e, signature: rawFromSm2Signature(signature) })
}

const check = ({ algorithm, publicKey, message, signature }: SignatureCheck): boolean => {
  const suite = SUITES[algorithm]
  const imported = importedKey(publicKey)
  const { kind, key } = imported
  if (!suite.keyKinds.includes(kind)) return false
  if (kind === 'RSA') return verify(suite.digest, message, key, signature)
  if (kind === 'SM2') return checkSm2(imported, message, signature)
  rawFromDer(signature, EC_CURVES[kind].size)
  return verify(suite.digest, message, key, signature)
}

/** SM2 by OpenSSL alone, beside the kernel: the yardstick of the start-up check and of the bench. */
export const isSignedNatively = ({ publicKey, message, signature }: Omit<SignatureCheck, 'algorithm'>): boolean => {
  try {
    const imported = importedKey(publicKey)
    return imported.kind === 'SM2' && checkNatively(imported, message, signature)
  } catch {
    return false
  }
}

export const nodeCrypto: CryptoPort = {
  ...digests,
  isSignedBy: (given) => {
    try {
      return check(given)
    } catch {
      // The port's contract: malformed keys and signatures are "no", whether we or OpenSSL found the fault.
      return false
    }
  },
}
