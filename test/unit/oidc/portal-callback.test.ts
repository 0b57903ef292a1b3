import { createServer, type ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makePortalCallback } from '../../../adapters/portal-callback/index.ts'
import { close, listen } from '../../integration/oidc/oidc-world.ts'

let base: string
const bodies: string[] = []
const answers: Record<string, (res: ServerResponse) => void> = {
  '/ok': (res) => res.end('fine'),
  '/away': (res) => res.writeHead(302, { location: '/ok' }).end(),
  '/busy': (res) => res.writeHead(429, { 'retry-after': '7' }).end(),
  '/forever': (res) => res.writeHead(429, { 'retry-after': '99999999' }).end(),
  '/hang': () => undefined,
  '/drip': (res) => {
    const timer = setInterval(() => res.write('x'), 20)
    res.on('close', () => clearInterval(timer))
  },
  '/big': (res) => res.end('x'.repeat(70_000)),
}
const server = createServer((req, res) => {
  let body = ''
  req.on('data', (part) => (body += String(part)))
  req.on('end', () => {
    bodies.push(body)
    answers[req.url ?? '']?.(res)
  })
})
const portals = makePortalCallback({ isRegistered: async (host) => base.endsWith(host), timeOut: 300 })

beforeAll(async () => {
  base = await listen(server)
})
afterAll(() => close(server))

describe('calls to portals', () => {
  it('reach a registered host on a private address', async () => {
    expect(await portals.post(`${base}/ok`, { logout_token: 't' })).toEqual({ status: 200 })
    expect(bodies).toContain('logout_token=t')
  })
  it('follow no redirect', async () => {
    expect(await portals.post(`${base}/away`, {})).toEqual({ status: 302 })
  })
  it('pass on how long a portal wants to be left alone, within reason', async () => {
    expect(await portals.post(`${base}/busy`, {})).toEqual({ status: 429, retryAfterMs: 7_000 })
    expect(await portals.post(`${base}/forever`, {})).toEqual({ status: 429, retryAfterMs: 600_000 })
  })
  it.each([
    'http://127.0.0.1:1/x',
    'http://169.254.169.254/latest',
    'https://example.invalid/',
    'file:///etc/passwd',
    'not an address',
  ])('refuse %s, which nobody registered', async (uri) => {
    const error = await portals.post(uri, {}).catch((e: unknown) => e)
    expect(['NOT_REGISTERED', 'UNREACHABLE']).toContain((error as { fault: string }).fault)
  })
  it('refuse an address that carries a password', async () => {
    await expect(portals.post(base.replace('//', '//u:p@') + '/ok', {})).rejects.toMatchObject({
      fault: 'NOT_REGISTERED',
    })
  })
  it.each(['/hang', '/drip'])('give up in time on %s', async (path) => {
    const began = Date.now()
    await expect(portals.get(`${base}${path}`)).rejects.toMatchObject({ fault: 'TIMEOUT' })
    expect(Date.now() - began).toBeLessThan(1_500)
  })
  it('read no more than they can hold', async () => {
    await expect(portals.get(`${base}/big`)).rejects.toMatchObject({ fault: 'TOO_LARGE' })
  })
  it('say that a portal is not there', async () => {
    const gone = createServer()
    const address = await listen(gone)
    await close(gone)
    const any = makePortalCallback({ isRegistered: async () => true, timeOut: 300 })
    await expect(any.post(`${address}/x`, {})).rejects.toMatchObject({ fault: 'UNREACHABLE' })
  })
})
