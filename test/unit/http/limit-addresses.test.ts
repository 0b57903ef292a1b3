import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeAddressLimit, ocspRoutes, timeStampRoutes } from '../../../src/http/index.ts'
import { systemClock } from '../../../src/kernel/index.ts'
import type { Served } from './serve.ts'
import { serve } from './serve.ts'

let ms = 0
const answered = { ocsp: 0, tsa: 0 }
const limit = () => makeAddressLimit(2, { milliseconds: () => ms })

describe('requests of one address', () => {
  let server: Served
  beforeAll(async () => {
    const ocsp = { answer: () => Promise.resolve({ der: Uint8Array.of(++answered.ocsp) }) }
    const tsa = { answer: () => Promise.resolve(Uint8Array.of(++answered.tsa)) }
    server = await serve([...ocspRoutes(ocsp, systemClock, limit()), ...timeStampRoutes(tsa, limit())], {
      trustedProxies: ['127.0.0.1'],
    })
  })
  afterAll(() => server.close())
  const send = async (path: string, from: string, method = 'POST') => {
    const type = path.startsWith('/tsa') ? 'application/timestamp-query' : 'application/ocsp-request'
    const headers = { 'content-type': type, 'x-forwarded-for': from }
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers,
      ...(method === 'POST' ? { body: 'x' } : {}),
    })
    const { status, headers: said } = response
    return { status, retryAfter: said.get('retry-after'), type: said.get('content-type'), body: await response.text() }
  }
  const statuses = async (count: number, path: string, from: string) => {
    const all: number[] = []
    for (let i = 0; i < count; i++) all.push((await send(path, from)).status)
    return { granted: all.filter((s) => s === 200).length, refused: all.filter((s) => s === 429).length }
  }

  it.each(['/tsa/sm2', '/ocsp/some-ca'])('beyond the limit get 429 and when to come again: %s', async (path) => {
    const before = { ...answered }
    expect(await statuses(14, path, '192.0.2.1')).toEqual({ granted: 10, refused: 4 })
    expect(answered.ocsp + answered.tsa).toBe(before.ocsp + before.tsa + 10)
    const refused = await send(path, '192.0.2.1')
    expect(refused).toMatchObject({ status: 429, retryAfter: '1', type: 'application/problem+json' })
    expect(JSON.parse(refused.body)).toMatchObject({ code: 'TOO_MANY_REQUESTS' })
    ms += 1000
    expect(await statuses(4, path, '192.0.2.1')).toEqual({ granted: 2, refused: 2 })
    ms += 3_600_000
    expect(await statuses(14, path, '192.0.2.1')).toEqual({ granted: 10, refused: 4 })
  })

  it('are counted for that address alone; an IPv6 network counts as one', async () => {
    expect(await statuses(11, '/tsa/sm2', '192.0.2.7')).toEqual({ granted: 10, refused: 1 })
    expect((await send('/tsa/sm2', '192.0.2.8')).status).toBe(200)
    for (let i = 1; i <= 10; i++) expect((await send('/tsa/p256', `2001:db8:0:7::${i}`)).status).toBe(200)
    expect((await send('/tsa/sm2', '2001:db8:0:7:ffff::1')).status).toBe(429)
    expect((await send('/tsa/sm2', '2001:db8:0:8::1')).status).toBe(200)
  })

  it('for OCSP by GET are not counted: caches answer them', async () => {
    expect(await statuses(11, '/ocsp/some-ca', '192.0.2.9')).toEqual({ granted: 10, refused: 1 })
    expect((await send('/ocsp/some-ca/AAAA', '192.0.2.9', 'GET')).status).toBe(200)
  })
})
