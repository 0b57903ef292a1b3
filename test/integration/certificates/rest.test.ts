/** Certificates over HTTP: holders see and change their own only, officers act by two, tokens need their scopes. */
import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import type { AnyRoute, Caller } from '../../../src/http/index.ts'
import { caDeskRoutes, certificateRoutes } from '../../../src/http/index.ts'
import { encodeSm2PublicKey } from '../../../standards/gbt-32918-sm2/index.ts'
import { openEnvelopedKey } from '../../../standards/gbt-35276-sm2-usage/index.ts'
import { fromPem, toBase64, toPem } from '../../../standards/bytes.ts'
import { parseCertificate } from '../../../standards/rfc5280-x509/index.ts'
import { freshEmbedded } from '../../support/database.ts'
import type { Served } from '../../unit/http/serve.ts'
import { serve } from '../../unit/http/serve.ts'
import type { EnrolmentWorld } from '../../unit/pki/enrolment-world.ts'
import { enrolmentWorld, newRequest, scalarOf } from '../../unit/pki/enrolment-world.ts'

type Who =
  | 'citizen'
  | 'strong'
  | 'clerk'
  | 'machine'
  | 'anna'
  | 'bert'
  | 'carl'
  | 'dora'
  | 'doraWeak'
  | 'nobody'
  | 'unscoped'
  | 'elsewhere'

let w: EnrolmentWorld
const servers = new Map<Who, Served>()

const callers = (): Readonly<Record<Who, Caller>> => {
  const self = (personId: string, acr: string): Caller => ({
    ...{ kind: 'person', accountId: 'a', personId, acr },
    principal: { kind: 'self' },
  })
  const acting = (
    personId: string,
    entityId: string,
    { scopes, acr = 'urn:xinyin:acr:2' }: { scopes?: readonly string[]; acr?: string } = {},
  ): Caller => ({
    ...{ kind: 'person', accountId: 'a', personId, acr },
    principal: { kind: 'entity', entityId, via: { mandateId: 'm' } },
    ...(scopes === undefined ? {} : { scopes }),
  })
  const { operator, company } = w.entities
  return {
    citizen: self(w.people.citizen, 'urn:xinyin:acr:1'),
    strong: self(w.people.citizen, 'urn:xinyin:loa:L4.2'),
    clerk: acting(w.people.clerk, company),
    machine: { kind: 'client', clientId: 'company-system', entityId: company, scopes: ['certificate.apply'] },
    anna: acting(w.people.anna, operator),
    bert: acting(w.people.bert, operator),
    carl: acting(w.people.carl, operator),
    dora: acting(w.people.dora, operator),
    doraWeak: acting(w.people.dora, operator, { acr: 'urn:xinyin:loa:L4.1' }),
    nobody: { kind: 'anonymous' },
    unscoped: acting(w.people.anna, operator, { scopes: ['seal.use'] }),
    elsewhere: acting(w.people.anna, company),
  }
}

beforeAll(async () => {
  w = await enrolmentWorld(await freshEmbedded())
  const routes: readonly AnyRoute[] = [...certificateRoutes(w.deps), ...caDeskRoutes(w.deps)]
  for (const [who, caller] of Object.entries(callers())) servers.set(who as Who, await serve(routes, { caller }))
})
afterAll(async () => {
  for (const served of servers.values()) await served.close()
  await w.db.close()
})

type Json = Readonly<Record<string, unknown>>
interface Answer {
  readonly status: number
  readonly code: unknown
  readonly json: Json
  readonly bytes: Uint8Array
}

const ask = async (who: Who, method: string, path: string, { json, body, type }: Sent = {}): Promise<Answer> => {
  const response = await fetch(`${servers.get(who)?.url ?? ''}${path}`, {
    method,
    ...(json === undefined ? {} : { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }),
    ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer>, headers: { 'content-type': type ?? '' } }),
  })
  const bytes = new Uint8Array(await response.arrayBuffer())
  const isJson = (response.headers.get('content-type') ?? '').includes('json')
  const parsed = isJson ? (JSON.parse(new TextDecoder().decode(bytes)) as Json) : {}
  return { status: response.status, code: parsed['code'], json: parsed, bytes }
}
interface Sent {
  readonly json?: object
  readonly body?: Uint8Array
  readonly type?: string
}
const post = (who: Who, path: string, json?: object) => ask(who, 'POST', path, json === undefined ? {} : { json })
const get = (who: Who, path: string) => ask(who, 'GET', path)
const pathOf = (name: unknown): string => {
  const { issuer, serial } = name as { readonly issuer: string; readonly serial: string }
  return `/api/certificates/${issuer}/${serial}`
}
const applied = async (who: Who, more: object = {}): Promise<Answer> =>
  post(who, '/api/certificate-applications', { request: toBase64((await newRequest()).csr), ...more })

