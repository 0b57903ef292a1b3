/**
 * Applies for a seal (申请). The name is the entity's registered name and the division that of its social credit code:
 * neither is the applicant's to choose. Refuses a face that cannot be drawn, before anybody spends time on it.
 */
import { TrustError } from '../errors.ts'
import type { Agent } from '../identity/index.ts'
import { requireAuthority } from '../identity/index.ts'
import { actorOf } from './actor-of.ts'
import { drawSeal } from './draw-seal.ts'
import type { SealDeps } from './ports.ts'
import type { SealApplication, SealKind } from './seal.ts'
import { SEAL_KINDS, requireReason, sealCode } from './seal.ts'

export interface SealRequest {
  readonly entityId: string
  readonly agent: Agent
  readonly kind: SealKind
  /** Needed on every seal but the legal-name seal, which has none. */
  readonly line?: string
  /** 30 to 50; 42 when absent. */
  readonly diameterMm?: number
  readonly reason: string
}

const NOMINAL_MM = 42
const [SMALLEST_MM, LARGEST_MM] = [30, 50]

const requireFace = ({ kind, line, diameterMm = NOMINAL_MM }: SealRequest): { line?: string; diameterMm: number } => {
  if (!Object.hasOwn(SEAL_KINDS, kind)) throw new TrustError('INPUT_INVALID', 'no such kind of seal', { field: 'kind' })
  const text = line?.normalize('NFC').trim() ?? ''
  if ((kind === 'legal-name') !== (text === ''))
    throw new TrustError('INPUT_INVALID', 'the legal-name seal has no line, every other one has', { field: 'line' })
  if (!Number.isInteger(diameterMm) || diameterMm < SMALLEST_MM || diameterMm > LARGEST_MM)
    throw new TrustError('INPUT_INVALID', 'diameter out of range', { field: 'diameterMm' })
  return { diameterMm, ...(text === '' ? {} : { line: text }) }
}

/** @throws TrustError INPUT_INVALID, SEAL_NAME_UNDRAWABLE, MANDATE_…, ENTITY_NOT_ACTIVE */
export const applyForSeal = async (deps: SealDeps, request: SealRequest): Promise<SealApplication> => {
  const at = deps.clock.now()
  const face = requireFace(request)
  const reason = requireReason(request.reason)
  const { entityId, agent, kind } = request
  return deps.work.run(async (tx) => {
    const { entity } = await requireAuthority(deps.identity, { entityId, agent, function: 'seal.apply', at, tx })
    const division = entity.uscc.slice(2, 8)
    drawSeal({ ...face, name: entity.name, code: sealCode(division, 0) }, deps.font)
    const application: SealApplication = {
      id: deps.ids.next(),
      entityId,
      name: entity.name,
      kind,
      ...face,
      division,
      reason,
      appliedBy: agent,
      appliedAt: at,
      status: 'applied',
    }
    await deps.store.applications.insert(tx, application)
    await deps.audit.record(tx, {
      action: 'seal.applied-for',
      actor: actorOf(agent),
      object: { kind: 'seal-application', id: application.id },
      detail: { entityId, kind },
    })
    return application
  })
}
