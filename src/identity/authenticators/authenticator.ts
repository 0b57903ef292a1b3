/**
 * An authenticator: a way of signing in that belongs to one account, beside its password. How strong a sign-in is follows from
 * what was shown, by one pure function; nothing that fails adds to it.
 */
import type { AuthenticationStrength } from '../assurance.ts'

export const AUTHENTICATOR_KINDS = ['totp', 'sms', 'passkey', 'certificate'] as const
export type AuthenticatorKind = (typeof AUTHENTICATOR_KINDS)[number]

/** What a person can show. Recovery codes stand for a lost second factor, and for nothing else. */
export type Method = 'password' | 'recovery-code' | AuthenticatorKind

export interface Authenticator {
  readonly id: string
  readonly accountId: string
  readonly kind: AuthenticatorKind
  /** As its owner calls it. */
  readonly label: string
  readonly createdAt: Date
  /** Until it has been shown once it opens nothing. */
  readonly confirmedAt?: Date
  readonly lastUsedAt?: Date
}

/** Something one has, to be shown beside a password. */
const SECOND_FACTORS: ReadonlySet<Method> = new Set(['totp', 'sms', 'recovery-code'])

/** Undefined: nothing was shown that lets anybody in. A second factor alone is not a sign-in, save an SMS code (docs: level 1). */
export const strengthOf = (shown: readonly Method[]): AuthenticationStrength | undefined => {
  const methods = new Set(shown)
  if (methods.has('certificate')) return 'urn:xinyin:acr:4'
  if (methods.has('passkey')) return 'urn:xinyin:acr:3'
  const second = [...SECOND_FACTORS].some((m) => methods.has(m))
  if (methods.has('password')) return second ? 'urn:xinyin:acr:2' : 'urn:xinyin:acr:1'
  return methods.has('sms') ? 'urn:xinyin:acr:1' : undefined
}

const AMR: Readonly<Record<Method, readonly string[]>> = {
  password: ['pwd'],
  'recovery-code': ['otp'],
  totp: ['otp'],
  sms: ['sms'],
  passkey: ['swk', 'user'],
  certificate: ['hwk', 'pin'],
}

/** RFC 8176; `mfa` with two methods or one that holds two factors in itself. */
export const amrOf = (shown: readonly Method[]): readonly string[] => {
  const methods = [...new Set(shown)]
  const multiple = methods.length > 1 || methods.includes('passkey') || methods.includes('certificate')
  return [...new Set(methods.flatMap((m) => AMR[m])), ...(multiple ? ['mfa'] : [])]
}
