import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { applyRegisterEvent, type RegisterEvent } from '../../../src/identity/index.ts'
import { readEvent } from '../../../adapters/registry-call/read-event.ts'
import { factOf, isSuperseded, type RegisterSubject } from '../../../src/identity/register-event.ts'
import {
  authenticate,
  grantMandate,
  listPrincipals,
  registerEntity,
  registerPerson,
  requireAuthority,
  type LegalEntity,
} from '../../../src/identity/index.ts'
import { freshEmbedded } from '../../support/database.ts'
import {
  accountOf,
  countRows,
  enrol,
  enrolEntity,
  entityNamed,
  makeIdentityWorld,
  personNamed,
  type IdentityWorld,
} from './identity-world.ts'

const AT = new Date('2026-11-22T00:00:00Z')
const UUID = '0193aaaa-0000-7000-8000-000000000001'
const wire = (change: object = {}) => ({
  eventId: UUID,
  seq: 7,
  at: AT.toISOString(),
  code: '10',
  citizenIdNumber: personNamed('lin').citizenIdNumber,
  ...change,
})

describe('what a registry writes', () => {
  it('is read', () => {
    expect(readEvent('population', wire())).toEqual({
      registry: 'population',
      id: UUID,
      seq: 7,
      at: AT,
      subject: personNamed('lin').citizenIdNumber,
      change: 'deceased',
    })
    expect(
      readEvent('legal-entity', {
        ...wire({ code: '23', name: '新名称（云湖）有限公司' }),
        uscc: entityNamed('shili').uscc,
      }),
    ).toMatchObject({
      change: 'renamed',
      name: '新名称（云湖）有限公司',
    })
  })

  it.each([
    ['a code of another registry', { code: '20' }],
    ['a code not defined', { code: '77' }],
    ['a code that every object has', { code: 'constructor' }],
    ['no time', { at: undefined }],
    ['a number with a wrong check digit', { citizenIdNumber: '990101199001010001' }],
    ['a number that is not text', { citizenIdNumber: 42 }],
    ['a new name without one', { code: '11' }],
    ['a new name with markup', { code: '11', name: '<b>' }],
    ['a name where none belongs', { name: '林样例' }],
  ])('is kept as not understood with %s', (_what, change) => {
    expect(readEvent('population', wire(change))).toEqual({
      registry: 'population',
      id: UUID,
      seq: 7,
      change: 'not-understood',
    })
  })

  it.each([null, 'text', 7, [], {}, wire({ eventId: 'x' }), wire({ seq: 0 }), wire({ seq: 1.5 }), wire({ seq: '7' })])(
    'is nonsense: %j',
    (value) => {
      expect(readEvent('population', value)).toBeUndefined()
    },
  )
})

describe('order of arrival', () => {
  const changes = fc.constantFrom('deregistered', 'revoked', 'restored', 'renamed', 'representative-changed')
  const histories = fc.array(changes, { minLength: 1, maxLength: 12 }).chain((list) => {
    const events = list.map((change, i) => ({ change, seq: i + 1 }) as unknown as RegisterEvent)
    return fc.record({
      events: fc.constant(events),
      order: fc.shuffledSubarray([...events, ...events], { minLength: events.length }),
    })
  })

  it('does not matter: the newest of each fact counts, once', () => {
    fc.assert(
      fc.property(histories, ({ events, order }) => {
        const deliveries = [...order, ...events]
        let known: RegisterSubject = {
          registry: 'legal-entity',
          subject: 'x',
          applied: { status: 0, name: 0, representative: 0 },
        }
        const state: Record<string, string> = {}
        for (const event of deliveries) {
          if (isSuperseded(event, known)) continue
          known = { ...known, applied: { ...known.applied, [factOf(event)]: event.seq } }
          state[factOf(event)] = `${event.change} ${event.seq}`
        }
        const wanted: Record<string, string> = {}
        for (const event of events) wanted[factOf(event)] = `${event.change} ${event.seq}`
        expect(state).toEqual(wanted)
      }),
    )
  })
})