describe('holders', () => {
  it('apply with PKCS#10 as DER, as PEM and in JSON', async () => {
    const { csr, publicKey } = await newRequest()
    const type = 'application/pkcs10'
    const der = await ask('strong', 'POST', '/api/certificate-applications', { body: csr, type })
    expect(der).toMatchObject({ status: 201, json: { status: 'issued', holder: 'person', dual: false } })
    const pem = new TextEncoder().encode(toPem((await newRequest()).csr, 'CERTIFICATE REQUEST'))
    expect((await ask('strong', 'POST', '/api/certificate-applications', { body: pem, type })).status).toBe(201)
    expect((await applied('citizen')).json['status']).toBe('open')
    const certificate = await get('strong', `${pathOf(der.json['signing'])}/certificate.cer`)
    expect(parseCertificate(certificate.bytes).publicKey).toEqual(publicKey)
    const chain = await get('strong', `${pathOf(der.json['signing'])}/chain.pem`)
    expect(fromPem(new TextDecoder().decode(chain.bytes), 'CERTIFICATE')).toHaveLength(2)
    const text = await get('strong', `${pathOf(der.json['signing'])}/certificate.pem`)
    expect(new X509Certificate(text.bytes).serialNumber.toLowerCase()).toBe((der.json['signing'] as Json)['serial'])
  })

  it('get a pair, and the key that only their signing key opens', async () => {
    const key = await newRequest()
    const { json } = await post('strong', '/api/certificate-applications', { request: toBase64(key.csr), dual: true })
    const { bytes } = await get('strong', `${pathOf(json['encryption'])}/key.der`)
    const privateKey = scalarOf(key.pkcs8)
    const opened = openEnvelopedKey({ digests: nodeCrypto, privateKey, envelopedKey: bytes })
    const { bytes: der } = await get('strong', `${pathOf(json['encryption'])}/certificate.cer`)
    expect(encodeSm2PublicKey(opened.publicKey)).toEqual(parseCertificate(der).publicKey)
    expect((await get('strong', `${pathOf(json['signing'])}/key.der`)).code).toBe('ESCROW_NOT_FOUND')
    const view = await get('strong', pathOf(json['encryption']))
    expect(view.json['deliveries']).toMatchObject([{ occasion: 'issue' }])
  })

  it('see and change their own only', async () => {
    const mine = await applied('strong')
    const path = pathOf(mine.json['signing'])
    for (const what of ['', '/certificate.pem', '/chain.pem', '/key.der'])
      expect((await get('clerk', `${path}${what}`)).code).toBe('CERTIFICATE_NOT_FOUND')
    for (const change of ['suspend', 'release'])
      expect((await post('clerk', `${path}/${change}`)).code).toBe('CERTIFICATE_NOT_FOUND')
    expect((await get('clerk', `/api/certificate-applications/${String(mine.json['id'])}`)).code).toBe(
      'CERTIFICATE_APPLICATION_NOT_FOUND',
    )
    expect((await post('strong', `${path}/suspend`)).json['state']).toBe('suspended')
    expect((await post('strong', `${path}/release`)).json['state']).toBe('in-force')
    expect((await post('strong', `${path}/revoke`, { reason: 'keyCompromise' })).json).toMatchObject({
      state: 'revoked',
      reasonCode: 1,
    })
    expect((await post('strong', `${path}/revoke`, { reason: 'cACompromise' })).status).toBe(400)
    const list = (await get('strong', '/api/certificates')).json['certificates'] as readonly Json[]
    expect(list.length).toBeGreaterThanOrEqual(1)
  })

  it('withdraw what waits', async () => {
    const { json } = await applied('clerk', { unit: '财务部' })
    const path = `/api/certificate-applications/${String(json['id'])}`
    expect((await ask('clerk', 'DELETE', path)).json['status']).toBe('withdrawn')
    expect((await ask('clerk', 'DELETE', path)).code).toBe('CERTIFICATE_APPLICATION_STATE')
  })

  it('programs apply for their organisation, and wait for officers', async () => {
    expect(await applied('machine')).toMatchObject({ status: 201, json: { status: 'open', holder: 'entity' } })
  })

  it('are refused with a code when what they send is no request, too large, or of another kind', async () => {
    const send = (request: string) => post('strong', '/api/certificate-applications', { request })
    expect((await send('AAAA')).code).toBe('CERTIFICATE_REQUEST_REFUSED')
    expect((await send('@@@')).code).toBe('CERTIFICATE_REQUEST_REFUSED')
    expect((await send('-----BEGIN CERTIFICATE REQUEST-----\n@\n-----END CERTIFICATE REQUEST-----')).code).toBe(
      'CERTIFICATE_REQUEST_REFUSED',
    )
    expect((await send('A'.repeat(120_000))).status).toBe(400)
    const huge = { body: new Uint8Array(200_000).fill(0x30), type: 'application/pkcs10' }
    expect((await ask('strong', 'POST', '/api/certificate-applications', huge)).code).toBe('INPUT_TOO_LARGE')
    const text = { body: new Uint8Array(10), type: 'text/plain' }
    expect((await ask('strong', 'POST', '/api/certificate-applications', text)).code).toBe('UNSUPPORTED_MEDIA')
    expect((await get('strong', '/api/certificates/x%27/zz')).code).toBe('CERTIFICATE_NOT_FOUND')
    expect((await get('strong', '/api/certificate-applications/1')).code).toBe('NOT_FOUND')
  })
})

