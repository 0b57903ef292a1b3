/** Sign-outs that no portal confirmed and nobody tries any more, and the operator's way to try again. */
import type { Actor } from '../audit/index.ts'
import { TrustError } from '../errors.ts'
import type { DeadLetter, OidcDeps } from './ports.ts'

const MOST = 500
/** What was revived is tried for this long. */
const RETRY_MS = 3_600_000

/** Oldest first, 500 at most. */
export const deadLetters = ({ store }: Pick<OidcDeps, 'store'>): Promise<readonly DeadLetter[]> =>
  store.logouts.deadLetters(MOST)

/** To the portal's address of today. @throws TrustError NOT_FOUND: no dead letter has this id, or its portal takes none */
export const retryLogout = async (
  deps: Pick<OidcDeps, 'store' | 'work' | 'audit' | 'clock' | 'nudge'>,
  id: string,
  actor: Actor,
): Promise<void> => {
  const at = deps.clock.now()
  await deps.work.run(async (tx) => {
    if (!(await deps.store.logouts.revive(tx, { id, at, giveUpAt: new Date(at.getTime() + RETRY_MS) })))
      throw new TrustError('NOT_FOUND', 'no dead letter with this id')
    await deps.audit.record(tx, { action: 'logout.revived', actor, object: { kind: 'logout', id } })
  })
  deps.nudge?.()
}
