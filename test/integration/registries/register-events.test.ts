/** Events over the wire: the simulators push and are polled; hostile registries answer what they like. */
import { createHmac, createHash, randomBytes, randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeRegisterFeed } from '../../../adapters/registry-call/feed.ts'
import { world } from '../../../examples/world.ts'
import { makeListener, registryEventRoutes, routeTable } from '../../../src/http/index.ts'
import { pollRegister, type LegalEntity } from '../../../src/identity/index.ts'
import { silentLogger } from '../../../src/kernel/index.ts'
import { freshEmbedded } from '../../support/database.ts'
import { countRows, enrolEntity, makeIdentityWorld, type IdentityWorld } from '../../unit/identity/identity-world.ts'

const SECRET = world.registrySecrets.xinyin
const PATH = '/api/registry-events/legal-entity'

let w: IdentityWorld
let server: Server
let base = ''
let company: LegalEntity
beforeAll(async () => {
  w = await makeIdentityWorld(await freshEmbedded())
  server = createServer(
    makeListener({
      routes: routeTable(registryEventRoutes(w.events)),
      publicUrl: 'http://127.0.0.1',
      trustedProxies: [],
      clock: w.clock,
      logger: silentLogger,
      oidc: () => undefined,
      callerOf: () => Promise.resolve({ kind: 'anonymous' }),
      errorPage: () => '',
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
beforeEach(async () => {
  await w.reset()
  const { seq } = await w.tell('legal-entity', { code: '22', uscc: SHILI })
  company = await enrolEntity(w, 'shili')
  await w.deps.store.registerFeeds.moveCursor('legal-entity', seq)
  w.reactions.length = 0
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await w.close()
})

const SHILI = world.entities.find((e) => e.id === 'shili')?.uscc ?? ''
const tell = (code: string, more: object = {}) => w.tell('legal-entity', { code, uscc: company.uscc, ...more })
const FAR = Date.now() + 1_000_000
const status = async () => (await w.deps.store.entities.find(company.id))?.status
const poll = () => pollRegister(w.events, 'legal-entity')
const subscribe = (faults: string) =>
  fetch(`${w.urls['legal-entity']}/_subscribe`, { method: 'POST', body: JSON.stringify({ url: base + PATH, faults }) })
const settled = async (check: () => Promise<boolean>) => {
  for (let i = 0; i < 100 && !(await check()); i++) await new Promise((resolve) => setTimeout(resolve, 20))
}

const hmac = (lines: readonly string[], secret = SECRET): string =>
  createHmac('sm3', secret).update(lines.join('\n')).digest('hex')

interface Push {
  readonly events?: unknown
  readonly raw?: string
  readonly nonce?: string
  readonly time?: string
  readonly secret?: string
  readonly path?: string
  readonly client?: string
  readonly signature?: string
}
const push = async (p: Push) => {
  const raw = p.raw ?? JSON.stringify({ requestId: randomUUID(), events: p.events ?? [] })
  const time = p.time ?? new Date().toISOString()
  const nonce = p.nonce ?? randomBytes(16).toString('base64url')
  const digest = createHash('sm3').update(raw).digest('hex')
  const signed = hmac(['XINYIN-REGISTRY-1', 'POST', p.path ?? PATH, time, nonce, digest], p.secret)
  const response = await fetch(base + PATH, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'registry-client': p.client ?? 'xinyin',
      'registry-time': time,
      'registry-nonce': nonce,
      'registry-signature': p.signature ?? signed,
    },
    body: raw,
  })
  return {
    status: response.status,
    body: (await response.json()) as { code?: string; outcomes?: { outcome: string }[] },
  }
}
const event = (change: object = {}) => ({
  eventId: randomUUID(),
  seq: 1_000,
  at: new Date().toISOString(),
  code: '21',
  uscc: SHILI,
  ...change,
})
const outcomes = (answer: Awaited<ReturnType<typeof push>>) => answer.body.outcomes?.map((o) => o.outcome)

describe('a registry that is polled', () => {
  it('is heard, once, and from where it was left', async () => {
    await tell('21')
    expect(await poll()).toBe(1)
    expect(await status()).toBe('revoked')
    expect(await poll()).toBe(0)
    await tell('22')
    await tell('20')
    expect(await poll()).toBe(2)
    expect(await status()).toBe('deregistered')
    expect(w.reactions).toEqual(['revoked', 'restored', 'deregistered'].map((c) => `${c} ${company.id}`))
  })

  it('is heard in full when it has much to tell', async () => {
    for (let i = 0; i < 130; i++) await tell(i % 2 === 0 ? '21' : '22')
    await tell('23', { name: '样例末名（云湖）有限公司' })
    expect(await poll()).toBe(131)
    expect(await w.deps.store.entities.find(company.id)).toMatchObject({
      name: '样例末名（云湖）有限公司',
      status: 'active',
    })
    await tell('23', { name: company.name })
  }, 20_000)

  it('is read by one process at a time', async () => {
    await tell('21')
    const other = { ...w.events, holder: 'another-process' }
    expect(await poll()).toBe(1)
    expect(await pollRegister(other, 'legal-entity')).toBeUndefined()
    await w.db.query("UPDATE lease SET until = now() - interval '1 second'")
    expect(await pollRegister(other, 'legal-entity')).toBe(0)
  })

  it.each(['500', 'hang-up', 'garbage', 'undefined-code'] as const)('loses nothing by failing: %s', async (failure) => {
    await tell('21')
    await w.control('legal-entity', { failure })
    await expect(poll()).rejects.toMatchObject({ code: /^REGISTRY_/ })
    expect(await status()).toBe('active')
    await w.control('legal-entity', { failure: 'none' })
    expect(await poll()).toBe(1)
  })

  it('goes on past an event that fails, and comes back to it', async () => {
    const first = await tell('23', { name: '样例甲（云湖）有限公司' })
    await tell('21')
    const reaction = {
      ...w.deps.reaction,
      entityChanged: (...[, e]: Parameters<typeof w.deps.reaction.entityChanged>) =>
        e.change === 'renamed' ? Promise.reject(new Error('not now')) : Promise.resolve(),
    }
    expect(await pollRegister({ ...w.events, reaction }, 'legal-entity')).toBe(1)
    expect(await status()).toBe('revoked')
    expect(await w.deps.store.registerFeeds.cursor('legal-entity')).toBe(first.seq - 1)
    expect(await poll()).toBe(1)
    await tell('23', { name: company.name })
  })
})

describe('a registry that lies', () => {
  const answering = (answer: object) =>
    makeRegisterFeed('legal-entity', () => Promise.resolve({ code: '00', more: false, ...answer }), w.deps.ids)
  const pollOf = (answer: object) =>
    pollRegister({ ...w.events, feeds: { ...w.events.feeds, 'legal-entity': answering(answer) } }, 'legal-entity')

  it.each([
    ['no list', { events: 'none' }],
    ['an entry without an id', { events: [{ seq: FAR }] }],
    ['a code not defined', { code: '77', events: [] }],
    ['no word on whether there is more', { more: 'yes', events: [] }],
    ['more than was asked for', { events: Array.from({ length: 101 }, (_, i) => ({ ...event(), seq: FAR + i })) }],
    ['events from before', { events: [{ ...event(), eventId: randomUUID(), seq: 0 }] }],
  ])('is not heard, and the feed stays where it was: %s', async (_what, answer) => {
    const before = await w.deps.store.registerFeeds.cursor('legal-entity')
    await expect(pollOf(answer)).rejects.toMatchObject({ code: 'REGISTRY_ANSWER_UNDEFINED' })
    expect(await w.deps.store.registerFeeds.cursor('legal-entity')).toBe(before)
  })

  it('does not keep us for ever by always having more', async () => {
    expect(await pollOf({ events: [], more: true })).toBe(0)
  })

  it('changes nothing by what is not understood, and is not asked for it again', async () => {
    const odd = event({ code: '99', seq: FAR })
    expect(await pollOf({ events: [odd] })).toBe(0)
    expect(await pollOf({ events: [odd] })).toBe(0)
    expect(await status()).toBe('active')
    expect(await w.db.query("SELECT seq FROM register_event WHERE outcome = 'not-understood'")).toEqual([{ seq: FAR }])
  })

  it('cannot say two things under one number', async () => {
    const seq = FAR + 1
    expect(await pollOf({ events: [event({ seq })] })).toBe(1)
    expect(await pollOf({ events: [event({ seq, code: '22' })] })).toBe(0)
    expect(await status()).toBe('revoked')
  })
})

describe('a registry that pushes', () => {
  it('is heard at once', async () => {
    await subscribe('none')
    await tell('21')
    await settled(async () => (await status()) === 'revoked')
    expect(await status()).toBe('revoked')
    expect(await poll()).toBe(0)
    await subscribe('lost')
  })

  it('is heard once though it pushes twice, and its feed says the same', async () => {
    await subscribe('twice')
    await tell('20')
    await settled(async () => w.reactions.length > 0)
    await poll()
    expect(w.reactions).toEqual([`deregistered ${company.id}`])
    await subscribe('lost')
  })

  it('is understood in any order', async () => {
    await subscribe('reversed')
    await tell('20')
    await tell('22')
    await settled(async () => (await countRows(w.db, 'register_event')) >= 2)
    expect(await status()).toBe('active')
    await poll()
    expect(await status()).toBe('active')
    await subscribe('lost')
  })

  it('is heard by its feed when its pushes are lost', async () => {
    await subscribe('lost')
    await tell('21')
    expect(await status()).toBe('active')
    await poll()
    expect(await status()).toBe('revoked')
  })
})

describe('a push', () => {
  it('is answered for each event', async () => {
    const known = event({ seq: 1_001 })
    const answer = await push({
      events: [known, event({ seq: 1_002, code: '77' }), event({ seq: 1_003, uscc: '91990100MA5QRT2B9A' })],
    })
    expect(answer.status).toBe(200)
    expect(outcomes(answer)).toEqual(['applied', 'not-understood', 'no-subject'])
    expect(outcomes(await push({ events: [known, event({ seq: 1_001 })] }))).toEqual(['repeated', 'conflict'])
  })

  it('tells of an event that cannot be applied now, and applies the others', async () => {
    await w.db.script(
      "CREATE FUNCTION refuse_rename() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$; CREATE TRIGGER refuse_rename BEFORE UPDATE OF name ON legal_entity FOR EACH ROW WHEN (NEW.name <> OLD.name) EXECUTE FUNCTION refuse_rename()",
    )
    const renamed = event({ seq: 1_010, code: '23', name: '样例乙（云湖）有限公司' })
    expect(outcomes(await push({ events: [renamed, event({ seq: 1_011 })] }))).toEqual(['failed', 'applied'])
    await w.db.script('DROP TRIGGER refuse_rename ON legal_entity; DROP FUNCTION refuse_rename()')
    expect(outcomes(await push({ events: [renamed] }))).toEqual(['applied'])
  })

  it.each<[string, () => Push, number]>([
    ['without a signature', () => ({ signature: '' }), 401],
    ['signed under another secret', () => ({ secret: 'another-secret-altogether' }), 401],
    ['signed for another path', () => ({ path: '/api/registry-events/population' }), 401],
    ['in the name of another', () => ({ client: 'somebody' }), 401],
    ['ten minutes old', () => ({ time: new Date(Date.now() - 600_000).toISOString() }), 401],
    ['from the future', () => ({ time: new Date(Date.now() + 600_000).toISOString() }), 401],
    ['of no time', () => ({ time: 'today' }), 401],
    ['with a short nonce', () => ({ nonce: 'short' }), 401],
    ['that is not JSON', () => ({ raw: '{' }), 400],
    ['that is null', () => ({ raw: 'null' }), 400],
    ['without a list', () => ({ events: 'none' }), 400],
    ['with an entry without id', () => ({ events: [{ seq: 1 }] }), 400],
    ['of a hundred and one', () => ({ events: Array.from({ length: 101 }, (_, i) => event({ seq: 2_000 + i })) }), 400],
    ['of three hundred kilobytes', () => ({ raw: JSON.stringify({ events: [], pad: 'x'.repeat(300_000) }) }), 413],
  ])('is refused %s', async (_what, change, code) => {
    const made = change()
    const answer = await push({ events: [event({ seq: 1_500 })], ...made })
    expect(answer.status).toBe(code)
    expect(JSON.stringify(answer.body)).not.toContain(company.uscc)
    expect(await status()).toBe('active')
  })

  it('is refused when it is replayed', async () => {
    const again = { nonce: randomBytes(16).toString('base64url'), events: [event({ seq: 1_600, code: '22' })] }
    expect((await push(again)).status).toBe(200)
    expect(await push(again)).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
  })

  it('is not found for a registry that there is not', async () => {
    const response = await fetch(`${base}/api/registry-events/police`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    expect(response.status).toBe(404)
  })

  it('is forgotten in time, with the strangers it was about; what we know stays', async () => {
    await push({ events: [event({ seq: 1_700 }), event({ seq: 1_701, uscc: '91990100MA5QRT2B9A' })] })
    const strangers = () => countRows(w.db, 'register_subject')
    const before = await strangers()
    expect(await w.deps.store.registerFeeds.sweep(new Date(Date.now() - 3_600_000))).toBe(0)
    expect(await w.deps.store.registerFeeds.sweep(new Date(Date.now() + 1_000))).toBeGreaterThan(1)
    expect(await strangers()).toBe(before - 1)
  })
})