describe('what a registry told', () => {
  let w: IdentityWorld
  let company: LegalEntity
  let seq = 0
  beforeAll(async () => {
    w = await makeIdentityWorld(await freshEmbedded())
  })
  beforeEach(async () => {
    await w.reset()
    company = await enrolEntity(w, 'shili')
    w.reactions.length = 0
  })
  afterAll(() => w.close())

  const later = () => new Date(w.clock.now().getTime() + 60_000)
  const told = (change: string, more: object = {}): RegisterEvent => {
    const population = ['deceased', 'alive'].includes(change)
    return {
      registry: population ? 'population' : 'legal-entity',
      id: w.deps.ids.next(),
      seq: ++seq,
      at: later(),
      subject: population ? personNamed('lin').citizenIdNumber : company.uscc,
      change: change === 'alive' ? 'restored' : change,
      ...more,
    } as unknown as RegisterEvent
  }
  const apply = (event: RegisterEvent) => applyRegisterEvent(w.deps, { event, via: 'push' })
  const head = () => company.legalRepresentativeId ?? ''
  const agentOf = async () => (await enrol(w, 'lin')).personId
  const grantTo = (personId: string) =>
    grantMandate(w.deps, {
      actor: head(),
      entityId: company.id,
      agent: { kind: 'person', personId },
      functions: ['seal.use'],
      validTo: new Date(w.clock.now().getTime() + 86_400_000),
    })
  const may = (personId: string) =>
    requireAuthority(w.deps, {
      entityId: company.id,
      agent: { kind: 'person', personId },
      function: 'seal.use',
      at: w.clock.now(),
    })

  it('ends the powers and the sign-in of who has died, and announces it', async () => {
    const personId = await agentOf()
    await grantTo(personId)
    const { loginName: name, password } = accountOf('lin')
    const { accountId } = await authenticate(w.deps, { name, password, address: '192.0.2.1' })
    expect(await apply(told('deceased'))).toBe('applied')
    expect(w.reactions).toEqual([`deceased ${personId}`])
    await expect(may(personId)).rejects.toMatchObject({ code: 'PERSON_DECEASED' })
    await expect(authenticate(w.deps, { name, password, address: '192.0.2.1' })).rejects.toMatchObject({
      code: 'PERSON_DECEASED',
    })
    expect(accountId).toBeTruthy()
  })

  it('gives everything back when the death was a mistake', async () => {
    const personId = await agentOf()
    await grantTo(personId)
    await apply(told('deceased'))
    expect(await apply(told('alive'))).toBe('applied')
    expect(await may(personId)).toMatchObject({ entity: { id: company.id } })
  })

  it.each(['deregistered', 'revoked'])('lets nobody act for an entity that is %s', async (change) => {
    const personId = await agentOf()
    await grantTo(personId)
    expect(await apply(told(change))).toBe('applied')
    expect(w.reactions).toEqual([`${change} ${company.id}`])
    await expect(may(personId)).rejects.toMatchObject({ code: 'ENTITY_NOT_ACTIVE' })
    await expect(may(head())).rejects.toMatchObject({ code: 'ENTITY_NOT_ACTIVE' })
    expect(await apply(told('restored'))).toBe('applied')
    expect(await may(personId)).toMatchObject({ entity: { status: 'active' } })
  })

  it('takes the powers of a former representative, and leaves the mandates of the entity', async () => {
    const personId = await agentOf()
    await grantTo(personId)
    expect(await apply(told('representative-changed'))).toBe('applied')
    expect(w.reactions).toEqual([`representative-changed ${company.id}`])
    await expect(may(head())).rejects.toMatchObject({ code: 'MANDATE_MISSING' })
    expect((await listPrincipals(w.deps, { personId: head(), at: w.clock.now() })).available).toEqual([])
    expect(await may(personId)).toBeDefined()
    await expect(grantTo(personId)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('revokes the mandates of a former representative where the policy says so', async () => {
    const personId = await agentOf()
    const { id } = await grantTo(personId)
    const registerPolicy = { mandatesOfFormerRepresentative: 'revoke' } as const
    await applyRegisterEvent({ ...w.deps, registerPolicy }, { event: told('representative-changed'), via: 'poll' })
    expect(w.reactions).toEqual([`representative-changed ${company.id}`, `mandate-revoked ${id}`])
    await expect(may(personId)).rejects.toMatchObject({ code: 'MANDATE_REVOKED' })
  })

  it('renames an entity once, and not into what it is called', async () => {
    expect(await apply(told('renamed', { name: '样例新名（云湖）有限公司' }))).toBe('applied')
    expect(await apply(told('renamed', { name: '样例新名（云湖）有限公司' }))).toBe('unchanged')
    expect(w.reactions).toEqual([`renamed ${company.id}`])
    expect(await w.deps.store.entities.find(company.id)).toMatchObject({ name: '样例新名（云湖）有限公司' })
  })

  it('is taken once: a repeat changes nothing, another text under its id or number neither', async () => {
    const event = told('revoked')
    expect(await apply(event)).toBe('applied')
    expect(await apply(event)).toBe('repeated')
    expect(await apply({ ...event, change: 'restored' } as RegisterEvent)).toBe('conflict')
    expect(await apply({ ...event, id: w.deps.ids.next() })).toBe('conflict')
    expect(w.reactions).toHaveLength(1)
    expect(await w.deps.store.entities.find(company.id)).toMatchObject({ status: 'revoked' })
  })

  it('is overtaken by what is newer', async () => {
    const first = told('deregistered')
    const second = told('restored')
    const third = told('representative-changed')
    expect(await apply(second)).toBe('unchanged')
    expect(await apply(first)).toBe('superseded')
    expect(await apply(third)).toBe('applied')
    expect(await w.deps.store.entities.find(company.id)).toMatchObject({ status: 'active' })
  })

  it('is overtaken by the registry’s own later answer', async () => {
    const past = new Date(w.clock.now().getTime() - 60_000)
    expect(await apply(told('representative-changed', { at: past }))).toBe('superseded')
    expect(await w.deps.store.entities.find(company.id)).toMatchObject({ legalRepresentativeId: head() })
  })

  it('does not concern us when nobody here is meant', async () => {
    expect(await apply(told('deceased'))).toBe('no-subject')
    expect(w.reactions).toEqual([])
  })

  it('makes a registration that it overtook ask again', async () => {
    await apply(told('deceased'))
    const lin = { ...personNamed('lin'), ...accountOf('lin') }
    await expect(registerPerson(w.deps, lin)).rejects.toMatchObject({ code: 'TRY_LATER' })
    expect(await countRows(w.db, 'natural_person')).toBe(1)
    const entity = entityNamed('xugou')
    const { personId: actor } = await enrol(w, entity.legalRepresentative)
    await apply(told('revoked', { subject: entity.uscc }))
    await expect(registerEntity(w.deps, { actor, ...entity })).rejects.toMatchObject({ code: 'TRY_LATER' })
  })

  it('leaves nothing behind when a reaction fails, and is taken when told again', async () => {
    const event = told('deregistered')
    const reaction = { ...w.deps.reaction, entityChanged: () => Promise.reject(new Error('oidc is down')) }
    await expect(applyRegisterEvent({ ...w.deps, reaction }, { event, via: 'poll' })).rejects.toThrow('oidc is down')
    expect(await w.deps.store.entities.find(company.id)).toMatchObject({ status: 'active' })
    expect(await apply(event)).toBe('applied')
  })

  it('keeps neither names nor numbers of what it was about, save the digest', async () => {
    await apply(told('renamed', { name: '样例新名（云湖）有限公司' }))
    const rows = JSON.stringify([
      await w.db.query('SELECT registry, event_id, seq, via, outcome FROM register_event'),
      await w.db.query("SELECT action, object_kind, detail FROM audit_event WHERE action LIKE 'register.%'"),
    ])
    expect(rows).toContain('register.renamed')
    expect(rows).not.toContain('样例新名')
    expect(rows).not.toContain(company.uscc)
  })

  it('gives an entity to its new representative, who comes and is matched, and to nobody else', async () => {
    const entity = entityNamed('shili')
    const { personId: lin } = await enrol(w, 'lin')
    await expect(registerEntity(w.deps, { actor: lin, ...entity })).rejects.toMatchObject({ code: 'ENTITY_MISMATCH' })
    await w.tell('legal-entity', { code: '24', uscc: entity.uscc, representative: 'lin' })
    const taken = await registerEntity(w.deps, { actor: lin, ...entity })
    expect(taken).toMatchObject({ id: company.id, legalRepresentativeId: lin })
    expect(w.reactions).toEqual([`representative-changed ${company.id}`])
    expect(await may(lin)).toMatchObject({ via: 'legal-representative' })
    await expect(may(head())).rejects.toMatchObject({ code: 'MANDATE_MISSING' })
    await w.tell('legal-entity', { code: '24', uscc: entity.uscc, representative: entity.legalRepresentative })
  })
})
