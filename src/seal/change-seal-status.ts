/** Suspends (冻结), resumes and revokes (注销) a seal. A revoked seal stays revoked. */
import { TrustError } from '../errors.ts'
import type { Agent } from '../identity/index.ts'
import { requireAuthority } from '../identity/index.ts'
import { actorOf } from './actor-of.ts'
import type { SealDeps } from './ports.ts'
import type { SealStatus } from './seal.ts'
import { isOf, requireReason } from './seal.ts'
import type { StatusStep } from './trust-material.ts'

export interface SealStatusChange {
  readonly sealId: string
  readonly agent: Agent
  /** The organisation acted for. A seal of another one is not there; undefined: whose it is does not matter. */
  readonly actingFor?: string
  readonly change: 'suspend' | 'resume' | 'revoke'
  readonly reason: string
}

const CHANGES: Readonly<Record<SealStatusChange['change'], { from: readonly SealStatus[]; to: SealStatus }>> = {
  suspend: { from: ['active'], to: 'suspended' },
  resume: { from: ['suspended'], to: 'active' },
  revoke: { from: ['active', 'suspended'], to: 'revoked' },
}
const SECOND = 1000

/**
 * Signing times have no fractions: a seal is active from the start of this second, and not usable from the next one on,
 * so that nothing signed before falls under what came after. Steps never go back.
 */
export const effectiveFrom = (to: SealStatus, now: Date, timeline: readonly StatusStep[]): Date => {
  const second = to === 'active' ? Math.floor(now.getTime() / SECOND) : Math.ceil(now.getTime() / SECOND)
  return new Date(Math.max(second * SECOND, ...timeline.map((s) => s.from.getTime())))
}

/** @throws TrustError SEAL_NOT_FOUND, SEAL_STATE, INPUT_INVALID, MANDATE_… */
export const changeSealStatus = async (
  deps: Pick<SealDeps, 'work' | 'store' | 'identity' | 'audit' | 'clock'>,
  { sealId, agent, actingFor, change, reason }: SealStatusChange,
): Promise<StatusStep> => {
  const at = deps.clock.now()
  const why = requireReason(reason)
  if (!Object.hasOwn(CHANGES, change)) throw new TrustError('INPUT_INVALID', 'no such change', { field: 'change' })
  const { from, to } = CHANGES[change]
  return deps.work.run(async (tx) => {
    const seal = await deps.store.seals.find(sealId, tx)
    if (seal === undefined || !isOf(seal, { actingFor })) throw new TrustError('SEAL_NOT_FOUND', 'no such seal')
    await requireAuthority(deps.identity, { entityId: seal.entityId, agent, function: 'seal.manage', at, tx })
    const locked = await deps.store.seals.lockForChange(tx, sealId)
    if (locked === undefined || !from.includes(locked.status))
      throw new TrustError('SEAL_STATE', `a seal that is ${locked?.status ?? 'gone'} cannot ${change}`)
    const step = { status: to, from: effectiveFrom(to, at, locked.timeline) }
    await deps.store.seals.changeStatus(tx, sealId, { ...step, reason: why, agent })
    await deps.audit.record(tx, {
      action: `seal.${change === 'suspend' ? 'suspended' : change === 'resume' ? 'resumed' : 'revoked'}`,
      actor: actorOf(agent),
      object: { kind: 'seal', id: sealId },
      detail: { from: step.from.toISOString() },
    })
    return step
  })
}
