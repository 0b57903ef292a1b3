/**
 * A sheet of ten single-use codes against the loss of a second factor. Only for an account that has one, shown once, kept as keyed
 * digests; a new sheet makes the old one worthless.
 */
import { encodeBase32 } from '../../../standards/rfc6238-totp/index.ts'
import { TrustError } from '../../errors.ts'
import type { IdentityDeps } from '../ports.ts'
import { requireOwner, type OwnerDeps, type OwnerProof } from './confirm-owner.ts'
import { note } from './note.ts'
import { findNextMethods } from './sign-in-steps.ts'

const CODES = 10
/** 50 bits each. */
const LETTERS = 10

/** `ABCDE-FGHIJ` each. @throws TrustError AUTHENTICATOR_MISSING without a second factor, and those of `requireOwner` */
export const makeRecoveryCodes = async (
  deps: OwnerDeps & Pick<IdentityDeps, 'random'>,
  owner: OwnerProof,
): Promise<readonly string[]> => {
  const { accountId } = owner
  if ((await findNextMethods(deps, accountId)).length === 0)
    throw new TrustError('AUTHENTICATOR_MISSING', 'codes stand for a second factor, and there is none')
  const personId = await requireOwner(deps, owner)
  const codes = Array.from({ length: CODES }, () => encodeBase32(deps.random.bytes(7)).slice(0, LETTERS))
  await deps.work.run(async (tx) => {
    await deps.store.recoveryCodes.replace(tx, accountId, { codes, at: deps.clock.now() })
    await note(deps, tx, { accountId, what: 'recovery-codes-made' })
    await deps.audit.record(tx, {
      action: 'authenticator.recovery-codes-made',
      actor: { kind: 'person', id: personId },
      object: { kind: 'account', id: accountId },
    })
  })
  return codes.map((code) => `${code.slice(0, LETTERS / 2)}-${code.slice(LETTERS / 2)}`)
}
