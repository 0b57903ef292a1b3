/** What authenticators need from their store. Secrets come out of it decrypted and go no further than the check. */
import type { Tx } from '../../kernel/index.ts'
import type { Authenticator, AuthenticatorKind, Method } from './authenticator.ts'

export interface AuthenticatorSecret extends Authenticator {
  /** TOTP: base32. SMS: the phone. Passkey and certificate: JSON of the public half. */
  readonly secret: string
  /** Last step or signature count accepted. */
  readonly counter: number
}

export interface AuthenticatorStore {
  /** `lookup`: under what a passkey or certificate is found. @throws TrustError AUTHENTICATOR_TAKEN */
  insert(tx: Tx, authenticator: AuthenticatorSecret & { readonly lookup?: string }): Promise<void>
  /** Confirmed ones, oldest first. */
  ofAccount(accountId: string, tx?: Tx): Promise<readonly Authenticator[]>
  /** With its secret; unconfirmed ones too, removed ones not. With `tx` the row is the caller's. */
  find(id: string, tx?: Tx): Promise<AuthenticatorSecret | undefined>
  findByLookup(kind: AuthenticatorKind, lookup: string, tx?: Tx): Promise<AuthenticatorSecret | undefined>
  secretsOf(accountId: string, kind: AuthenticatorKind, tx?: Tx): Promise<readonly AuthenticatorSecret[]>
  /** False when a count as high was accepted before, or it is gone. */
  use(tx: Tx, id: string, how: { readonly counter: number; readonly at: Date }): Promise<boolean>
  /** @throws TrustError AUTHENTICATOR_TAKEN */
  confirm(tx: Tx, id: string, at: Date): Promise<void>
  remove(tx: Tx, id: string, at: Date): Promise<boolean>
  /** Unconfirmed ones of an account and kind. */
  discard(tx: Tx, accountId: string, kind: AuthenticatorKind): Promise<void>
}

export interface RecoveryCodeStore {
  replace(tx: Tx, accountId: string, made: { readonly codes: readonly string[]; readonly at: Date }): Promise<void>
  /** Unused and of this account. */
  holds(accountId: string, code: string): Promise<boolean>
  /** Once each. */
  use(tx: Tx, accountId: string, used: { readonly code: string; readonly at: Date }): Promise<boolean>
  /** How many are left. */
  left(accountId: string, tx?: Tx): Promise<number>
}

/** What one browser has shown so far, in one sign-in. */
export interface SignInStep {
  /** Known to that browser only. */
  readonly handle: string
  readonly accountId: string
  readonly methods: readonly Method[]
  readonly expiresAt: Date
}

export interface SignInStepStore {
  /** 32 octets that only we can make, the same for the same handle. */
  challenge(handle: string): Uint8Array
  put(tx: Tx, step: SignInStep): Promise<void>
  find(handle: string, at: Date): Promise<SignInStep | undefined>
  /** True for one caller only. */
  take(tx: Tx, handle: string): Promise<boolean>
  sweep(before: Date): Promise<number>
}

export const NOTICES = [
  'totp-enrolled',
  'sms-enrolled',
  'passkey-enrolled',
  'certificate-enrolled',
  'totp-removed',
  'sms-removed',
  'passkey-removed',
  'certificate-removed',
  'recovery-codes-made',
  'recovery-code-used',
  'password-changed',
  'password-recovered',
] as const
export type NoticeKind = (typeof NOTICES)[number]

export interface Notice {
  readonly id: string
  readonly accountId: string
  readonly what: NoticeKind
  readonly at: Date
}

export interface NoticeStore {
  insert(tx: Tx, notice: Notice): Promise<void>
  /** Newest first. */
  ofAccount(accountId: string, limit: number): Promise<readonly Notice[]>
}
