/** Programs that mean harm, against the whole service: tokens, other organisations' things, HTTP itself, and what leaks. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplePdf } from '../../../examples/sample-documents.ts'
import { world } from '../../../examples/world.ts'
import type { Target } from './service.ts'
import {
  approvalClient,
  ask,
  assertionOf,
  bearer,
  form,
  secretsOfTheWorld,
  startTarget,
  tokenOf,
  tokenWith,
  wire,
} from './service.ts'

let target: Target
let token = ''
beforeAll(async () => {
  target = await startTarget()
  token = await tokenOf(target, 'seal.use licence.issue licence.manage licence.read')
}, 120_000)
afterAll(() => target.stop())

const post = (path: string, value: unknown, as = token) =>
  ask(
    `${target.url}${path}`,
    bearer(as, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }),
  )
const get = (path: string, as = token) => ask(`${target.url}${path}`, bearer(as))
const STRANGER = '019a0000-0000-7000-8000-000000000001'
const sealId = async (): Promise<string> =>
  (JSON.parse((await get('/api/seals')).text) as { seals: { id: string }[] }).seals[0]?.id ?? ''

describe('a client assertion', () => {
  it.each([
    ['for another audience', { aud: 'https://other.example' }],
    ['that has expired', { exp: 1_700_000_000 }],
    ['of another subject', { sub: 'portal-qykb' }],
    ['of another issuer', { iss: 'portal-qykb' }],
    ['that is not valid yet', { nbf: 4_000_000_000 }],
  ])('%s is refused', async (_, changed) => {
    expect((await tokenWith(target, await assertionOf(target, changed))).code).toBe('invalid_client')
  })
  it('without an id is refused', async () => {
    const assertion = await assertionOf(target, { jti: undefined } as never)
    expect((await tokenWith(target, assertion)).code).toBe('invalid_client')
  })
  it('is good once', async () => {
    const assertion = await assertionOf(target)
    expect((await tokenWith(target, assertion)).status).toBe(200)
    expect((await tokenWith(target, assertion)).code).toBe('invalid_client')
  })
  it('without a signature is refused', async () => {
    const [, payload = ''] = (await assertionOf(target)).split('.')
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
    expect((await tokenWith(target, none)).code).toBe('invalid_client')
  })
})

describe('a token', () => {
  it('is not given more scopes than the client has', async () => {
    for (const scope of ['seal.manage', 'seal.use seal.approve', 'openid', 'admin']) {
      const { text, code } = await tokenWith(target, await assertionOf(target), scope)
      if (code === '') expect(JSON.parse(text)).not.toMatchObject({ scope })
      else expect(code).toBe('invalid_scope')
    }
  })
  it('is not given to a portal for itself', async () => {
    const portal = world.clients.find((c) => c.kind === 'portal')
    const secret = portal?.authentication.method === 'client_secret_basic' ? portal.authentication.secret : ''
    const basic = `Basic ${Buffer.from(`${portal?.id ?? ''}:${secret}`).toString('base64')}`
    const asked = form({ grant_type: 'client_credentials', scope: 'licence.read' }, { authorization: basic })
    const { status, text } = await ask(`${target.url}/oidc/token`, asked)
    expect(status).toBe(400)
    expect(text).not.toContain('access_token')
  })
  it.each(['', 'Bearer', 'Bearer x', `Bearer ${'A'.repeat(43)}`, 'Basic YTpi', `Bearer ${'A'.repeat(10_000)}`])(
    'that is none (%#) opens nothing',
    async (authorization) => {
      const { status, code } = await ask(`${target.url}/api/seals`, { headers: { authorization } })
      expect([status, code]).toEqual([401, 'UNAUTHENTICATED'])
    },
  )
  it('with one scope opens no route of another', async () => {
    const narrow = await tokenOf(target, 'licence.read')
    const id = await sealId()
    for (const { status, code } of [
      await get('/api/seals', narrow),
      await post('/api/seals/applications', {}, narrow),
      await post(`/api/seals/${id}/suspend`, { reason: '试试' }, narrow),
      await post('/api/licences', {}, narrow),
      await post(`/api/licences/${STRANGER}/revoke`, { reason: '试试' }, narrow),
    ])
      expect([status, code]).toEqual([403, 'FORBIDDEN'])
  })
  it('in the address is not looked at', async () => {
    expect((await ask(`${target.url}/api/seals?access_token=${token}`)).status).toBe(401)
  })
})

describe('ids of others', () => {
  it('are not there, whether they exist or not', async () => {
    for (const path of [
      `/api/licences/${STRANGER}`,
      `/api/licences/${STRANGER}/file`,
      '/api/licences/1.2.156.3005.2.9',
    ])
      expect([(await get(path)).status, (await get(path)).code.replace('LICENCE_', '')]).toEqual([404, 'NOT_FOUND'])
    const apply = bearer(token, {
      method: 'POST',
      headers: { 'content-type': 'application/pdf' },
      body: samplePdf() as Uint8Array<ArrayBuffer>,
    })
    const used = await ask(`${target.url}/api/seals/${STRANGER}/apply?page=1&x=100&y=100&reason=test`, apply)
    expect([used.status, used.code]).toEqual([404, 'SEAL_NOT_FOUND'])
    expect((await post(`/api/licences/${STRANGER}/revoke`, { reason: '试试' })).code).toBe('LICENCE_NOT_FOUND')
  })
  it.each(["'; DROP TABLE seals;--", '../../etc/passwd', '%00', '%2e%2e', '1', '{"$ne":1}', '\u202e', 'a'.repeat(199)])(
    'that are no ids (%#) are not there',
    async (id) => {
      for (const path of [`/api/licences/${encodeURIComponent(id)}`, `/api/licences/${encodeURIComponent(id)}/file`])
        expect((await get(path)).status).toBe(404)
    },
  )
})

describe('sealing refuses', () => {
  const apply = async (body: Uint8Array | string, query = 'page=1&x=100&y=100&reason=test', type = 'application/pdf') =>
    ask(
      `${target.url}/api/seals/${await sealId()}/apply?${query}`,
      bearer(token, { method: 'POST', headers: { 'content-type': type }, body: body as Uint8Array<ArrayBuffer> }),
    )
  it.each([
    ['nothing', '', 415],
    ['text', 'hello', 415],
    ['half a PDF', '%PDF-1.7\n', 422],
    ['half an OFD', 'PK\x03\x04OFD.xml', 422],
  ])('%s', async (_, body, status) => {
    expect((await apply(body)).status).toBe(status)
  })
  it.each([
    'page=0&x=100&y=100&reason=test',
    'page=99999&x=100&y=100&reason=test',
    'page=1&x=-1&y=100&reason=test',
    'page=1&x=1e9&y=100&reason=test',
    'page=1&x=NaN&y=100&reason=test',
    'page=1.5&x=100&y=100&reason=test',
    'page=1&x=99999&y=99999&reason=test',
    'page=1&x=100&y=100&straddle=left&reason=test',
    'page=1&x=100&y=100',
    `page=1&x=100&y=100&reason=${'a'.repeat(3000)}`,
  ])('to stamp at %s', async (query) => {
    expect((await apply(samplePdf(), query)).status).toBe(400)
  })
  it('another media type', async () => {
    expect((await apply(samplePdf(), undefined, 'text/plain')).code).toBe('UNSUPPORTED_MEDIA')
  })
})

describe('JSON that means harm', () => {
  const send = (body: string, type = 'application/json') =>
    ask(`${target.url}/api/licences`, bearer(token, { method: 'POST', headers: { 'content-type': type }, body }))
  it.each([
    ['nothing', ''],
    ['no object', '[]'],
    ['a prototype', '{"__proto__":{"typeCode":"x"}}'],
    ['unknown members', '{"admin":true}'],
    ['deep nesting', '['.repeat(100_000)],
    ['a number too many', `{"typeCode":${'9'.repeat(10_000)}}`],
    ['broken text', '{"typeCode":"\ud800"}'],
  ])('%s is refused as invalid', async (_, body) => {
    expect((await send(body)).code).toBe('INPUT_INVALID')
  })
  it('too much is refused before it is read', async () => {
    expect((await send(`"${'a'.repeat(300_000)}"`)).code).toBe('INPUT_TOO_LARGE')
  })
  it('as another media type is refused', async () => {
    expect((await send('{}', 'text/plain')).code).toBe('UNSUPPORTED_MEDIA')
  })
})

describe('HTTP that means harm', () => {
  const line = (start: string, ...headers: string[]): Promise<string> =>
    wire(target.url, [start, 'Host: x', 'Connection: close', ...headers, '', ''].join('\r\n'))
  it.each([
    ['two lengths', ['Content-Length: 1', 'Content-Length: 2']],
    ['a length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['chunks of another kind', ['Transfer-Encoding: xchunked']],
    ['a space before the colon', ['Transfer-Encoding : chunked']],
    ['a negative length', ['Content-Length: -1']],
    ['a folded header', ['X-A: b', ' c']],
  ])('%s is refused', async (_, headers) => {
    expect(await line('POST /verify HTTP/1.1', ...headers)).toMatch(/^HTTP\/1\.1 400 /)
  })
  it.each(['//evil.example/', '//evil.example/account?lang=en', '/\\evil.example?lang=en', 'http://evil.example/'])(
    'the target %s is not one of ours',
    async (path) => {
      expect(await line(`GET ${path} HTTP/1.1`)).toMatch(/^HTTP\/1\.1 404 /)
    },
  )
  it('headers beyond the limit are refused', async () => {
    expect(await line('GET / HTTP/1.1', `X: ${'a'.repeat(40_000)}`)).toMatch(/^HTTP\/1\.1 431 /)
  })
  it('neither Host nor forwarded headers of a stranger bend an address', async () => {
    const lies = ['X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: https', 'Forwarded: host=evil.example']
    for (const path of ['/oidc/.well-known/openid-configuration', '/sign-in', '/?lang=en', '/verify']) {
      const answer = await wire(
        target.url,
        [`GET ${path} HTTP/1.1`, 'Host: evil.example', 'Connection: close', ...lies, '', ''].join('\r\n'),
      )
      expect(answer).toMatch(/^HTTP\/1\.1 [23]/)
      expect(answer).not.toContain('evil.example')
      expect(answer).not.toMatch(/https:\/\/localhost/)
    }
  })
  it('every method but those of a route is refused', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'])
      expect((await ask(`${target.url}/verify`, { method })).status).toBe(405)
  })
})

describe('whatever was tried', () => {
  it('left no name, number, password, secret or token in the log, no stack and no path', () => {
    const log = target.log.join('\n')
    expect(log.length).toBeGreaterThan(1000)
    for (const secret of [...secretsOfTheWorld(), token]) expect(log.includes(secret), secret.slice(0, 3)).toBe(false)
    expect(log).not.toMatch(/node_modules|file:\/\/|\n\s+at |SELECT |INSERT /)
    expect(target.log.filter((l) => l.startsWith('http.unexpected'))).toEqual([])
  })
  it('left the service ready, and its client known', async () => {
    expect((await ask(`${target.url}/health/ready`)).status).toBe(200)
    expect(approvalClient.id).not.toBe('')
    expect((await get('/api/seals')).status).toBe(200)
  })
})
