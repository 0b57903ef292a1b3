/**
 * Applies what a registry told, once, in one transaction: status, name or representative, live sessions and whatever else reacts,
 * and the record of the event. Repeated, late and foreign events change nothing; an error leaves nothing, so that it can be told again.
 * Mandates are not revoked: status and representative are asked at every use (docs/adr/0023-register-events.md).
 */
import type { Tx } from '../kernel/index.ts'
import type { LegalEntity } from './legal-entity.ts'
import type { NaturalPerson } from './natural-person.ts'
import type { IdentityDeps } from './ports.ts'
import {
  factOf,
  isSuperseded,
  type ReadEvent,
  type RegisterEvent,
  type RegisterOutcome,
  type RegistryName,
} from './register-event.ts'

export type RegisterDeps = Pick<IdentityDeps, 'clock' | 'work' | 'store' | 'audit' | 'reaction' | 'registerPolicy'>

type PersonEvent = Extract<RegisterEvent, { registry: 'population' }>
type EntityEvent = Extract<RegisterEvent, { registry: 'legal-entity' }>

interface Effect {
  readonly outcome: 'applied' | 'unchanged' | 'no-subject'
  /** Our id of the subject, for the audit. */
  readonly id?: string
}
const NOBODY: Effect = { outcome: 'no-subject' }

const PERSON_STATUS = { deceased: 'deceased', restored: 'active' } as const satisfies Record<
  string,
  NaturalPerson['status']
>
const ENTITY_STATUS = {
  deregistered: 'deregistered',
  revoked: 'revoked',
  restored: 'active',
} as const satisfies Record<string, LegalEntity['status']>

const applyToPerson = async (deps: RegisterDeps, tx: Tx, { subject, change, name }: PersonEvent): Promise<Effect> => {
  const { persons, accounts } = deps.store
  const person = await persons.hold(tx, subject)
  if (person === undefined) return NOBODY
  const { id } = person
  const changed =
    change === 'renamed'
      ? name !== undefined && name !== person.name && (await persons.rename(tx, id, name))
      : await persons.setStatus(tx, id, PERSON_STATUS[change])
  if (!changed) return { outcome: 'unchanged', id }
  const account = await accounts.findByPerson(id, tx)
  await deps.reaction.personChanged(tx, {
    personId: id,
    change,
    ...(account === undefined ? {} : { accountId: account.id }),
  })
  return { outcome: 'applied', id }
}

const dismissRepresentative = async (deps: RegisterDeps, tx: Tx, entity: LegalEntity): Promise<boolean> => {
  const { id: entityId, legalRepresentativeId: former } = entity
  if (former === undefined) return false
  await deps.store.entities.setRepresentative(tx, entityId, undefined)
  await deps.reaction.entityChanged(tx, {
    entityId,
    change: 'representative-changed',
    formerRepresentativeId: former,
  })
  if (deps.registerPolicy?.mandatesOfFormerRepresentative !== 'revoke') return true
  const revoked = await deps.store.mandates.revokeOfEntity(tx, entityId, {
    at: deps.clock.now(),
    cause: 'representative-changed',
  })
  for (const mandate of revoked) await deps.reaction.mandateRevoked(tx, mandate)
  return true
}

const applyToEntity = async (deps: RegisterDeps, tx: Tx, { subject, change, name }: EntityEvent): Promise<Effect> => {
  const { entities } = deps.store
  const entity = await entities.hold(tx, subject)
  if (entity === undefined) return NOBODY
  const { id } = entity
  if (change === 'representative-changed')
    return { outcome: (await dismissRepresentative(deps, tx, entity)) ? 'applied' : 'unchanged', id }
  const changed =
    change === 'renamed'
      ? name !== undefined && name !== entity.name && (await entities.rename(tx, id, name))
      : await entities.setStatus(tx, id, ENTITY_STATUS[change])
  if (changed) await deps.reaction.entityChanged(tx, { entityId: id, change })
  return { outcome: changed ? 'applied' : 'unchanged', id }
}

const latest = (a: Date | undefined, b: Date): Date => (a !== undefined && a > b ? a : b)
/** A registry whose clock runs ahead must not keep people from registering for longer than this. */
const AHEAD_MS = 300_000
const notFarAhead = (at: Date, now: Date): Date => new Date(Math.min(at.getTime(), now.getTime() + AHEAD_MS))

const effectOf = async (deps: RegisterDeps, tx: Tx, event: RegisterEvent): Promise<Effect | 'superseded'> => {
  const { registerEvents } = deps.store
  const known = await registerEvents.lockSubject(tx, event.registry, event.subject)
  if (isSuperseded(event, known)) return 'superseded'
  const effect =
    event.registry === 'population' ? await applyToPerson(deps, tx, event) : await applyToEntity(deps, tx, event)
  const applied = { ...known.applied, [factOf(event)]: event.seq }
  await registerEvents.putSubject(tx, {
    ...known,
    newestEventAt: latest(known.newestEventAt, notFarAhead(event.at, deps.clock.now())),
    // Of a subject that is not here only the time counts: who registers meanwhile must ask the registry again.
    ...(effect.outcome === 'no-subject' ? {} : { applied }),
  })
  return effect
}

const record = async (
  deps: RegisterDeps,
  tx: Tx,
  { event, via, effect }: { event: ReadEvent; via: 'push' | 'poll'; effect: Effect | 'not-understood' },
): Promise<void> => {
  if (effect !== 'not-understood' && effect.outcome !== 'applied') return
  const object =
    effect === 'not-understood' || effect.id === undefined
      ? { kind: 'register-event', id: event.id }
      : { kind: event.registry === 'population' ? 'person' : 'entity', id: effect.id }
  await deps.audit.record(tx, {
    action: `register.${event.change}`,
    actor: { kind: 'system', id: `${event.registry}-registry` },
    object,
    detail: { eventId: event.id, seq: event.seq, via },
  })
}

/** Safe to call from several processes with the same event at once. */
export const applyRegisterEvent = (
  deps: RegisterDeps,
  { event, via }: { readonly event: ReadEvent; readonly via: 'push' | 'poll' },
): Promise<RegisterOutcome> =>
  deps.work.run(async (tx) => {
    const { registerEvents } = deps.store
    const begun = await registerEvents.begin(tx, event, { via, receivedAt: deps.clock.now() })
    if (begun !== 'new') return begun
    const effect = event.change === 'not-understood' ? event.change : await effectOf(deps, tx, event)
    const outcome = typeof effect === 'string' ? effect : effect.outcome
    await registerEvents.finish(tx, event, outcome)
    if (effect !== 'superseded') await record(deps, tx, { event, via, effect })
    return outcome
  })

/**
 * Written down with what a registry's answer creates, in the same transaction, so that neither overtakes the other:
 * false when the registry has told something since it answered; then it must be asked again.
 */
export const noteRegistryAnswer = async (
  { store }: Pick<IdentityDeps, 'store'>,
  tx: Tx,
  { registry, subject, at }: { readonly registry: RegistryName; readonly subject: string; readonly at: Date },
): Promise<boolean> => {
  const known = await store.registerEvents.lockSubject(tx, registry, subject)
  if (known.newestEventAt !== undefined && known.newestEventAt >= at) return false
  await store.registerEvents.putSubject(tx, { ...known, answeredAt: latest(known.answeredAt, at) })
  return true
}
