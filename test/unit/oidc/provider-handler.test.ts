/** Ten times the load: what cannot be served now is told so at once, and what was accepted is served. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeProviderHandler } from '../../../src/oidc/index.ts'

const waiting: ServerResponse[] = []
const provider = {
  issuer: 'http://127.0.0.1/oidc',
  callback: () => (_req: IncomingMessage, res: ServerResponse) => {
    waiting.push(res)
    return Promise.resolve()
  },
}
const handler = makeProviderHandler(provider as never, 10)
const server = createServer((req, res) => void handler(req, res))
let url: string
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oidc/me`
})
afterAll(() => void server.close())

const call = (signal?: AbortSignal) => fetch(url, signal === undefined ? {} : { signal })
const reach = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}
const answerAll = (): void => {
  for (const res of waiting.splice(0)) res.end()
}

describe('the provider under ten times its load', () => {
  it('accepts ten, tells the other ninety to come back, and serves the ten', async () => {
    const answers: Response[] = []
    const calls = Array.from({ length: 100 }, () => call().then((r) => answers.push(r)))
    await reach(() => answers.length === 90 && waiting.length === 10)
    for (const r of answers) expect([r.status, r.headers.get('retry-after')]).toEqual([503, '2'])
    answerAll()
    await Promise.all(calls)
    expect(answers.filter((r) => r.status === 200)).toHaveLength(10)
  })

  it('counts nobody who has gone', async () => {
    const gone = new AbortController()
    const calls = Array.from({ length: 10 }, () => call(gone.signal).catch(() => undefined))
    await reach(() => waiting.length === 10)
    const closed = Promise.all(waiting.map((res) => new Promise((resolve) => res.once('close', resolve))))
    gone.abort()
    await Promise.all([...calls, closed])
    waiting.length = 0
    const last = call()
    await reach(() => waiting.length === 1)
    answerAll()
    expect((await last).status).toBe(200)
  })
})
