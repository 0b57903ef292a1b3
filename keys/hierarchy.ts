/**
 * Which keys exist, as checked data. Refuses, before any key is made: unknown issuers, end entities that issue, paths that
 * are too long, and certificates that would outlive their issuer.
 */
import config from './hierarchy.json' with { type: 'json' }
import type { KeyAlgorithm } from '../src/crypto/index.ts'
import { TrustError } from '../src/errors.ts'

export interface KeySpec {
  readonly id: string
  /** For people: the stem of the common name. */
  readonly title: string
  readonly algorithms: readonly KeyAlgorithm[]
  /** Its own id for a root. */
  readonly issuer: string
  readonly kind: 'ca' | 'end-entity'
  readonly pathLen?: number
  /** Profile of src/pki, for end entities. */
  readonly profile?: string
  readonly years: number
}

export interface Hierarchy {
  readonly organisation: string
  readonly stateOrProvince: string
  /** Issuers before what they issue. */
  readonly keys: readonly KeySpec[]
}

const ALGORITHM_SUFFIX: Readonly<Record<KeyAlgorithm, string>> = {
  SM2: 'sm2',
  'P-256': 'p256',
  'RSA-3072': 'rsa3072',
}

/** `office-ca` and P-256 → `office-ca-p256`: the id in the key store, in the register and in CRL addresses. */
export const keyIdOf = (id: string, algorithm: KeyAlgorithm): string => `${id}-${ALGORITHM_SUFFIX[algorithm]}`

const refuse = (id: string, what: string): never => {
  throw new TrustError('CONFIG_INVALID', `key hierarchy, ${id}: ${what}`)
}

const checkShape = (key: KeySpec): void => {
  if (!/^[a-z]+(-[a-z]+)*$/.test(key.id)) refuse(String(key.id), 'id')
  if (typeof key.title !== 'string' || key.title === '') refuse(key.id, 'title')
  if (key.algorithms.length === 0 || key.algorithms.some((a) => !(a in ALGORITHM_SUFFIX))) refuse(key.id, 'algorithms')
  if (!Number.isInteger(key.years) || key.years < 1 || key.years > 30) refuse(key.id, 'years')
  if (key.kind === 'ca' && !(Number.isInteger(key.pathLen) && (key.pathLen as number) >= 0)) refuse(key.id, 'pathLen')
  if (key.kind !== 'ca' && (key.kind !== 'end-entity' || key.profile === undefined)) refuse(key.id, 'kind')
}

const checkIssuer = (key: KeySpec, before: readonly KeySpec[]): void => {
  if (before.some((k) => k.id === key.id)) refuse(key.id, 'named twice')
  if (key.issuer === key.id) {
    if (key.kind !== 'ca') refuse(key.id, 'a root must be a CA')
    return
  }
  const issuer = before.find((k) => k.id === key.issuer) ?? refuse(key.id, 'its issuer must stand before it')
  if (issuer.kind !== 'ca') refuse(key.id, 'its issuer is not a CA')
  if (key.algorithms.some((a) => !issuer.algorithms.includes(a)))
    refuse(key.id, 'its issuer lacks one of its algorithms')
  if (key.years > issuer.years) refuse(key.id, 'outlives its issuer')
  if (key.kind === 'ca' && (key.pathLen as number) >= (issuer.pathLen as number)) refuse(key.id, 'path too long')
}

/** @throws TrustError CONFIG_INVALID */
export const parseHierarchy = (json: unknown): Hierarchy => {
  const given = json as Hierarchy
  if (!Array.isArray(given?.keys) || given.keys.length === 0) refuse('(all)', 'no keys')
  if (typeof given.organisation !== 'string' || typeof given.stateOrProvince !== 'string') refuse('(all)', 'names')
  given.keys.forEach((key, i) => {
    checkShape(key)
    checkIssuer(key, given.keys.slice(0, i))
  })
  return given
}

/** hierarchy.json. */
export const standardHierarchy = parseHierarchy(config)
