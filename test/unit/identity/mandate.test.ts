import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  appointAdministrators,
  findAdministratorRole,
  findMandatesGiven,
  findMandatesReceived,
  grantMandate,
  listPrincipals,
  requireAuthority,
  revokeMandate,
  type LegalEntity,
  type MandateFunction,
  type MandateGrant,
} from '../../../src/identity/index.ts'
import { freshEmbedded } from '../../support/database.ts'
import { enrol, enrolEntity, makeIdentityWorld, personNamed, type IdentityWorld } from './identity-world.ts'

const DAY = 86_400_000

let w: IdentityWorld
let company: LegalEntity
let agent: string
beforeAll(async () => {
  w = await makeIdentityWorld(await freshEmbedded())
})
beforeEach(async () => {
  await w.reset()
  company = await enrolEntity(w, 'shili')
  agent = (await enrol(w, 'lin')).personId
})
afterAll(() => w.close())

const headOf = (entity: LegalEntity): string => entity.legalRepresentativeId ?? ''
const inDays = (days: number): Date => new Date(w.clock.now().getTime() + days * DAY)
const grant = (change: Partial<MandateGrant> = {}) =>
  grantMandate(w.deps, {
    actor: headOf(company),
    entityId: company.id,
    agent: { kind: 'person', personId: agent },
    functions: ['matter.file', 'seal.use'],
    validTo: inDays(30),
    ...change,
  })
const may = (fn: MandateFunction, personId = agent, at = w.clock.now()) =>
  requireAuthority(w.deps, { entityId: company.id, agent: { kind: 'person', personId }, function: fn, at })
const principals = () => listPrincipals(w.deps, { personId: agent, at: w.clock.now() })
const setEntityStatus = (status: string) => w.db.query('UPDATE legal_entity SET status = $1', [status])

describe('granting', () => {
  it('lets the agent do what was named, and nothing else', async () => {
    const mandate = await grant()
    expect(await may('seal.use')).toMatchObject({
      via: { mandateId: mandate.id },
      validTo: mandate.validTo,
      entity: { id: company.id },
    })
    await expect(may('licence.read')).rejects.toMatchObject({ code: 'MANDATE_MISSING' })
  })

  it('gives the legal representative everything that the entity may do, and not more', async () => {
    expect(await may('seal.apply', headOf(company))).toMatchObject({ via: 'legal-representative' })
    await expect(may('licence.issue', headOf(company))).rejects.toMatchObject({ code: 'MANDATE_MISSING' })
  })

  it('lets a client of an office stamp and issue', async () => {
    const office = await enrolEntity(w, 'scjg')
    const client = { kind: 'client', clientId: 'approval-scjg' } as const
    await grant({
      actor: headOf(office),
      entityId: office.id,
      agent: client,
      functions: ['seal.use', 'licence.issue'],
    })
    const question = { entityId: office.id, agent: client, function: 'licence.issue', at: w.clock.now() } as const
    expect(await requireAuthority(w.deps, question)).toMatchObject({ agent: client })
  })

  it.each([
    [
      'by somebody who is not the legal representative',
      () => ({ actor: agent, agent: { kind: 'client', clientId: 'c' } as const }),
      'FORBIDDEN',
    ],
    ['to oneself', () => ({ agent: { kind: 'person', personId: headOf(company) } as const }), 'MANDATE_NOT_GRANTABLE'],
    ['to nobody', () => ({ agent: { kind: 'person', personId: w.deps.ids.next() } as const }), 'PERSON_NOT_FOUND'],
    ['of nothing', () => ({ functions: [] }), 'MANDATE_NOT_GRANTABLE'],
    [
      'of an unknown function',
      () => ({ functions: ['seal.use', 'everything'] as MandateFunction[] }),
      'MANDATE_NOT_GRANTABLE',
    ],
    [
      'of issuing licences for an enterprise',
      () => ({ functions: ['licence.issue'] as const }),
      'MANDATE_NOT_GRANTABLE',
    ],
    [
      'of approving seals to a client',
      () => ({ agent: { kind: 'client', clientId: 'c' } as const, functions: ['seal.approve'] as const }),
      'MANDATE_NOT_GRANTABLE',
    ],
    ['that ends before it begins', () => ({ validFrom: inDays(3), validTo: inDays(2) }), 'MANDATE_NOT_GRANTABLE'],
    ['that is over already', () => ({ validFrom: inDays(-3), validTo: inDays(-2) }), 'MANDATE_NOT_GRANTABLE'],
    ['without a proper end', () => ({ validTo: new Date(Number.NaN) }), 'MANDATE_NOT_GRANTABLE'],
    ['for ever', () => ({ validTo: inDays(3650) }), 'MANDATE_NOT_GRANTABLE'],
    ['for an entity that is not there', () => ({ entityId: w.deps.ids.next() }), 'ENTITY_NOT_FOUND'],
  ])('refuses a mandate %s', async (_what, change, code) => {
    await expect(grant(change())).rejects.toMatchObject({ code })
    expect(await w.db.query('SELECT id FROM mandate')).toEqual([])
  })

  it('refuses a mandate of an entity that is not active', async () => {
    await setEntityStatus('revoked')
    await expect(grant()).rejects.toMatchObject({ code: 'ENTITY_NOT_ACTIVE' })
  })
})

