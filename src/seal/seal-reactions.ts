/**
 * What a register says of an entity, done to its seals in the same transaction: deregistered and revoked entities have theirs suspended.
 * Coming back is for whoever manages the seals: a restored entity resumes or revokes them itself.
 */
import type { Reaction } from '../identity/index.ts'
import type { Tx } from '../kernel/index.ts'
import { effectiveFrom } from './change-seal-status.ts'
import type { SealDeps } from './ports.ts'

type Deps = Pick<SealDeps, 'store' | 'audit' | 'clock'>

const REGISTER = { kind: 'system', id: 'register' } as const

const suspend = async (deps: Deps, tx: Tx, sealId: string): Promise<void> => {
  const locked = await deps.store.seals.lockForChange(tx, sealId)
  if (locked?.status !== 'active') return
  const from = effectiveFrom('suspended', deps.clock.now(), locked.timeline)
  await deps.store.seals.changeStatus(tx, sealId, {
    status: 'suspended',
    from,
    reason: '登记机关：主体已注销或吊销',
    agent: REGISTER,
  })
  await deps.audit.record(tx, {
    action: 'seal.suspended',
    actor: REGISTER,
    object: { kind: 'seal', id: sealId },
    detail: { from: from.toISOString(), code: 'ENTITY_NOT_ACTIVE' },
  })
}

export const makeSealReactions = (deps: Deps): Pick<Reaction, 'entityChanged'> => ({
  entityChanged: async (tx, { entityId, change }) => {
    if (change !== 'deregistered' && change !== 'revoked') return
    // In the order of their ids, so that two such transactions do not wait for each other.
    const seals = (await deps.store.seals.ofEntity(entityId, tx)).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    for (const { id } of seals) await suspend(deps, tx, id)
  },
})
