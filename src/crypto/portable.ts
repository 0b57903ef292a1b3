/**
 * The crypto port for every place: SM2 and SM3 ours, the NIST curves and SHA from @noble, RSA ours.
 * Verifies only, holds no key. The server prefers `nodeCrypto`; both must agree on every input (self-check.ts, tests).
 */
import { p256, p384 } from '@noble/curves/nist.js'
import { md5, sha1 } from '@noble/hashes/legacy.js'
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import { concat, toHex } from '../../standards/bytes.ts'
import { sm3 } from '../../standards/gbt-32905-sm3/index.ts'
import {
  computeZ,
  isSm2DigestSignedBy,
  parseSm2Signature,
  rawFromSm2Signature,
} from '../../standards/gbt-32918-sm2/index.ts'
import type { Sm2VerifyingKey } from '../../standards/gbt-32918-sm2/index.ts'
import type { CryptoPort, DigestAlgorithm, Digests, SignatureCheck } from '../../standards/ports.ts'
import { rawFromDer } from './ecdsa-signature.ts'
import { makeBoundedCache } from './bounded-cache.ts'
import { parsePublicKey } from './public-key.ts'
import { isRsaDigestSignedBy } from './rsa-pkcs1.ts'
import { sm2Engine } from './sm2-verifier.ts'
import { EC_CURVES, SUITES } from './suites.ts'

const joined =
  (hash: (message: Uint8Array) => Uint8Array) =>
  (parts: readonly Uint8Array[]): Uint8Array =>
    hash(parts.length === 1 ? (parts[0] as Uint8Array) : concat(...parts))

const HASHES: Readonly<Record<DigestAlgorithm, (parts: readonly Uint8Array[]) => Uint8Array>> = {
  sm3: (parts) => sm3(...parts),
  sha256: joined(sha256),
  sha384: joined(sha384),
  sha512: joined(sha512),
  sha1: joined(sha1),
  md5: joined(md5),
}

const digests: Digests = { digest: (algorithm, ...parts) => HASHES[algorithm](parts) }

const NIST = { 'P-256': p256, 'P-384': p384 } as const
/** The digest is made here, and (r, n-s) is a second valid signature in X9.62: low s is no rule of the formats we read. */
const NIST_OPTIONS = { prehash: false, lowS: false, format: 'compact' } as const

interface Sm2Key {
  readonly point: Uint8Array
  readonly z: Uint8Array
  /** From the first check on that meets a kernel. */
  verifying?: Sm2VerifyingKey
}

const MAX_KEYS = 1024
const keys = makeBoundedCache<Sm2Key>(MAX_KEYS)

const sm2Key = (spki: Uint8Array): Sm2Key | undefined => {
  const name = toHex(spki)
  const found = keys.get(name)
  if (found !== undefined) return found
  const parsed = parsePublicKey(spki)
  if (parsed.kind !== 'SM2') return undefined
  const point = parsed.point.slice()
  const made = { point, z: computeZ(digests, point) }
  keys.set(name, made)
  return made
}

/** Through the kernel where there is one, else by the reference, about 2 ms. */
const checkSm2 = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
  const key = sm2Key(publicKey)
  if (key === undefined) return false
  const e = digests.digest('sm3', key.z, message)
  const verifier = sm2Engine()?.verifier
  if (verifier === undefined)
    return isSm2DigestSignedBy({ point: key.point, e, signature: parseSm2Signature(signature) })
  key.verifying ??= verifier.keyOf(key.point)
  return verifier.isSigned({ key: key.verifying, e, signature: rawFromSm2Signature(signature) })
}

const check = ({ algorithm, publicKey, message, signature }: SignatureCheck): boolean => {
  const suite = SUITES[algorithm]
  if (suite.scheme === 'SM2') return checkSm2(publicKey, message, signature)
  const key = parsePublicKey(publicKey)
  if (key.kind === 'SM2' || !suite.keyKinds.includes(key.kind)) return false
  const digest = digests.digest(suite.digest, message)
  if (key.kind === 'RSA') return isRsaDigestSignedBy({ key, algorithm: suite.digest, digest, signature })
  return NIST[key.kind].verify(rawFromDer(signature, EC_CURVES[key.kind].size), digest, key.point, NIST_OPTIONS)
}

export const portableCrypto: CryptoPort = {
  ...digests,
  isSignedBy: (given) => {
    try {
      return check(given)
    } catch {
      // The port's contract: malformed keys and signatures are "no", whichever library found the fault.
      return false
    }
  },
}
