/**
 * Writes audit rows in the caller's transaction and waits for the chain. Chaining itself is the sequencer's,
 * so that no transaction waits on a global lock.
 */
import type { Digests } from '../../standards/ports.ts'
import { utf8 } from '../../standards/bytes.ts'
import { TrustError } from '../errors.ts'
import type { Clock, Ids } from '../kernel/index.ts'
import { canonicalJson } from '../kernel/index.ts'
import type { AuditStore, AuditTrail, StoredEvent } from './ports.ts'

export interface AuditDeps {
  readonly store: AuditStore
  readonly clock: Clock
  readonly ids: Ids
  readonly digests: Digests
  /** Asks the sequencer to look now. */
  readonly nudge?: () => void
}

/** SM3 over the canonical JSON of the event, id and time included. */
export const digestEvent = (digests: Digests, { id, at, action, actor, object, detail }: StoredEvent): Uint8Array =>
  digests.digest(
    'sm3',
    utf8(
      canonicalJson({
        id,
        at: at.toISOString(),
        action,
        actor: { kind: actor.kind, id: actor.id },
        object: { kind: object.kind, id: object.id },
        detail: { ...detail },
      }),
    ),
  )

const WAIT_STEP_MS = 15
const WAIT_LIMIT_MS = 5_000
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export const makeAuditTrail = ({ store, clock, ids, digests, nudge }: AuditDeps): AuditTrail => ({
  record: async (tx, event) => {
    const stored: StoredEvent = { ...event, id: ids.next(), at: clock.now() }
    await store.insert(tx, stored, digestEvent(digests, stored))
    return stored.id
  },
  chained: async (eventId) => {
    nudge?.()
    for (let waited = 0; waited <= WAIT_LIMIT_MS; waited += WAIT_STEP_MS) {
      if (await store.isChained(eventId)) return
      await sleep(WAIT_STEP_MS)
    }
    throw new TrustError('AUDIT_NOT_CHAINED', 'the audit row was not chained in time')
  },
})
