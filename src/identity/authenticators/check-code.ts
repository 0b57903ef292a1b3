/**
 * Checks a second factor: a TOTP code of now or one step beside, accepted once, or a recovery code, accepted once. Throttled by
 * account over all addresses: whoever comes here knows the password, so nobody else can be locked out by it.
 */
import { totpCode, totpStep, parseBase32 } from '../../../standards/rfc6238-totp/index.ts'
import { TrustError } from '../../errors.ts'
import type { Tx } from '../../kernel/index.ts'
import type { IdentityDeps } from '../ports.ts'
import { admitFactor, settleFactor } from '../throttle.ts'
import { note } from './note.ts'

export type FactorDeps = Pick<IdentityDeps, 'clock' | 'ids' | 'work' | 'store' | 'audit' | 'digests'>

export type CodeMethod = 'totp' | 'recovery-code'

export interface CodeCheck {
  readonly accountId: string
  readonly method: CodeMethod
  /** As typed. */
  readonly code: string
}

/** A phone's clock may be off by as much, and typing takes time. */
const WINDOW = [0, -1, 1] as const

/** The step whose code this is; undefined: none in the window. */
export const matchingStep = (
  { digests }: Pick<IdentityDeps, 'digests'>,
  { secret, code, at }: { readonly secret: string; readonly code: string; readonly at: Date },
): number | undefined => {
  const typed = code.replace(/\s+/g, '')
  if (!/^\d{6}$/.test(typed)) return undefined
  const now = totpStep(at)
  const key = parseBase32(secret)
  // Every step is computed, whichever fits.
  const fitting = WINDOW.filter((d) => totpCode(digests, { secret: key, step: now + d }) === typed)
  return fitting[0] === undefined ? undefined : now + fitting[0]
}

const useTotp = async (deps: FactorDeps, tx: Tx, { accountId, code }: CodeCheck): Promise<boolean> => {
  const at = deps.clock.now()
  for (const { id, secret } of await deps.store.authenticators.secretsOf(accountId, 'totp', tx)) {
    const step = matchingStep(deps, { secret, code, at })
    if (step !== undefined && (await deps.store.authenticators.use(tx, id, { counter: step, at }))) return true
  }
  return false
}

const useRecoveryCode = async (deps: FactorDeps, tx: Tx, { accountId, code }: CodeCheck): Promise<boolean> => {
  const typed = normaliseRecoveryCode(code)
  const used = await deps.store.recoveryCodes.use(tx, accountId, { code: typed, at: deps.clock.now() })
  if (used) await note(deps, tx, { accountId, what: 'recovery-code-used' })
  return used
}

export const normaliseRecoveryCode = (typed: string): string =>
  typed
    .normalize('NFKC')
    .replace(/[\s-]+/g, '')
    .toUpperCase()
    .slice(0, 40)

/** @throws TrustError CODE_WRONG, ACCOUNT_LOCKED (this account's codes, for a while) */
export const requireCode = async (deps: FactorDeps, check: CodeCheck): Promise<void> => {
  await admitFactor(deps, check.accountId)
  const right = await deps.work.run(async (tx) => {
    const used = await (check.method === 'totp' ? useTotp : useRecoveryCode)(deps, tx, check)
    if (used) await settleFactor(deps, tx, check.accountId)
    else
      await deps.audit.record(tx, {
        action: 'account.code-wrong',
        actor: { kind: 'system', id: 'identity' },
        object: { kind: 'account', id: check.accountId },
        detail: { method: check.method },
      })
    return used
  })
  if (!right) throw new TrustError('CODE_WRONG', 'the code is wrong, or was used', { field: 'code' })
}
