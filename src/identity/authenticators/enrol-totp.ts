/** Enrols an authenticator program (TOTP): a secret is made and shown once, and counts only after a code of it was typed. One an account. */
import { encodeBase32 } from '../../../standards/rfc6238-totp/index.ts'
import { TrustError } from '../../errors.ts'
import type { IdentityDeps } from '../ports.ts'
import { matchingStep } from './check-code.ts'
import { requireOwner, type OwnerDeps, type OwnerProof } from './confirm-owner.ts'
import { note } from './note.ts'

const SECRET_BYTES = 20

export interface TotpOffer {
  readonly authenticatorId: string
  /** Base32, to be typed or scanned. Shown to its owner only. */
  readonly secret: string
}

/** Replaces an offer that was not taken up. @throws TrustError AUTHENTICATOR_TAKEN when there is one already */
export const offerTotp = async (
  deps: Pick<IdentityDeps, 'clock' | 'ids' | 'work' | 'store' | 'random'>,
  accountId: string,
): Promise<TotpOffer> => {
  const secret = encodeBase32(deps.random.bytes(SECRET_BYTES))
  const id = deps.ids.next()
  await deps.work.run(async (tx) => {
    const own = await deps.store.authenticators.ofAccount(accountId, tx)
    if (own.some((a) => a.kind === 'totp')) throw new TrustError('AUTHENTICATOR_TAKEN', 'one is enrolled already')
    await deps.store.authenticators.discard(tx, accountId, 'totp')
    const createdAt = deps.clock.now()
    await deps.store.authenticators.insert(tx, {
      id,
      accountId,
      kind: 'totp',
      label: 'TOTP',
      createdAt,
      secret,
      counter: 0,
    })
  })
  return { authenticatorId: id, secret }
}

/** The offer that stands, shown again after a mistake. Undefined: none of this account. */
export const findTotpOffer = async (
  { store }: Pick<IdentityDeps, 'store'>,
  { accountId, authenticatorId }: { readonly accountId: string; readonly authenticatorId: string },
): Promise<TotpOffer | undefined> => {
  const found = await store.authenticators.find(authenticatorId)
  const open = found?.accountId === accountId && found.kind === 'totp' && found.confirmedAt === undefined
  return open ? { authenticatorId, secret: found.secret } : undefined
}

export interface TotpEnrolment {
  readonly owner: OwnerProof
  readonly authenticatorId: string
  /** Of the new authenticator. */
  readonly newCode: string
}

/** @throws TrustError NOT_FOUND, CODE_WRONG (field newCode), AUTHENTICATOR_TAKEN, and those of `requireOwner` */
export const enrolTotp = async (deps: OwnerDeps, { owner, authenticatorId, newCode }: TotpEnrolment): Promise<void> => {
  const { accountId } = owner
  const offer = await findTotpOffer(deps, { accountId, authenticatorId })
  if (offer === undefined) throw new TrustError('NOT_FOUND', 'no such offer')
  const at = deps.clock.now()
  const step = matchingStep(deps, { secret: offer.secret, code: newCode, at })
  if (step === undefined) throw new TrustError('CODE_WRONG', 'not a code of this secret', { field: 'newCode' })
  const personId = await requireOwner(deps, owner)
  await deps.work.run(async (tx) => {
    if (!(await deps.store.authenticators.use(tx, authenticatorId, { counter: step, at })))
      throw new TrustError('CODE_WRONG', 'the code was used', { field: 'newCode' })
    await deps.store.authenticators.confirm(tx, authenticatorId, at)
    await note(deps, tx, { accountId, what: 'totp-enrolled' })
    await deps.audit.record(tx, {
      action: 'authenticator.enrolled',
      actor: { kind: 'person', id: personId },
      object: { kind: 'account', id: accountId },
      detail: { kind: 'totp', authenticatorId },
    })
  })
}
