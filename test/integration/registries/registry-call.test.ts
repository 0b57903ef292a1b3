import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makePopulationRegistry } from '../../../adapters/population-registry/index.ts'
import { makeRegistryCall, type RegistryEndpoint } from '../../../adapters/registry-call/index.ts'
import { signAnswer } from '../../../adapters/registry-call/signed-text.ts'
import { startPopulationRegistry } from '../../../examples/simulators/population-registry.ts'
import type { Failure, RunningRegistry } from '../../../examples/simulators/registry-server.ts'
import { world } from '../../../examples/world.ts'
import { isTrustError } from '../../../src/errors.ts'
import { registerEntity, registerPerson } from '../../../src/identity/index.ts'
import { systemClock, systemRandom } from '../../../src/kernel/index.ts'
import { freshEmbedded } from '../../support/database.ts'
import {
  accountOf,
  countRows,
  enrol,
  entityNamed,
  makeIdentityWorld,
  personNamed,
  type IdentityWorld,
} from '../../unit/identity/identity-world.ts'

const TIMEOUT_MS = 400

const timed = async (attempt: Promise<unknown>): Promise<{ code: string; ms: number; text: string }> => {
  const start = performance.now()
  const error = await attempt.then(
    () => undefined,
    (e: unknown) => e,
  )
  const ms = performance.now() - start
  return { code: isTrustError(error) ? error.code : 'answered', ms, text: String((error as Error | undefined)?.stack) }
}

const FAILURES: readonly (readonly [Failure, string])[] = [
  ['timeout', 'REGISTRY_UNAVAILABLE'],
  ['500', 'REGISTRY_UNAVAILABLE'],
  ['hang-up', 'REGISTRY_UNAVAILABLE'],
  ['garbage', 'REGISTRY_ANSWER_UNDEFINED'],
  ['undefined-code', 'REGISTRY_ANSWER_UNDEFINED'],
]

describe('a registry that fails', () => {
  let w: IdentityWorld
  beforeAll(async () => {
    w = await makeIdentityWorld(await freshEmbedded(), TIMEOUT_MS)
  })
  beforeEach(() => w.reset())
  afterAll(() => w.close())

  it.each(FAILURES)('creates no person, says no "no", names nobody: %s', async (failure, code) => {
    const typed = { ...personNamed('lin'), ...accountOf('lin') }
    await w.control('population', { failure })
    const result = await timed(registerPerson(w.deps, typed))
    expect(result.code).toBe(code)
    expect(result.ms).toBeLessThan(TIMEOUT_MS + 600)
    expect(result.text).not.toContain(typed.citizenIdNumber)
    expect(result.text).not.toContain(typed.name)
    for (const table of ['natural_person', 'account', 'proofing_evidence', 'audit_event'])
      expect(await countRows(w.db, table)).toBe(0)
    await w.control('population', { failure: 'none' })
    expect(await registerPerson(w.deps, typed)).toBeDefined()
  })

  it.each(FAILURES)('creates no entity: %s', async (failure, code) => {
    const { personId: actor } = await enrol(w, 'zhou')
    const { name, uscc } = entityNamed('shili')
    await w.control('legal-entity', { failure })
    const result = await timed(registerEntity(w.deps, { actor, name, uscc }))
    expect(result.code).toBe(code)
    expect(result.ms).toBeLessThan(TIMEOUT_MS + 600)
    expect(await countRows(w.db, 'legal_entity')).toBe(0)
    await w.control('legal-entity', { failure: 'none' })
    expect(await registerEntity(w.deps, { actor, name, uscc })).toBeDefined()
  })

  it('is waited for while it is slow, and not longer than the limit', async () => {
    const typed = { ...personNamed('lin'), ...accountOf('lin') }
    await w.control('population', { delayMs: TIMEOUT_MS * 2 })
    expect((await timed(registerPerson(w.deps, typed))).code).toBe('REGISTRY_UNAVAILABLE')
    await w.control('population', { delayMs: TIMEOUT_MS / 4 })
    expect(await registerPerson(w.deps, typed)).toBeDefined()
  })
})

const endpoint = (url: string, change: Partial<RegistryEndpoint> = {}): RegistryEndpoint => ({
  url,
  clientId: 'xinyin',
  secret: world.registrySecrets.xinyin,
  clock: systemClock,
  random: systemRandom,
  timeoutMs: TIMEOUT_MS,
  ...change,
})
const question = () => {
  const { name, citizenIdNumber } = personNamed('lin')
  return { requestId: crypto.randomUUID(), name, citizenIdNumber }
}

