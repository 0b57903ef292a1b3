/**
 * A sign-in of several steps: what was shown first is kept for a few minutes under a handle that only this browser knows, and
 * counts only together with what is shown next. An account with a second factor is never opened by its password alone.
 */
import { TrustError } from '../../errors.ts'
import type { Authentication } from '../authenticate.ts'
import type { IdentityDeps } from '../ports.ts'
import type { Authenticator, Method } from './authenticator.ts'
import { requireCode, type CodeMethod, type FactorDeps } from './check-code.ts'
import { completeSignIn } from './complete-sign-in.ts'

const STEP_MS = 10 * 60_000

/** What can be shown next; the kinds, each once. */
export type NextMethod = Extract<Method, 'totp' | 'recovery-code'>

const nextMethods = (own: readonly Authenticator[], recoveryCodes: number): readonly NextMethod[] => {
  const codes = own.some((a) => a.kind === 'totp') ? (['totp'] as const) : []
  return codes.length > 0 && recoveryCodes > 0 ? [...codes, 'recovery-code'] : codes
}

/** Second factors of an account, empty when its password is all it has. */
export const findNextMethods = async (
  { store }: Pick<IdentityDeps, 'store'>,
  accountId: string,
): Promise<readonly NextMethod[]> =>
  nextMethods(await store.authenticators.ofAccount(accountId), await store.recoveryCodes.left(accountId))

/** The sign-in itself, when nothing more is needed; else what to show next, and the step is kept. */
export const continueSignIn = async (
  deps: Pick<IdentityDeps, 'clock' | 'work' | 'store'>,
  { handle, authentication }: { readonly handle: string; readonly authentication: Authentication },
): Promise<{ readonly done: Authentication } | { readonly next: readonly NextMethod[] }> => {
  const { accountId } = authentication
  const next = await findNextMethods(deps, accountId)
  if (next.length === 0) return { done: authentication }
  const expiresAt = new Date(deps.clock.now().getTime() + STEP_MS)
  await deps.work.run((tx) => deps.store.signInSteps.put(tx, { handle, accountId, methods: ['password'], expiresAt }))
  return { next }
}

/** Undefined: this browser has shown nothing yet, or too long ago. */
export const findSignInStep = async (
  deps: Pick<IdentityDeps, 'clock' | 'store'>,
  handle: string,
): Promise<readonly NextMethod[] | undefined> => {
  const step = await deps.store.signInSteps.find(handle, deps.clock.now())
  return step && findNextMethods(deps, step.accountId)
}

/** Back to the first step. */
export const forgetSignInStep = async (deps: Pick<IdentityDeps, 'work' | 'store'>, handle: string): Promise<void> => {
  await deps.work.run((tx) => deps.store.signInSteps.take(tx, handle))
}

export interface NextShown {
  readonly handle: string
  readonly method: CodeMethod
  readonly code: string
}

/** @throws TrustError SIGN_IN_EXPIRED, CODE_WRONG, ACCOUNT_LOCKED, ACCOUNT_FROZEN, PERSON_DECEASED */
export const authenticateWith = async (
  deps: FactorDeps,
  { handle, method, code }: NextShown,
): Promise<Authentication> => {
  const step = await deps.store.signInSteps.find(handle, deps.clock.now())
  if (step === undefined) throw new TrustError('SIGN_IN_EXPIRED', 'begin again')
  const { accountId } = step
  await requireCode(deps, { accountId, method, code })
  return completeSignIn(deps, { accountId, methods: [...step.methods, method] }, async (tx) => {
    if (!(await deps.store.signInSteps.take(tx, handle))) throw new TrustError('SIGN_IN_EXPIRED', 'begin again')
  })
}
