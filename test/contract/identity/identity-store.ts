/** What the identity store promises, whatever database is below. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import {
  authenticate,
  grantMandate,
  registerEntity,
  registerPerson,
  requireAuthority,
  revokeMandate,
  type Mandate,
} from '../../../src/identity/index.ts'
import { isTrustError } from '../../../src/errors.ts'
import {
  accountOf,
  countRows,
  enrol,
  enrolEntity,
  makeIdentityWorld,
  personNamed,
  type IdentityWorld,
} from '../../unit/identity/identity-world.ts'

const outcomes = async (attempts: readonly Promise<unknown>[]): Promise<string[]> =>
  (await Promise.allSettled(attempts))
    .map((r) => (r.status === 'fulfilled' ? 'done' : isTrustError(r.reason) ? r.reason.code : String(r.reason)))
    .sort()

export const identityStoreContract = (open: () => Promise<Db>): void => {
  let w: IdentityWorld
  beforeAll(async () => {
    w = await makeIdentityWorld(await open())
  })
  beforeEach(() => w.reset())
  afterAll(() => w.close())

  const lin = () => ({ ...personNamed('lin'), ...accountOf('lin') })
  const grant = async (): Promise<{ mandate: Mandate; agent: string }> => {
    const { id: entityId, legalRepresentativeId: actor = '' } = await enrolEntity(w, 'shili')
    const agent = (await enrol(w, 'lin')).personId
    const validTo = new Date(w.clock.now().getTime() + 86_400_000)
    const functions = ['matter.file', 'seal.use'] as const
    const mandate = await grantMandate(w.deps, {
      actor,
      entityId,
      agent: { kind: 'person', personId: agent },
      functions,
      validTo,
    })
    return { mandate, agent }
  }

  it('lets one of several simultaneous registrations of one citizen win, and leaves nothing of the others', async () => {
    const attempts = Array.from({ length: 6 }, (_, i) => registerPerson(w.deps, { ...lin(), loginName: `number-${i}` }))
    expect(await outcomes(attempts)).toEqual([...Array(5).fill('PERSON_ALREADY_REGISTERED'), 'done'])
    for (const table of ['natural_person', 'account', 'proofing_evidence', 'audit_event'])
      expect(await countRows(w.db, table)).toBe(1)
  })

  it('lets one of two simultaneous registrations of one login name win', async () => {
    const zhou = { ...personNamed('zhou'), loginName: lin().loginName, password: 'quite-long-enough' }
    const attempts = [registerPerson(w.deps, lin()), registerPerson(w.deps, zhou)]
    expect(await outcomes(attempts)).toEqual(['LOGIN_NAME_TAKEN', 'done'])
    expect(await countRows(w.db, 'natural_person')).toBe(1)
  })

  it('lets one of two simultaneous registrations of one entity win', async () => {
    const { personId: actor } = await enrol(w, 'wu')
    const entity = { actor, name: '澄州样本精密制造有限公司', uscc: '91990100MA5QRT2B9A' }
    expect(await outcomes([registerEntity(w.deps, entity), registerEntity(w.deps, entity)])).toEqual([
      'ENTITY_ALREADY_REGISTERED',
      'done',
    ])
  })

  it('revokes a mandate once, however many ask at once', async () => {
    const { mandate, agent } = await grant()
    const attempts = Array.from({ length: 5 }, () => revokeMandate(w.deps, { mandateId: mandate.id, actor: agent }))
    expect(await outcomes(attempts)).toEqual([...Array(4).fill('MANDATE_REVOKED'), 'done'])
    expect(w.reactions).toHaveLength(1)
  })

  it('holds a mandate against revocation while a transaction relies on it', async () => {
    const { mandate, agent } = await grant()
    const question = {
      entityId: mandate.entityId,
      agent: mandate.agent,
      function: 'seal.use',
      at: w.clock.now(),
    } as const
    const order: string[] = []
    // Begun outside the transaction, as another request is: the embedded database refuses a second one inside.
    const relying = Promise.withResolvers<void>()
    const revocation = relying.promise
      .then(() => revokeMandate(w.deps, { mandateId: mandate.id, actor: agent }))
      .then(() => order.push('revoked'))
    await w.deps.work.run(async (tx) => {
      await requireAuthority(w.deps, { ...question, tx })
      relying.resolve()
      await new Promise((resolve) => setTimeout(resolve, 200))
      order.push('relied on')
    })
    await revocation
    expect(order).toEqual(['relied on', 'revoked'])
  })

  it('gives back what went in', async () => {
    const { mandate, agent } = await grant()
    expect(await w.deps.store.mandates.find(mandate.id)).toEqual(mandate)
    expect(await w.deps.store.mandates.ofEntity(mandate.entityId)).toEqual([mandate])
    expect(await w.deps.store.mandates.ofAgent({ kind: 'client', clientId: agent })).toEqual([])
    const person = await w.deps.store.persons.find(agent)
    expect(await w.deps.store.persons.findByCitizenId(personNamed('lin').citizenIdNumber)).toEqual(person)
    const entity = await w.deps.store.entities.find(mandate.entityId)
    expect(await w.deps.store.entities.findMany([mandate.entityId, agent])).toEqual([entity])
    expect(entity && (await w.deps.store.entities.findByUscc(entity.uscc))).toEqual(entity)
  })

  it('says at once whose an account is, whether either is barred, and how sure we are', async () => {
    await enrol(w, 'lin')
    const { id, personId } = (await w.deps.store.accounts.findForSignIn({ loginName: lin().loginName })) ?? {}
    const holder = () => w.deps.store.accounts.findHolder(id ?? '')
    const free = { personId, accountStatus: 'active', personStatus: 'active', proofing: 'L3' }
    expect(await holder()).toEqual(free)
    await w.deps.work.run((tx) => w.deps.store.accounts.setStatus(tx, id ?? '', 'frozen'))
    expect(await holder()).toEqual({ ...free, accountStatus: 'frozen' })
    await w.db.query("UPDATE natural_person SET status = 'deceased' WHERE id = $1", [personId ?? ''])
    expect(await holder()).toEqual({ ...free, accountStatus: 'frozen', personStatus: 'deceased' })
    expect(await w.deps.store.accounts.findHolder(personId ?? '')).toBeUndefined()
  })

  it('lets sign-ins of one person from many windows pass together', async () => {
    await enrol(w, 'lin')
    const { loginName: name, password } = lin()
    const attempts = Array.from({ length: 5 }, () => authenticate(w.deps, { name, password, address: '192.0.2.1' }))
    expect(await outcomes(attempts)).toEqual(Array(5).fill('done'))
  })

  it.each([
    ['a mandate is deleted', 'DELETE FROM mandate'],
    ['a mandate is lengthened', "UPDATE mandate SET valid_to = valid_to + interval '1 day'"],
    ['a mandate gets another function', "UPDATE mandate SET functions = ARRAY['seal.approve']"],
    ['evidence is changed', "UPDATE proofing_evidence SET level = 'L5'"],
    ['evidence is deleted', 'DELETE FROM proofing_evidence'],
    ['a person has an unknown level', "UPDATE natural_person SET proofing = 'L9'"],
    ['an account is neither active nor frozen', "UPDATE account SET status = 'gone'"],
    ['an entity is of an unknown kind', "UPDATE legal_entity SET kind = 'club'"],
    ['a login name has capitals', "UPDATE account SET login_name = 'Capital'"],
    ['a mandate is revoked by nobody', 'UPDATE mandate SET revoked_at = now()'],
  ])('refuses in the database itself that %s', async (_what, sql) => {
    await grant()
    await expect(w.db.query(sql)).rejects.toThrow()
  })
}
