import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findProvenEntity, findProvenPerson, registerEntity, registerPerson } from '../../../src/identity/index.ts'
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

let w: IdentityWorld
beforeAll(async () => {
  w = await makeIdentityWorld(await freshEmbedded())
})
beforeEach(async () => {
  await w.reset()
})
afterAll(() => w.close())

const lin = () => ({ ...personNamed('lin'), ...accountOf('lin') })
const nothingStored = async (): Promise<void> => {
  for (const table of ['natural_person', 'account', 'proofing_evidence', 'audit_event'])
    expect(await countRows(w.db, table)).toBe(0)
}

describe('registering over and over from one address', () => {
  const address = '192.0.2.9'
  const guess = (from = address) =>
    registerPerson(w.deps, { ...lin(), name: '林别人', address: from }).catch((e: { code?: string }) => e.code)
  const guesses = async (count: number, from = address): Promise<unknown[]> => {
    const codes: unknown[] = []
    for (let i = 0; i < count; i++) codes.push(await guess(from))
    return codes
  }

  it('is held back after some failures, and let go with time', async () => {
    const codes = await guesses(18)
    expect(codes.slice(0, 15)).toEqual(Array(15).fill('PERSON_MISMATCH'))
    expect(codes).toContain('TOO_MANY_REQUESTS')
    await expect(registerPerson(w.deps, { ...lin(), address })).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' })
    w.clock.forward(3_700_000)
    await expect(registerPerson(w.deps, { ...lin(), address })).resolves.toBeDefined()
  })

  it('holds nobody else back, and a whole IPv6 network as one', async () => {
    await guesses(18, '2001:db8:1:2::1')
    expect(await guess('2001:db8:1:2:ffff::9')).toBe('TOO_MANY_REQUESTS')
    expect(await guess('2001:db8:1:3::1')).toBe('PERSON_MISMATCH')
  })

  it('counts neither what went through nor an outage', async () => {
    await w.control('population', { failure: '500' })
    expect(new Set(await guesses(20))).toEqual(new Set(['REGISTRY_UNAVAILABLE']))
    await w.control('population', { failure: 'none' })
    for (let i = 0; i < 20; i++)
      await registerPerson(w.deps, { ...lin(), loginName: `again-${i}`, address }).catch(() => undefined)
    expect(await guess()).toBe('PERSON_MISMATCH')
  })

  it('gets no more guesses all at once than one by one', async () => {
    const codes = await Promise.all(Array.from({ length: 30 }, () => guess()))
    expect(codes.filter((c) => c === 'PERSON_MISMATCH').length).toBeLessThanOrEqual(16)
  })
})

describe('registering a person', () => {
  it('makes person, account and evidence after a match, and keeps what proves it', async () => {
    const { personId, accountId } = await enrol(w, 'lin')
    const proven = await findProvenPerson(w.deps, personId)
    expect(proven?.person).toMatchObject({ name: lin().name, citizenIdNumber: lin().citizenIdNumber, proofing: 'L3' })
    expect(proven?.evidence).toMatchObject([{ source: 'population-registry', method: 'name-and-number', level: 'L3' }])
    expect(await w.deps.store.accounts.find(accountId)).toMatchObject({ loginName: 'linxiaoyang', status: 'active' })
  })

  it('forgives spaces and a small x in the number, and capitals in the login name', async () => {
    const { name, citizenIdNumber, loginName, password } = lin()
    const typed = `${citizenIdNumber.slice(0, 6)} ${citizenIdNumber.slice(6)} `.toLowerCase()
    await registerPerson(w.deps, {
      name: ` ${name}`,
      citizenIdNumber: typed,
      loginName: loginName.toUpperCase(),
      password,
    })
    expect(await w.deps.store.accounts.findForSignIn({ loginName })).toBeDefined()
  })

  it('leaves neither name nor number readable in any table', async () => {
    await enrol(w, 'lin')
    const tables = ['natural_person', 'account', 'proofing_evidence', 'audit_event', 'sign_in_attempt']
    const dump = JSON.stringify(
      await Promise.all(
        tables.map((t) => w.db.query(`SELECT t::text AS row, encode(t::text::bytea, 'escape') AS bytes FROM ${t} t`)),
      ),
    )
    expect(dump).not.toContain(lin().citizenIdNumber)
    expect(dump).not.toContain(lin().name)
    expect(dump).not.toContain(Buffer.from(lin().citizenIdNumber).toString('hex'))
    expect(dump).not.toContain(Buffer.from(lin().name).toString('hex'))
  })

  it.each([
    [
      'a number with a wrong check character',
      { citizenIdNumber: '990103199002141233' },
      'CITIZEN_ID_INVALID',
      'citizenIdNumber',
    ],
    ['a day that does not exist', { citizenIdNumber: '990103199002301234' }, 'CITIZEN_ID_INVALID', 'citizenIdNumber'],
    ['a birth in the future', { citizenIdNumber: '990101209901011234' }, 'CITIZEN_ID_INVALID', 'citizenIdNumber'],
    ['a name with markup', { name: '<b>林' }, 'INPUT_INVALID', 'name'],
    ['an empty name', { name: ' ' }, 'INPUT_INVALID', 'name'],
    ['a login name that could be an ID number', { loginName: '990103199002141232' }, 'INPUT_INVALID', 'loginName'],
    ['a short password', { password: 'Kurz-9!' }, 'PASSWORD_WEAK', 'password'],
    ['a common password', { password: 'Password123' }, 'PASSWORD_WEAK', 'password'],
    ['one character ten times', { password: '啊啊啊啊啊啊啊啊啊啊' }, 'PASSWORD_WEAK', 'password'],
    ['a password with the login name in it', { password: 'my-LINXIAOYANG-1' }, 'PASSWORD_WEAK', 'password'],
    ['a password of thousands of characters', { password: 'ab3'.repeat(1000) }, 'PASSWORD_WEAK', 'password'],
  ])('refuses %s and asks no registry', async (_what, change, code, field) => {
    await w.control('population', { failure: '500' })
    const error = await registerPerson(w.deps, { ...lin(), ...change }).catch((e: unknown) => e)
    expect(error).toMatchObject({ code, field })
    for (const secret of Object.values(change))
      expect((error as Error).message).not.toContain(secret.trim() || 'impossible')
    await nothingStored()
  })

  it.each([
    ['another name', 'PERSON_MISMATCH', () => ({ ...lin(), name: '林大样' })],
    [
      'a former name',
      'PERSON_MISMATCH',
      () => ({ ...lin(), ...personNamed('shen'), name: personNamed('shen').formerName ?? '' }),
    ],
    ['a number nobody has', 'PERSON_NOT_FOUND', () => ({ ...lin(), citizenIdNumber: '11010519491231002X' })],
    ['somebody who has died', 'PERSON_DECEASED', () => ({ ...lin(), ...personNamed('han') })],
  ])('refuses %s and stores nothing', async (_what, code, typed) => {
    await expect(registerPerson(w.deps, typed())).rejects.toMatchObject({ code })
    await nothingStored()
  })

  it('refuses a second account for one person', async () => {
    await enrol(w, 'lin')
    await expect(registerPerson(w.deps, { ...lin(), loginName: 'other' })).rejects.toMatchObject({
      code: 'PERSON_ALREADY_REGISTERED',
    })
    expect(await countRows(w.db, 'account')).toBe(1)
  })

  it('does not tell who knows a number only that it is registered', async () => {
    await enrol(w, 'lin')
    const guess = { ...lin(), name: '林大样', loginName: 'other' }
    await expect(registerPerson(w.deps, guess)).rejects.toMatchObject({ code: 'PERSON_MISMATCH' })
  })

  it('refuses a login name that is taken', async () => {
    await enrol(w, 'lin')
    const other = { ...personNamed('zhou'), loginName: 'linxiaoyang', password: 'quite-long-enough' }
    await expect(registerPerson(w.deps, other)).rejects.toMatchObject({ code: 'LOGIN_NAME_TAKEN', field: 'loginName' })
  })
})

