import { describe, expect, it } from 'vitest'
import type { Account, IdentityStore, LegalEntity, Mandate, NaturalPerson } from '../../../src/identity/index.ts'
import { makePeople } from '../../../src/oidc/index.ts'

const at = new Date('2026-11-21T08:00:00Z')
const person: NaturalPerson = {
  id: 'p1',
  name: '测试甲',
  citizenIdNumber: '11010519491231002X',
  status: 'active',
  proofing: 'L3',
  provenAt: at,
}
const account: Account = { id: 'a1', personId: 'p1', loginName: 'jia', status: 'active' }
const firm: LegalEntity = {
  id: 'e1',
  kind: 'enterprise',
  name: '某某科技有限公司',
  uscc: '91990100MA00000000',
  legalRepresentativeId: 'p2',
  status: 'active',
  registeredAt: at,
}
const mandate: Mandate = {
  id: 'm1',
  entityId: 'e1',
  agent: { kind: 'person', personId: 'p1' },
  functions: ['seal.use'],
  validFrom: new Date('2026-11-01T00:00:00Z'),
  validTo: new Date('2026-12-01T00:00:00Z'),
  grantedBy: 'p2',
}
const via = { kind: 'entity', entityId: 'e1', via: { mandateId: 'm1' } } as const

interface World {
  person?: Partial<NaturalPerson>
  account?: Partial<Account>
  firm?: Partial<LegalEntity>
  mandate?: Partial<Mandate>
}
const people = (world: World = {}) => {
  const theFirm = { ...firm, ...world.firm }
  const theMandate = { ...mandate, ...world.mandate }
  const store = {
    persons: { find: async (id: string) => (id === 'p1' ? { ...person, ...world.person } : undefined) },
    accounts: {
      findHolder: async (id: string) =>
        id === 'a1'
          ? {
              personId: 'p1',
              accountStatus: { ...account, ...world.account }.status,
              personStatus: { ...person, ...world.person }.status,
              proofing: person.proofing,
            }
          : undefined,
    },
    evidence: { of: async () => [] },
    entities: {
      find: async () => theFirm,
      findMany: async () => [theFirm],
      ofRepresentative: async (id: string) => (id === theFirm.legalRepresentativeId ? [theFirm] : []),
    },
    mandates: { find: async () => theMandate, ofAgent: async () => [theMandate] },
  } as unknown as IdentityStore
  return makePeople({ store, clock: { now: () => at } })
}

describe('people', () => {
  it('are known by their account, with birth date and without their number', async () => {
    expect(await people().account('a1')).toEqual({ accountId: 'a1', personId: 'p1', proofing: 'L3' })
    const known = await people().person('p1')
    expect(known?.birthdate).toBe('1949-12-31')
    expect(JSON.stringify(known)).not.toContain(person.citizenIdNumber)
  })
  it.each<[string, World, string]>([
    ['unknown', {}, 'a2'],
    ['frozen', { account: { status: 'frozen' } }, 'a1'],
    ['of somebody who died', { person: { status: 'deceased' } }, 'a1'],
  ])('have no account that is %s', async (_what, world, id) => {
    expect(await people(world).account(id)).toBeUndefined()
  })
  it('hold the authority that a mandate gives, for as long as it does', async () => {
    expect(await people().authority('p1', via)).toMatchObject({
      entity: { id: 'e1', uscc: firm.uscc },
      functions: ['seal.use'],
      via: { mandateId: 'm1' },
      validFrom: mandate.validFrom,
      validTo: mandate.validTo,
    })
  })
  it.each<[string, World]>([
    ['was revoked', { mandate: { revokedAt: at } }],
    ['ran out', { mandate: { validTo: at } }],
    ['is another one', { mandate: { id: 'm2' } }],
    ['is of a deregistered entity', { firm: { status: 'deregistered' } }],
  ])('hold none when the mandate %s', async (_what, world) => {
    expect(await people(world).authority('p1', via)).toBeUndefined()
  })
  it('hold none by saying that they are the legal representative', async () => {
    expect(await people().authority('p1', { ...via, via: 'legal-representative' })).toBeUndefined()
  })
  it('hold all of it when they are', async () => {
    const found = await people({ firm: { legalRepresentativeId: 'p1' } }).authority('p1', {
      ...via,
      via: 'legal-representative',
    })
    expect(found).toMatchObject({ via: 'legal-representative' })
    expect(found?.validTo).toBeUndefined()
  })
})
