import { request } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { TrustError } from '../../../src/errors.ts'
import type { AnyRoute, Caller, Route } from '../../../src/http/index.ts'
import {
  bytes,
  documentBody,
  formBody,
  json,
  jsonBody,
  noBody,
  page,
  route,
  uploadBody,
} from '../../../src/http/index.ts'
import { FormatError } from '../../../standards/errors.ts'
import type { Served } from './serve.ts'
import { serve } from './serve.ts'

let served: Served | undefined
afterEach(() => served?.close())

const api = <B>(more: Partial<Route<B>> & Pick<Route<B>, 'path' | 'handler' | 'body'>): AnyRoute =>
  route({ method: 'GET', access: 'public', kind: 'api', summary: '', ...more })
const failing = (path: string, error: unknown): AnyRoute =>
  api({
    path,
    body: noBody,
    handler: () => {
      throw error
    },
  })
const ok = api({ path: '/ok', body: noBody, handler: () => Promise.resolve(json({ ok: true })) })

const start = async (routes: readonly AnyRoute[], options?: Parameters<typeof serve>[1]): Promise<string> => {
  served = await serve(routes, options)
  return served.url
}
const codeOf = async (response: Response): Promise<string> => ((await response.json()) as { code: string }).code

describe('paths and methods', () => {
  it('answers an unknown path with 404 NOT_FOUND as problem+json that names the request', async () => {
    const response = await fetch(`${await start([ok])}/nowhere`)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    const problem = (await response.json()) as Record<string, unknown>
    expect(problem).toMatchObject({ code: 'NOT_FOUND', type: 'urn:xinyin:error:NOT_FOUND', status: 404 })
    expect(problem['requestId']).toBe(response.headers.get('x-request-id'))
  })
  it('answers a wrong method with 405 and what is allowed', async () => {
    const response = await fetch(`${await start([ok])}/ok`, { method: 'DELETE' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET')
    expect(await codeOf(response)).toBe('METHOD_NOT_ALLOWED')
  })
  it('answers HEAD like GET, without a body', async () => {
    const url = await start([ok])
    const [head, get] = [await fetch(`${url}/ok`, { method: 'HEAD' }), await fetch(`${url}/ok`)]
    expect(head.status).toBe(200)
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'))
    expect(await head.text()).toBe('')
  })
  it.each(['/../ok', '/%2e%2e/etc', '/ok/', '//ok', '/OK'])('knows no route for %s', async (path) => {
    const { port } = new URL(await start([ok]))
    const status = await new Promise((resolve) =>
      request({ port, path, method: 'GET' }, (res) => resolve(res.resume().statusCode)).end(),
    )
    // A dot segment is resolved before routing, as every client does.
    expect(status).toBe(path === '/../ok' ? 200 : 404)
  })
  it('gives the provider its own paths only', async () => {
    const url = await start([ok])
    expect(await (await fetch(`${url}/oidc/token`)).text()).toBe('oidc')
    expect((await fetch(`${url}/oidcx`)).status).toBe(404)
  })
})

describe('errors', () => {
  it('tells nothing of an unknown error but INTERNAL, to caller and log', async () => {
    const url = await start([failing('/x', new Error('李四 990101199001011234'))])
    const response = await fetch(`${url}/x`)
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(JSON.parse(text)).toMatchObject({ code: 'INTERNAL' })
    expect(text + JSON.stringify(served?.log)).not.toMatch(/李四|990101/)
    expect(served?.log.map((l) => l.event)).toContain('http.unexpected')
  })
  it('hides the text of our own faults, and keeps their code', async () => {
    const url = await start([failing('/x', new TrustError('KEY_UNUSABLE', 'key of 张三'))])
    const response = await fetch(`${url}/x`)
    const text = await response.text()
    expect([response.status, JSON.parse(text)]).toMatchObject([500, { code: 'KEY_UNUSABLE' }])
    expect(text).not.toContain('张三')
  })
  it('says when to come back after TRY_LATER', async () => {
    const response = await fetch(`${await start([failing('/x', new TrustError('TRY_LATER', ''))])}/x`)
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
  })
  it('calls malformed bytes malformed, not internal', async () => {
    const response = await fetch(`${await start([failing('/x', new FormatError('zip', 'bad'))])}/x`)
    expect([response.status, await codeOf(response)]).toEqual([422, 'DOCUMENT_MALFORMED'])
  })
  it.each([
    ['zh-CN', 'zh'],
    ['en-GB,zh', 'en'],
    ['fr', 'zh'],
  ])('shows people a page, for %s in %s', async (accept, language) => {
    const url = await start([])
    const response = await fetch(`${url}/x`, { headers: { accept: 'text/html', 'accept-language': accept } })
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(await response.text()).toContain(`NOT_FOUND ${language}`)
  })
})

describe('who may', () => {
  const guarded = (access: Route['access'], kind: Route['kind'] = 'api'): AnyRoute =>
    api({ path: '/x', access, kind, body: noBody, handler: () => Promise.resolve(json('in')) })
  const client: Caller = { kind: 'client', clientId: 'c', scopes: ['seal.use'] }

  it('refuses an anonymous program with UNAUTHENTICATED', async () => {
    const response = await fetch(`${await start([guarded('seal.use')])}/x`)
    expect([response.status, await codeOf(response)]).toEqual([401, 'UNAUTHENTICATED'])
  })
  it('refuses a token without the scope', async () => {
    const response = await fetch(`${await start([guarded('licence.issue')], { caller: client })}/x`)
    expect([response.status, await codeOf(response)]).toEqual([403, 'FORBIDDEN'])
  })
  it('refuses a program where a person must stand', async () => {
    const response = await fetch(`${await start([guarded('person')], { caller: client })}/x`)
    expect([response.status, await codeOf(response)]).toEqual([403, 'FORBIDDEN'])
  })
  it('refuses before it reads the body', async () => {
    const closed = api({
      path: '/x',
      method: 'POST',
      access: 'seal.use',
      body: jsonBody(z.object({})),
      handler: () => Promise.resolve(json('in')),
    })
    const response = await fetch(`${await start([closed])}/x`, { method: 'POST', body: 'not json' })
    expect(await codeOf(response)).toBe('UNAUTHENTICATED')
  })
  it('leads an anonymous person from a page to sign-in, back address included', async () => {
    const response = await fetch(`${await start([guarded('person', 'page')])}/x?a=1`, { redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([303, '/sign-in?to=%2Fx%3Fa%3D1'])
  })
})

describe('forms across origins', () => {
  const form = route({
    method: 'POST',
    path: '/f',
    access: 'public',
    kind: 'page',
    summary: '',
    body: formBody,
    handler: ({ body }) => Promise.resolve(page(JSON.stringify(body))),
  })
  const post = async (headers: Readonly<Record<string, string>>): Promise<number> =>
    (await fetch(`${await start([form])}/f`, { method: 'POST', headers, body: new URLSearchParams({ a: '1' }) })).status

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://trust.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin: 'https://trust.example' },
  ])('are refused: %o', async (headers) => {
    expect(await post(headers)).toBe(403)
  })
  it.each([{ origin: 'https://trust.example' }, { 'sec-fetch-site': 'same-origin' }, {}])(
    'are taken from our own pages: %o',
    async (headers) => {
      expect(await post(headers)).toBe(200)
    },
  )
})

describe('bodies', () => {
  const echo = <B>(body: Route<B>['body']): AnyRoute =>
    api({ path: '/b', method: 'POST', body, handler: ({ body: b }) => Promise.resolve(json(b)) })
  const shape = jsonBody(z.strictObject({ name: z.string().max(5), n: z.number().optional() }), 100)
  const post = async (body: Route['body'] | typeof shape, content: string | FormData, type?: string) =>
    fetch(`${await start([echo(body as typeof shape)])}/b`, {
      method: 'POST',
      body: content,
      ...(type === undefined ? {} : { headers: { 'content-type': type } }),
    })

  it.each([
    ['{"name":"a"', 400, 'INPUT_INVALID'],
    ['{"name":1}', 400, 'INPUT_INVALID'],
    ['{"name":"a","more":1}', 400, 'INPUT_INVALID'],
    ['null', 400, 'INPUT_INVALID'],
    ['', 400, 'INPUT_INVALID'],
    [`{"name":"${'a'.repeat(200)}"}`, 413, 'INPUT_TOO_LARGE'],
  ])('refuses %s as JSON', async (text, status, code) => {
    const response = await post(shape, text, 'application/json')
    expect([response.status, await codeOf(response)]).toEqual([status, code])
  })
  it('names the field at fault and never its value', async () => {
    const text = await (await post(shape, '{"name":"王五王五王五"}', 'application/json')).text()
    expect(JSON.parse(text)).toMatchObject({ field: 'name' })
    expect(text).not.toContain('王五')
  })
  it.each([undefined, 'text/plain', 'application/jsonx'])('refuses JSON sent as %s', async (type) => {
    const response = await post(shape, '{"name":"a"}', type)
    expect([response.status, await codeOf(response)]).toEqual([415, 'UNSUPPORTED_MEDIA'])
  })
  it('takes a media type with parameters', async () => {
    expect((await post(shape, '{"name":"a"}', 'application/json; charset=utf-8')).status).toBe(200)
  })
  it('cuts a body off that has no length and does not end', async () => {
    const { port } = new URL(await start([echo(documentBody(['application/ofd']))]))
    const chunk = Buffer.alloc(4 * 1024 * 1024)
    const sent = await new Promise<number>((resolve) => {
      let bytesSent = 0
      const out = request({ port, path: '/b', method: 'POST', headers: { 'content-type': 'application/ofd' } })
      out.on('error', () => resolve(bytesSent)).on('response', () => out.destroy())
      const more = (): void => {
        if (out.destroyed || bytesSent > 200 * 1024 * 1024) return resolve(bytesSent)
        bytesSent += chunk.length
        out.write(chunk, () => setImmediate(more))
      }
      more()
    })
    expect(sent).toBeGreaterThan(40 * 1024 * 1024)
    expect(sent).toBeLessThan(100 * 1024 * 1024)
  })
  it('reads a form with one file and its fields', async () => {
    const form = new FormData()
    form.set('reason', '用印')
    form.set('file', new Blob(['abc']), 'a.ofd')
    const url = await start([
      api({
        path: '/b',
        method: 'POST',
        body: uploadBody,
        handler: ({ body: { fields, file } }) => Promise.resolve(json({ fields, size: file?.bytes.length })),
      }),
    ])
    const response = await fetch(`${url}/b`, { method: 'POST', body: form })
    expect(await response.json()).toEqual({ fields: { reason: '用印' }, size: 3 })
  })
  it('refuses a form that is cut off', async () => {
    const response = await post(
      uploadBody as never,
      '--x\r\nContent-Disposition: form-',
      'multipart/form-data; boundary=x',
    )
    expect([response.status, await codeOf(response)]).toEqual([400, 'INPUT_INVALID'])
  })
  it('keeps repeated fields of a form apart', async () => {
    const response = await post(formBody as never, 'a=1&a=2&b=%E4%BF%A1', 'application/x-www-form-urlencoded')
    expect(await response.json()).toEqual({ a: ['1', '2'], b: '信' })
  })
})

describe('what every answer carries', () => {
  it('no framing, no sniffing, no referrer elsewhere, not stored', async () => {
    const { headers } = await fetch(`${await start([ok])}/ok`)
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toMatch(/^(no-referrer|same-origin)$/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('strict-transport-security')).toContain('max-age')
  })
  it('a file name of any characters, safely', async () => {
    const file = api({
      path: '/d',
      body: noBody,
      handler: () => Promise.resolve(bytes('application/ofd', 'x', '许可证"\r\n.ofd')),
    })
    const { headers } = await fetch(`${await start([file])}/d`)
    expect(headers.get('content-disposition')).toBe(
      "attachment; filename*=UTF-8''%E8%AE%B8%E5%8F%AF%E8%AF%81%22%0D%0A.ofd",
    )
  })
  it('logs the pattern of a path and never the path, the query or the address', async () => {
    const item = api({ path: '/p/:id', body: noBody, handler: () => Promise.resolve(json('')) })
    await (await fetch(`${await start([item])}/p/zhangsan?name=lisi`)).text()
    const line = JSON.stringify(served?.log.find((l) => l.event === 'http.request'))
    expect(line).toContain('/p/:id')
    expect(line).not.toMatch(/zhangsan|lisi|127\.0\.0\.1/)
  })
})

describe('behind a proxy', () => {
  const where = api({
    path: '/w',
    body: noBody,
    handler: ({ address, raw }) =>
      Promise.resolve(json({ address, left: Object.keys(raw.req.headers).filter((n) => n.includes('forwarded')) })),
  })
  const ask = async (trustedProxies: readonly string[], forwarded: string): Promise<unknown> => {
    const headers = { 'x-forwarded-for': forwarded, 'x-forwarded-host': 'evil.example', forwarded: 'for=9.9.9.9' }
    return (await fetch(`${await start([where], { trustedProxies })}/w`, { headers })).json()
  }

  it('believes nothing from an address that is not configured, and strips it', async () => {
    expect(await ask(['10.0.0.1'], '9.9.9.9')).toEqual({ address: '127.0.0.1', left: [] })
  })
  it('takes the nearest address that is no proxy of ours', async () => {
    expect(await ask(['127.0.0.1', '10.0.0.1'], '6.6.6.6, 9.9.9.9, 10.0.0.1')).toMatchObject({ address: '9.9.9.9' })
  })
  it('takes the proxy itself when it names nobody', async () => {
    expect(await ask(['127.0.0.1'], '')).toMatchObject({ address: '127.0.0.1' })
  })
  it('takes no text for an address', async () => {
    expect(await ask(['127.0.0.1'], '<script>, not an address')).toMatchObject({ address: '127.0.0.1' })
  })
})
