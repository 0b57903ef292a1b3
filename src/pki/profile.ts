/**
 * Certificate profiles: what an operator wrote (profiles.json) and what the code trusts are different types.
 * Refuses, at start-up, profiles that could make a CA, sign nothing, or outlive the limit.
 */
import type { PublicKeyKind } from '../../standards/rfc5280-x509/index.ts'
import { KEY_USAGE } from '../../standards/rfc5280-x509/index.ts'
import { TrustError } from '../errors.ts'
import type { SubjectPart } from './subject.ts'
import { SUBJECT_PARTS } from './subject.ts'

export interface Profile {
  readonly name: string
  /** The CA of the hierarchy that issues it; the ceremony may choose another for a responder. */
  readonly issuer: string
  readonly keys: readonly PublicKeyKind[]
  /** Numbers of KeyUsage bits. */
  readonly keyUsage: readonly number[]
  readonly extKeyUsage: readonly string[]
  readonly extKeyUsageCritical: boolean
  /** RFC 6960 4.2.2.2.1: nobody asks about the certificate of an OCSP responder. */
  readonly ocspNoCheck: boolean
  /** When the request says nothing. */
  readonly days: number
  readonly maxDays: number
  readonly requiredSubject: readonly SubjectPart[]
}

export interface Profiles {
  /** @throws TrustError CERTIFICATE_PROFILE_UNKNOWN */
  get(name: string): Profile
  readonly all: readonly Profile[]
}

const LIMIT_DAYS = 1826
const SIGNING: readonly string[] = ['digitalSignature', 'contentCommitment']
const ENCRYPTION: readonly string[] = ['keyEncipherment', 'dataEncipherment', 'keyAgreement']
const END_ENTITY_USES: readonly string[] = [...SIGNING, ...ENCRYPTION]
/** How profiles.json names them; the size of an RSA key is for the lint of public keys. */
const KEYS: Readonly<Record<string, PublicKeyKind>> = { SM2: 'SM2', 'P-256': 'P-256', 'RSA-3072': 'RSA' }

const refuse = (name: string, what: string): never => {
  throw new TrustError('CONFIG_INVALID', `certificate profile ${name}: ${what}`)
}

const strings = (value: unknown, allowed: (text: string) => boolean): readonly string[] | undefined =>
  Array.isArray(value) && value.every((v): v is string => typeof v === 'string' && allowed(v)) ? value : undefined
const days = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= LIMIT_DAYS ? value : undefined

const parseProfile = (name: string, config: Readonly<Record<string, unknown>>): Profile => {
  const keys = strings(config['keys'], (k) => Object.hasOwn(KEYS, k)) ?? refuse(name, 'keys')
  const uses = strings(config['keyUsage'], (u) => END_ENTITY_USES.includes(u)) ?? refuse(name, 'keyUsage')
  const extKeyUsage = strings(config['extKeyUsage'], (o) => /^\d+(\.\d+)+$/.test(o)) ?? refuse(name, 'extKeyUsage')
  const issuer = strings([config['issuer']], (i) => /^[a-z]+(-[a-z]+)*$/.test(i)) ?? refuse(name, 'issuer')
  const maxDays = days(config['maxDays']) ?? refuse(name, 'maxDays')
  const usual = days(config['days']) ?? refuse(name, 'days')
  const required = strings(config['requiredSubject'], (p) => p in SUBJECT_PARTS) ?? refuse(name, 'requiredSubject')
  if (keys.length === 0 || uses.length === 0) refuse(name, 'needs a kind of key and a key usage')
  // GB/T 20518 dual certificates: a key that is escrowed must not sign.
  if (uses.some((u) => SIGNING.includes(u)) && uses.some((u) => ENCRYPTION.includes(u)))
    refuse(name, 'signs and encrypts')
  if (usual > maxDays) refuse(name, 'days exceed maxDays')
  if (!required.includes('commonName')) refuse(name, 'commonName must be required')
  return {
    name,
    issuer: issuer[0] as string,
    keys: keys.map((k) => KEYS[k] as PublicKeyKind),
    keyUsage: uses.map((u) => KEY_USAGE[u as keyof typeof KEY_USAGE]),
    extKeyUsage,
    extKeyUsageCritical: config['extKeyUsageCritical'] === true,
    ocspNoCheck: config['ocspNoCheck'] === true,
    days: usual,
    maxDays,
    requiredSubject: required as readonly SubjectPart[],
  }
}

/** @throws TrustError CONFIG_INVALID */
export const parseProfiles = (json: unknown): Profiles => {
  const entries = Object.entries((json as { readonly profiles?: Record<string, unknown> } | null)?.profiles ?? {})
  if (entries.length === 0) refuse('(all)', 'none given')
  const all = entries.map(([name, config]) => parseProfile(name, (config ?? {}) as Record<string, unknown>))
  return {
    all,
    get: (name) => {
      const found = all.find((p) => p.name === name)
      if (found === undefined) throw new TrustError('CERTIFICATE_PROFILE_UNKNOWN', `no certificate profile ${name}`)
      return found
    },
  }
}