describe('authority ends', () => {
  it('at the moment the mandate ends, and not before it begins', async () => {
    const mandate = await grant({ validFrom: inDays(1) })
    await expect(may('seal.use')).rejects.toMatchObject({ code: 'MANDATE_MISSING' })
    expect(await may('seal.use', agent, mandate.validFrom)).toBeDefined()
    expect(await may('seal.use', agent, new Date(mandate.validTo.getTime() - 1))).toBeDefined()
    await expect(may('seal.use', agent, mandate.validTo)).rejects.toMatchObject({ code: 'MANDATE_EXPIRED' })
  })

  it('when the entity is not active, for its legal representative too', async () => {
    await grant()
    await setEntityStatus('revoked')
    await expect(may('seal.use')).rejects.toMatchObject({ code: 'ENTITY_NOT_ACTIVE' })
    await expect(may('seal.use', headOf(company))).rejects.toMatchObject({ code: 'ENTITY_NOT_ACTIVE' })
  })

  it('with revocation, at once, and who must react is told', async () => {
    const { id } = await grant()
    await revokeMandate(w.deps, { mandateId: id, actor: headOf(company) })
    await expect(may('seal.use')).rejects.toMatchObject({ code: 'MANDATE_REVOKED' })
    expect(w.reactions).toEqual([`mandate-revoked ${id}`])
  })

  it('but not while another mandate holds', async () => {
    const { id } = await grant()
    await grant({ functions: ['seal.use'] })
    await revokeMandate(w.deps, { mandateId: id, actor: headOf(company) })
    expect(await may('seal.use')).toBeDefined()
    await expect(may('matter.file')).rejects.toMatchObject({ code: 'MANDATE_REVOKED' })
  })
})

describe('revoking', () => {
  it('lets the agent lay a mandate down', async () => {
    const { id } = await grant()
    expect((await revokeMandate(w.deps, { mandateId: id, actor: agent })).revokedAt).toBeInstanceOf(Date)
  })

  it('refuses strangers, unknown mandates and a second time', async () => {
    const { id } = await grant()
    const stranger = (await enrol(w, 'wu')).personId
    await expect(revokeMandate(w.deps, { mandateId: id, actor: stranger })).rejects.toMatchObject({
      code: 'MANDATE_MISSING',
    })
    await expect(revokeMandate(w.deps, { mandateId: w.deps.ids.next(), actor: agent })).rejects.toMatchObject({
      code: 'MANDATE_MISSING',
    })
    await revokeMandate(w.deps, { mandateId: id, actor: agent })
    await expect(revokeMandate(w.deps, { mandateId: id, actor: agent })).rejects.toMatchObject({
      code: 'MANDATE_REVOKED',
    })
    expect(w.reactions).toHaveLength(1)
  })

  it('does not happen when a reaction fails', async () => {
    const { id } = await grant()
    const reaction = { ...w.deps.reaction, mandateRevoked: () => Promise.reject(new Error('oidc is down')) }
    await expect(revokeMandate({ ...w.deps, reaction }, { mandateId: id, actor: agent })).rejects.toThrow()
    expect(await may('seal.use')).toBeDefined()
  })
})

describe('whom a person may act for', () => {
  it('lists entities they represent and mandates they hold', async () => {
    const { id, validTo, functions } = await grant()
    expect(await principals()).toMatchObject({
      available: [{ principal: { kind: 'entity', entityId: company.id, via: { mandateId: id } }, functions, validTo }],
      unavailable: [],
    })
    const own = await listPrincipals(w.deps, { personId: headOf(company), at: w.clock.now() })
    expect(own.available).toMatchObject([{ principal: { via: 'legal-representative' } }])
    expect(own.available[0]?.functions).not.toContain('licence.issue')
  })

  it.each([
    ['expired', async () => void (await grant(), w.clock.forward(31 * DAY))],
    ['not-yet-valid', async () => void (await grant({ validFrom: inDays(1) }))],
    ['revoked', async () => void (await revokeMandate(w.deps, { mandateId: (await grant()).id, actor: agent }))],
    ['entity-not-active', async () => void (await grant(), await setEntityStatus('revoked'))],
  ])('names those that cannot be chosen: %s', async (reason, arrange) => {
    await arrange()
    expect(await principals()).toMatchObject({ available: [], unavailable: [{ entity: { id: company.id }, reason }] })
  })

  it('does not list an ended mandate beside one that holds', async () => {
    await revokeMandate(w.deps, { mandateId: (await grant()).id, actor: agent })
    await grant()
    expect(await principals()).toMatchObject({ available: [{}], unavailable: [] })
  })

  it('shows pages the mandates given and received', async () => {
    await grant()
    const at = w.clock.now()
    const given = await findMandatesGiven(w.deps, { personId: headOf(company), at })
    expect(given).toMatchObject([{ agentName: personNamed('lin').name, state: 'valid', entity: { id: company.id } }])
    expect(await findMandatesReceived(w.deps, { personId: agent, at })).toEqual(given)
    expect(await findMandatesGiven(w.deps, { personId: agent, at })).toEqual([])
  })
})

describe('administrators', () => {
  it('are three people, appointed once', async () => {
    const [system, security, audit] = (await Promise.all(
      ['feng', 'chu', 'wei'].map(async (p) => (await enrol(w, p)).accountId),
    )) as [string, string, string]
    await expect(appointAdministrators(w.deps, { system, security: system, audit })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    })
    const unknown = w.deps.ids.next()
    await expect(appointAdministrators(w.deps, { system, security, audit: unknown })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    expect(await findAdministratorRole(w.deps, system)).toBeUndefined()
    await appointAdministrators(w.deps, { system, security, audit })
    expect(await findAdministratorRole(w.deps, audit)).toBe('audit')
    await expect(appointAdministrators(w.deps, { system, security, audit })).rejects.toMatchObject({
      code: 'BOOTSTRAP_DONE',
    })
  })
})
