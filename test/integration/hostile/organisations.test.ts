/** One organisation's program at another's seals and licences: they are not there, whatever mandates the program has collected. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplePdf } from '../../../examples/sample-documents.ts'
import { grantMandate } from '../../../src/identity/index.ts'
import type { MandateFunction } from '../../../src/identity/index.ts'
import { putClient } from '../../../src/oidc/index.ts'
import { applyForSeal, approveSeal, changeSealStatus } from '../../../src/seal/index.ts'
import { startWeb } from '../web/web-world.ts'
import type { WebWorld } from '../web/web-world.ts'
import { ask, bearer, form } from './service.ts'

const SCOPES = [
  'seal.apply',
  'seal.approve',
  'seal.use',
  'seal.manage',
  'licence.issue',
  'licence.manage',
  'licence.read',
]
const SECRET = 'only-for-this-test-and-long-enough-for-it'

let web: WebWorld
let seal = ''
let application = ''
/** Tokens of a program of the office, and of one of another office. */
const tokens = { own: '', other: '' }

const person = (id: string) => ({ kind: 'person', personId: web.people.get(id) ?? '' }) as const
const grant = (clientId: string, functions: readonly MandateFunction[]) =>
  grantMandate(web.assembly.identity, {
    actor: web.people.get('chen') ?? '',
    entityId: web.entities.get('scjg') ?? '',
    agent: { kind: 'client', clientId },
    functions,
    validTo: new Date(Date.now() + 86_400_000),
  })

const newClient = async (clientId: string, entity: string): Promise<string> => {
  const organisationEntityId = web.entities.get(entity) ?? ''
  await putClient(
    web.assembly.oidc,
    {
      clientId,
      name: clientId,
      scopes: SCOPES,
      grantTypes: ['client_credentials'],
      secret: SECRET,
      organisationEntityId,
    },
    { kind: 'system', id: 'test' },
  )
  const authorization = `Basic ${Buffer.from(`${clientId}:${SECRET}`).toString('base64')}`
  const asked = form({ grant_type: 'client_credentials', scope: SCOPES.join(' ') }, { authorization })
  const { text } = await ask(`${web.publicUrl}/oidc/token`, asked)
  return (JSON.parse(text) as { access_token: string }).access_token
}

beforeAll(async () => {
  web = await startWeb()
  tokens.own = await newClient('own-system', 'scjg')
  tokens.other = await newClient('other-system', 'shuju')
  const { seals } = web.assembly
  const apply = {
    entityId: web.entities.get('scjg') ?? '',
    agent: person('zheng'),
    kind: 'legal-name',
    reason: '启用',
  } as const
  const { id } = await applyForSeal(seals, apply)
  seal = (await approveSeal(seals, { applicationId: id, agent: person('sun') })).id
  application = (await applyForSeal(seals, apply)).id
}, 120_000)
afterAll(() => web.stop())

const stamp = (token: string) =>
  ask(
    `${web.publicUrl}/api/seals/${seal}/apply?page=1&x=100&y=100&reason=test`,
    bearer(token, {
      method: 'POST',
      headers: { 'content-type': 'application/pdf' },
      body: samplePdf() as Uint8Array<ArrayBuffer>,
    }),
  )
const post = (path: string, token: string, value: unknown = { reason: '试试看' }) =>
  ask(
    `${web.publicUrl}${path}`,
    bearer(token, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }),
  )
const codes = async (...answers: readonly Promise<{ readonly code: string }>[]): Promise<string[]> =>
  (await Promise.all(answers)).map((a) => a.code)

describe('a program of the office without a mandate', () => {
  it('has its scopes and may do nothing with them', async () => {
    const { own } = tokens
    expect(await codes(stamp(own), post(`/api/seals/${seal}/suspend`, own))).toEqual([
      'MANDATE_MISSING',
      'MANDATE_MISSING',
    ])
    expect((await ask(`${web.publicUrl}/api/seals`, bearer(own))).code).toBe('MANDATE_MISSING')
    expect((await ask(`${web.publicUrl}/api/licences`, bearer(own))).code).toBe('MANDATE_MISSING')
  })
  it('decides on no application: a person does', async () => {
    expect((await post(`/api/seals/applications/${application}/approve`, tokens.own)).code).toBe('FORBIDDEN')
  })
})

describe('a program of another organisation', () => {
  const all = () => [
    stamp(tokens.other),
    ...['suspend', 'resume', 'revoke'].map((change) => post(`/api/seals/${seal}/${change}`, tokens.other)),
    post(`/api/seals/applications/${application}/approve`, tokens.other),
  ]
  const NOT_THERE = [...Array.from({ length: 4 }, () => 'SEAL_NOT_FOUND'), 'SEAL_APPLICATION_NOT_FOUND']
  it('is not told that a seal or an application is there', async () => {
    expect(await codes(...all())).toEqual(NOT_THERE)
  })
  it('is not helped by a mandate of the office: it acts for its own organisation', async () => {
    await grant('other-system', ['seal.use', 'licence.manage'])
    expect(await codes(...all())).toEqual(NOT_THERE)
  })
})

describe('with a mandate of its own office', () => {
  it('a program stamps, until the seal is suspended', async () => {
    await grant('own-system', ['seal.use'])
    // Signing times are whole seconds, rounded down: a mandate holds from the next one.
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    const { status, code } = await stamp(tokens.own)
    expect([status, code]).toEqual([200, ''])
    const change = { sealId: seal, agent: person('sun'), reason: '试试看' } as const
    await changeSealStatus(web.assembly.seals, { ...change, change: 'suspend' })
    expect((await stamp(tokens.own)).code).toBe('SEAL_SUSPENDED')
    await changeSealStatus(web.assembly.seals, { ...change, change: 'revoke' })
    expect((await stamp(tokens.own)).code).toBe('SEAL_REVOKED')
  })
})