describe('officers', () => {
  const proposed = async (application: unknown) =>
    post('anna', '/api/ca/proposals', { act: { kind: 'issue', application }, reason: '材料齐全' })

  it('see what waits, propose, and approve as another person', async () => {
    const { json } = await applied('clerk')
    const waiting = (await get('anna', '/api/ca/applications')).json['applications'] as readonly Json[]
    expect(waiting.find((a) => a['id'] === json['id'])?.['holder']).toMatchObject({ name: '云湖示范食品有限公司' })
    const proposal = await proposed(json['id'])
    expect(proposal.status).toBe(201)
    const place = `/api/ca/proposals/${String(proposal.json['id'])}`
    expect((await post('anna', `${place}/approve`, { reason: '同意' })).code).toBe('OFFICER_SAME_PERSON')
    const approved = await post('bert', `${place}/approve`, { reason: '同意' })
    expect(approved.json).toMatchObject({ status: 'approved', applicationStatus: 'issued' })
    expect((await post('bert', `${place}/approve`, { reason: '同意' })).code).toBe('PROPOSAL_STATE')
    const seen = await get('anna', `/api/ca/applications/${String(json['id'])}`)
    expect(seen.json).toMatchObject({ status: 'issued', proposals: [{ status: 'approved', decidedBy: w.people.bert }] })
  })

  it('reject with a reason that the applicant reads', async () => {
    const { json } = await applied('clerk')
    const place = `/api/ca/applications/${String(json['id'])}/reject`
    expect((await post('bert', place, { reason: ' ' })).code).toBe('INPUT_INVALID')
    expect((await post('bert', place, { reason: '名称与营业执照不符' })).json['status']).toBe('rejected')
    const seen = await get('clerk', `/api/certificate-applications/${String(json['id'])}`)
    expect(seen.json['reason']).toBe('名称与营业执照不符')
  })

  it('suspend alone in an emergency, release and revoke by two', async () => {
    const { json } = await applied('strong')
    const certificate = json['signing'] as Json
    const desk = `/api/ca${pathOf(certificate).slice(4)}`
    expect((await post('anna', `${desk}/suspend-now`, { reason: '疑似盗用' })).json['state']).toBe('suspended')
    expect((await post('strong', `${pathOf(certificate)}/release`)).code).toBe('CERTIFICATE_HELD_BY_OTHERS')
    for (const act of [
      { kind: 'release', certificate },
      { kind: 'revoke', certificate, revocationReason: 'privilegeWithdrawn' },
    ]) {
      const proposal = await post('anna', '/api/ca/proposals', { act, reason: '核查完毕' })
      const place = `/api/ca/proposals/${String(proposal.json['id'])}/approve`
      expect((await post('bert', place, { reason: '同意' })).json['status']).toBe('approved')
    }
    const revoked = (await get('anna', '/api/ca/certificates?state=revoked')).json['certificates'] as readonly Json[]
    expect(revoked.map((c) => c['serial'])).toContain(certificate['serial'])
    expect((await get('anna', '/api/ca/certificates?state=gone')).code).toBe('INPUT_INVALID')
    expect((await get('anna', '/api/ca/certificates?after=..%2F..')).code).toBe('INPUT_INVALID')
    expect((await get('anna', '/api/ca/expiring?days=30')).status).toBe(200)
    expect((await get('anna', '/api/ca/expiring?days=-1')).code).toBe('INPUT_INVALID')
  })

  it('recover a key by two recovery officers, at the addresses of recovery only', async () => {
    const { json } = await applied('strong', { dual: true })
    const court = await newRequest()
    const recipient = { kind: 'order', order: '云湖法执〔2026〕17号', publicKey: toBase64(court.publicKey) }
    const body = { certificate: json['encryption'], recipient, reason: '法院调取' }
    expect((await post('anna', '/api/ca/recoveries', body)).code).toBe('MANDATE_MISSING')
    const proposal = await post('carl', '/api/ca/recoveries', body)
    expect(proposal.status).toBe(201)
    const id = String(proposal.json['id'])
    expect((await post('bert', `/api/ca/proposals/${id}/approve`, { reason: '同意' })).code).toBe('PROPOSAL_NOT_FOUND')
    expect((await get('dora', `/api/ca/recoveries/${id}/key.der`)).code).toBe('ESCROW_NOT_FOUND')
    for (const act of ['approve', 'reject'])
      expect((await post('doraWeak', `/api/ca/recoveries/${id}/${act}`, { reason: '同意' })).code).toBe(
        'SECOND_FACTOR_NEEDED',
      )
    expect((await post('doraWeak', '/api/ca/recoveries', body)).code).toBe('SECOND_FACTOR_NEEDED')
    expect((await post('dora', `/api/ca/recoveries/${id}/approve`, { reason: '同意' })).status).toBe(200)
    expect((await get('doraWeak', `/api/ca/recoveries/${id}/key.der`)).code).toBe('SECOND_FACTOR_NEEDED')
    const { bytes } = await get('dora', `/api/ca/recoveries/${id}/key.der`)
    const opened = openEnvelopedKey({ digests: nodeCrypto, privateKey: scalarOf(court.pkcs8), envelopedKey: bytes })
    const { bytes: der } = await get('strong', `${pathOf(json['encryption'])}/certificate.cer`)
    expect(encodeSm2PublicKey(opened.publicKey)).toEqual(parseCertificate(der).publicKey)
    // The holder sees that it happened, and their own copy is still the one for their key.
    const view = await get('strong', pathOf(json['encryption']))
    expect((view.json['deliveries'] as readonly Json[]).map((d) => d['occasion'])).toContain('recovery')
    const own = await get('strong', `${pathOf(json['encryption'])}/key.der`)
    expect(own.bytes).not.toEqual(bytes)
  })

  it('are people of the operator who act for it: nobody else', async () => {
    const places = ['/api/ca/applications', '/api/ca/proposals', '/api/ca/certificates', '/api/ca/expiring']
    for (const place of places) {
      expect((await get('nobody', place)).status).toBe(401)
      expect((await get('unscoped', place)).code).toBe('FORBIDDEN')
      expect((await get('elsewhere', place)).code).toBe('FORBIDDEN')
      expect((await get('machine', place)).code).toBe('FORBIDDEN')
      expect((await get('citizen', place)).code).toBe('PRINCIPAL_NOT_AVAILABLE')
      expect((await get('carl', place)).code).toBe('MANDATE_MISSING')
    }
    expect((await get('anna', '/api/ca/recoveries')).code).toBe('MANDATE_MISSING')
  })
})

it('no name, number or reason of a person stands in a log or an address', () => {
  const logged = JSON.stringify([...servers.values()].map((s) => s.log))
  expect(logged).not.toMatch(/示范|材料|核查/)
})