describe('registering an entity', () => {
  it('takes the kind from the registry and keeps the evidence', async () => {
    const office = await enrolEntity(w, 'scjg')
    expect(office).toMatchObject({ kind: 'government-office', status: 'active' })
    expect((await findProvenEntity(w.deps, office.id))?.evidence).toMatchObject([{ source: 'legal-entity-registry' }])
    expect(await enrolEntity(w, 'shili')).toMatchObject({ kind: 'enterprise' })
  })

  it('forgives half-width brackets, spaces, hyphens and small letters', async () => {
    const { personId: actor } = await enrol(w, 'zhou')
    const { name, uscc } = entityNamed('shili')
    const typed = `${uscc.slice(0, 8)}-${uscc.slice(8)} `.toLowerCase()
    await expect(registerEntity(w.deps, { actor, name: ` ${name}`, uscc: typed })).resolves.toMatchObject({ uscc })
  })

  it('refuses anybody but the registered legal representative', async () => {
    const { personId: actor } = await enrol(w, 'lin')
    const { name, uscc } = entityNamed('shili')
    await expect(registerEntity(w.deps, { actor, name, uscc })).rejects.toMatchObject({
      code: 'ENTITY_MISMATCH',
      field: 'legalRepresentative',
    })
    expect(await countRows(w.db, 'legal_entity')).toBe(0)
  })

  it.each([
    ['another name', 'shili', { name: '云湖示例科技股份公司' }, 'ENTITY_MISMATCH'],
    ['a code nobody has', 'shili', { uscc: '91110108756730417W' }, 'ENTITY_NOT_FOUND'],
    ['a code with a wrong check character', 'shili', { uscc: '91110108756730417X' }, 'USCC_INVALID'],
    ['a name with markup', 'shili', { name: '<script>' }, 'INPUT_INVALID'],
    ['an entity that was deregistered', 'jiuli', {}, 'ENTITY_NOT_ACTIVE'],
  ])('refuses %s and stores nothing', async (_what, id, change, code) => {
    const { name, uscc, legalRepresentative } = entityNamed(id)
    const { personId: actor } = await enrol(w, legalRepresentative)
    await expect(registerEntity(w.deps, { actor, name, uscc, ...change })).rejects.toMatchObject({ code })
    expect(await countRows(w.db, 'legal_entity')).toBe(0)
  })

  it('refuses an entity that is registered', async () => {
    const { legalRepresentativeId: actor = '', name, uscc } = await enrolEntity(w, 'shili')
    await expect(registerEntity(w.deps, { actor, name, uscc })).rejects.toMatchObject({
      code: 'ENTITY_ALREADY_REGISTERED',
    })
  })

  it('refuses an actor who was never proven', async () => {
    const { name, uscc } = entityNamed('shili')
    const actor = w.deps.ids.next()
    await expect(registerEntity(w.deps, { actor, name, uscc })).rejects.toMatchObject({ code: 'PERSON_NOT_FOUND' })
  })
})
