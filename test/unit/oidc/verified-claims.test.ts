import { describe, expect, it } from 'vitest'
import {
  filterVerifiedClaims,
  requestFault,
  unwrapRequest,
  wrapRequest,
} from '../../../src/oidc/filter-verified-claims.ts'
import { entityClaims, personClaims } from '../../../src/oidc/verified-claims.ts'
import type { HeldAuthority, KnownPerson } from '../../../src/oidc/ports.ts'
import { skipWithoutVectors } from '../../support/outside.ts'
import { ekycSchemas } from './ekyc-schemas.ts'

const at = new Date('2026-11-21T08:00:00Z')
const proven = new Date('2026-11-01T09:12:00Z')
const person: KnownPerson = {
  name: '测试甲',
  birthdate: '1990-01-01',
  level: 'L3',
  provenAt: proven,
  checks: [{ checkId: 'POP-1', at: proven }],
}
const held: HeldAuthority = {
  entity: {
    id: 'e1',
    name: '某某科技有限公司',
    uscc: '91990100MA00000000',
    kind: 'enterprise',
    registeredAt: proven,
    level: 'L3',
    checks: [{ checkId: 'LE-1', at: proven }],
  },
  functions: ['matter.file'],
  via: { mandateId: 'm1' },
  validFrom: new Date('2026-11-01T00:00:00Z'),
  validTo: new Date('2027-10-31T00:00:00Z'),
}
const all = { verification: { trust_framework: null }, claims: { name: null, birthdate: null } }
const filter = (request: unknown) => filterVerifiedClaims(personClaims(person), request, at)

describe.skipIf(skipWithoutVectors())('verified_claims and the published schema', () => {
  const { response, request } = ekycSchemas()
  const evidence = [{ type: { value: 'electronic_record' }, check_details: [{ check_method: null }] }]

  it.each([
    ['a person', personClaims(person)],
    ['an entity with an agent', entityClaims(held)],
    ['an entity with its legal representative', entityClaims({ ...held, via: 'legal-representative' })],
    ['a person and an entity', [personClaims(person), entityClaims(held)]],
    [
      'what a filter leaves',
      filterVerifiedClaims(personClaims(person), { ...all, verification: { trust_framework: null, evidence } }, at),
    ],
  ])('accepts %s', (_what, claims) => {
    expect(response({ verified_claims: claims })).toEqual([])
  })

  it('would refuse one without trust framework', () => {
    const { verification, claims } = personClaims(person)
    const { trust_framework: _framework, ...rest } = verification
    expect(response({ verified_claims: { verification: rest, claims } })).not.toEqual([])
  })

  it('accepts as a request what the filter accepts', () => {
    const asked = { ...all, verification: { trust_framework: { value: 'cn_xinyin' }, time: { max_age: 60 }, evidence } }
    expect(requestFault(asked)).toBeUndefined()
    expect(request({ userinfo: { verified_claims: asked } })).toEqual([])
    expect(request({ userinfo: { verified_claims: [asked, asked] } })).toEqual([])
  })
})

describe('the array form', () => {
  it('travels as an object and comes back as what was asked for', () => {
    const asked = [all, { ...all, claims: { organization_name: null } }]
    expect(requestFault(asked)).toBeUndefined()
    expect(unwrapRequest(wrapRequest(asked))).toEqual({ sets: asked, list: true })
    expect(unwrapRequest(wrapRequest(all))).toEqual({ sets: [all], list: false })
  })
  it('is not found in names that every object has', () => {
    expect(unwrapRequest({}).list).toBe(false)
    expect(requestFault(JSON.parse('{"__proto__":{"any_of":[]}}'))).toBeTypeOf('string')
  })
})

describe('the filter of verified_claims', () => {
  it('returns nothing that was not asked for', () => {
    expect(filter({ verification: { trust_framework: null }, claims: { birthdate: null } })).toEqual({
      verification: { trust_framework: 'cn_xinyin' },
      claims: { birthdate: '1990-01-01' },
    })
  })

  it('returns of the evidence what was asked, with the members that the schema wants', () => {
    const evidence = [{ type: { value: 'electronic_record' }, check_details: [{ organization: null }] }]
    const found = filter({ ...all, verification: { trust_framework: null, evidence } })
    expect(found?.verification['evidence']).toEqual([
      { type: 'electronic_record', check_details: [{ check_method: 'data', organization: 'population-library' }] },
    ])
  })

  it.each([
    ['another trust framework', { trust_framework: { value: 'de_aml' } }],
    ['a level that is not reached', { trust_framework: null, assurance_level: { values: ['L4', 'L5'] } }],
    ['a proof younger than ours', { trust_framework: null, time: { max_age: 3_600 } }],
    ['a proof younger than something that is not a number', { trust_framework: null, time: { max_age: 'x' } }],
    ['evidence that we have not', { trust_framework: null, evidence: [{ type: { value: 'document' } }] }],
    ['a member that we have not', { trust_framework: null, verification_process: null }],
    ['a request that is no request', { trust_framework: 'cn_xinyin' }],
  ])('leaves everything out for %s', (_what, verification) => {
    expect(filter({ ...all, verification })).toBeUndefined()
  })

  it('leaves out only the claim whose value does not fit', () => {
    const claims = { name: { value: '别人' }, birthdate: { essential: true } }
    expect(filter({ ...all, claims })?.claims).toEqual({ birthdate: '1990-01-01' })
  })

  it('leaves everything out when no claim is left', () => {
    expect(filter({ ...all, claims: { nationalities: null } })).toBeUndefined()
    expect(filter({ ...all, claims: { __proto__: null, constructor: null, toString: null } })).toBeUndefined()
  })

  it('honours a proof that is young enough', () => {
    expect(filter({ ...all, verification: { trust_framework: null, time: { max_age: 31_536_000 } } })).toBeDefined()
  })

  it.each([
    [undefined],
    [null],
    ['x'],
    [[]],
    [[all, null]],
    [Array.from({ length: 9 }, () => all)],
    [[[all]]],
    [{ verification: null, claims: { name: null } }],
    [{ ...all, claims: {} }],
    [{ ...all, claims: null }],
  ])('does not take %j for a request', (request) => {
    expect(requestFault(request)).toBeTypeOf('string')
  })
})