describe('the simulator is as strict as a registry', () => {
  let registry: RunningRegistry
  beforeAll(async () => {
    registry = await startPopulationRegistry({ port: 0 })
  })
  afterAll(() => registry.close())

  const ask = (change: Partial<RegistryEndpoint> = {}) =>
    timed(makePopulationRegistry(makeRegistryCall(endpoint(registry.url, change))).matchPerson(question()))

  it('answers a signed question', async () => {
    expect((await ask()).code).toBe('answered')
  })

  it('refuses another secret, an unknown client, an old time, and a nonce for the second time', async () => {
    expect((await ask({ secret: 'another' })).code).toBe('REGISTRY_UNAVAILABLE')
    expect((await ask({ clientId: 'stranger' })).code).toBe('REGISTRY_UNAVAILABLE')
    const old = { now: () => new Date(Date.now() - 6 * 60_000) }
    expect((await ask({ clock: old })).code).toBe('REGISTRY_UNAVAILABLE')
    const same = { bytes: (n: number) => new Uint8Array(n).fill(7) }
    expect((await ask({ random: same })).code).toBe('answered')
    expect((await ask({ random: same })).code).toBe('REGISTRY_UNAVAILABLE')
  })

  it('refuses switches that it does not have, and keeps the old ones', async () => {
    const control = (body: string) => fetch(`${registry.url}/_control`, { method: 'POST', body })
    for (const body of ['{"failure":"explode"}', '{"delayMs":-1}', '{"what":1}', 'nonsense'])
      expect((await control(body)).status).toBe(400)
    expect((await ask()).code).toBe('answered')
  })
})

describe('an answer that is not from the registry', () => {
  let server: Server
  let answer: RequestListener
  let calls = 0
  beforeAll(async () => {
    server = createServer((request, response) => {
      calls++
      request.resume().on('end', () => answer(request, response))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterEach(() => {
    calls = 0
  })
  afterAll(() => {
    server.close()
    server.closeAllConnections()
  })

  const ask = (asked = question()) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return timed(makePopulationRegistry(makeRegistryCall(endpoint(url))).matchPerson(asked))
  }
  const signed =
    (fields: unknown, secret = world.registrySecrets.xinyin): RequestListener =>
    (request, response) => {
      const body = Buffer.from(typeof fields === 'string' ? fields : JSON.stringify(fields))
      const nonce = String(request.headers['registry-nonce'])
      response.writeHead(200, { 'registry-signature': signAnswer(secret, { status: 200, nonce, body }) }).end(body)
    }
  const at = new Date().toISOString()

  it('is undefined when it is not signed with the secret, or for another question', async () => {
    const asked = question()
    const fields = { requestId: asked.requestId, code: '00', at }
    answer = signed(fields)
    expect((await ask(asked)).code).toBe('answered')
    answer = signed(fields, 'another')
    expect((await ask(asked)).code).toBe('REGISTRY_ANSWER_UNDEFINED')
    answer = (_request, response) => response.end(JSON.stringify(fields))
    expect((await ask(asked)).code).toBe('REGISTRY_ANSWER_UNDEFINED')
    answer = signed(fields)
    expect((await ask()).code).toBe('REGISTRY_ANSWER_UNDEFINED')
  })

  it.each([
    ['a number for a code', { code: 0, at }],
    ['a code of the prototype', { code: 'constructor', at }],
    ['no code', { at }],
    ['no time', { code: '00' }],
    ['a time that is none', { code: '00', at: 'yesterday' }],
  ])('is undefined with %s', async (_what, fields) => {
    const asked = question()
    answer = signed({ requestId: asked.requestId, ...fields })
    expect((await ask(asked)).code).toBe('REGISTRY_ANSWER_UNDEFINED')
  })

  it.each([
    ['an array', '[]'],
    ['null', 'null'],
    ['more than 64 KiB', `{"pad":"${'x'.repeat(70_000)}"}`],
  ])('is undefined when it is %s', async (_what, body) => {
    answer = signed(body)
    expect((await ask()).code).toBe('REGISTRY_ANSWER_UNDEFINED')
  })

  it('follows no redirect', async () => {
    answer = (_request, response) => response.writeHead(307, { location: '/elsewhere' }).end()
    expect((await ask()).code).toBe('REGISTRY_UNAVAILABLE')
    expect(calls).toBe(1)
  })

  it('does not wait for an answer that drips', async () => {
    answer = (_request, response) => {
      response.writeHead(200)
      const drip = setInterval(() => response.write(' '), 50)
      response.on('close', () => clearInterval(drip))
    }
    const { code, ms } = await ask()
    expect(code).toBe('REGISTRY_UNAVAILABLE')
    expect(ms).toBeLessThan(TIMEOUT_MS + 600)
  })

  it('is asked for once more when the connection broke, with a new nonce and the same request id, and not after an error status', async () => {
    const nonces: unknown[] = []
    const asked = question()
    answer = (request, response) => {
      nonces.push(request.headers['registry-nonce'])
      if (nonces.length === 1) request.socket.destroy()
      else signed({ requestId: asked.requestId, code: '00', at })(request, response)
    }
    expect((await ask(asked)).code).toBe('answered')
    expect(new Set(nonces).size).toBe(2)
    calls = 0
    answer = (_request, response) => response.writeHead(503).end()
    expect((await ask()).code).toBe('REGISTRY_UNAVAILABLE')
    expect(calls).toBe(1)
  })

  it('is an outage when nobody listens', async () => {
    const call = makeRegistryCall(endpoint('http://127.0.0.1:1'))
    expect((await timed(makePopulationRegistry(call).matchPerson(question()))).code).toBe('REGISTRY_UNAVAILABLE')
  })
})
