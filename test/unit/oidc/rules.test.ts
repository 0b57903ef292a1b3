import { describe, expect, it } from 'vitest'
import { decideAcr } from '../../../src/oidc/assurance-acr.ts'
import { makeCircuitBreaker } from '../../../src/oidc/circuit-breaker.ts'
import { backoff, isOutage, outcomeOf } from '../../../src/oidc/logout-schedule.ts'
import { makeLogoutToken } from '../../../src/oidc/logout-token.ts'
import { mergeAuthorizations } from '../../../src/oidc/merge-authorizations.ts'
import { pairwiseSubject } from '../../../src/oidc/pairwise.ts'
import { decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { makeIds, systemRandom } from '../../../src/kernel/index.ts'
import { makeSigningKey } from '../../integration/oidc/oidc-world.ts'

describe('pairwise subjects', () => {
  const keys = { current: 'v2', keys: { v1: new Uint8Array(32).fill(1), v2: new Uint8Array(32).fill(2) } }
  const question = { accountId: 'a1', sector: 'portal.example', version: 'v1' }
  const subject = (change = {}) => pairwiseSubject(keys, { ...question, ...change })

  it('are the same each time, and another for each sector, account and key', () => {
    expect(subject()).toBe(subject())
    const others = [{ sector: 'other.example' }, { accountId: 'a2' }, { version: 'v2' }].map(subject)
    expect(new Set([subject(), ...others]).size).toBe(4)
  })
  it('cannot be had under a key that is not configured', () => {
    expect(() => subject({ version: 'v3' })).toThrow(RangeError)
  })
})

describe('acr', () => {
  const has = { proofing: 'L3', strength: 'urn:xinyin:acr:2' } as const
  const ask = (wanted: string[], change = {}) =>
    decideAcr({ wanted, has, reachable: 'urn:xinyin:acr:3', justSignedIn: false, ...change })

  it('is satisfied by a stronger sign-in, and names the value that was asked for', () => {
    expect(ask(['urn:xinyin:acr:1'])).toEqual({ kind: 'satisfied', answer: 'urn:xinyin:acr:1' })
    expect(ask(['urn:xinyin:acr:4', 'urn:xinyin:loa:L2.2'])).toEqual({
      kind: 'satisfied',
      answer: 'urn:xinyin:loa:L2.2',
    })
  })
  it('asks for a sign-in that can be had', () => {
    expect(ask(['urn:xinyin:acr:3'])).toEqual({ kind: 'sign-in', acr: 'urn:xinyin:acr:3' })
    expect(ask(['urn:xinyin:acr:1'], { has: undefined })).toEqual({ kind: 'sign-in', acr: 'urn:xinyin:acr:1' })
  })
  it.each([
    ['nothing known was asked', ['urn:other'], {}, 'unknown'],
    ['the proofing is too low', ['urn:xinyin:loa:L4.1'], {}, 'proofing'],
    ['strength does not make up for proofing', ['urn:xinyin:loa:L5.1'], { justSignedIn: true }, 'proofing'],
    ['nobody offers such a sign-in', ['urn:xinyin:acr:4'], {}, 'strength'],
    ['the person has just signed in too weakly', ['urn:xinyin:acr:3'], { justSignedIn: true }, 'strength'],
  ])('cannot be met when %s', (_what, wanted, change, axis) => {
    expect(ask(wanted, change)).toEqual({ kind: 'unmet', axis })
  })
})

describe('what an answer of a portal means', () => {
  const at = new Date('2026-11-21T08:00:00Z')
  const delivery = { attempts: 1, giveUpAt: new Date('2026-11-21T16:00:00Z') }
  const after = (ms: number): Date => new Date(at.getTime() + ms)

  it.each([200, 204])('%i confirms', (status) => {
    expect(outcomeOf({ status }, delivery, at)).toEqual({ state: 'confirmed' })
  })
  it.each([400, 401, 404, 410])('%i is a refusal and is not repeated', (status) => {
    expect(outcomeOf({ status }, delivery, at)).toEqual({ state: 'failed', lastError: `HTTP_${status}` })
  })
  it.each([302, 408, 429, 500, 503, 599])('%i is repeated', (status) => {
    expect(outcomeOf({ status }, delivery, at)).toEqual({
      state: 'pending',
      nextAt: after(1_000),
      lastError: `HTTP_${status}`,
    })
  })
  it.each(['TIMEOUT', 'UNREACHABLE', 'TOO_LARGE'] as const)('%s is repeated', (fault) => {
    expect(outcomeOf({ fault }, delivery, at)).toMatchObject({ state: 'pending', lastError: fault })
  })
  it('an address that is not registered any more is not called again', () => {
    expect(outcomeOf({ fault: 'NOT_REGISTERED' }, delivery, at)).toMatchObject({ state: 'failed' })
  })
  it('waits longer each time, and as long as the portal asks', () => {
    expect([1, 2, 3, 4, 5, 99].map(backoff)).toEqual([1_000, 5_000, 30_000, 120_000, 600_000, 3_600_000])
    expect(outcomeOf({ status: 429, retryAfterMs: 9_000 }, delivery, at)).toMatchObject({ nextAt: after(9_000) })
  })
  it('gives up when the next attempt would come after the portal has forgotten anyway', () => {
    const late = { attempts: 9, giveUpAt: after(60_000) }
    expect(outcomeOf({ status: 503 }, late, at)).toEqual({ state: 'dead', lastError: 'HTTP_503' })
  })
  it('only an outage speaks of health', () => {
    expect(isOutage(outcomeOf({ status: 400 }, delivery, at))).toBe(false)
    expect(isOutage(outcomeOf({ status: 503 }, delivery, at))).toBe(true)
  })
})

describe('the circuit breaker', () => {
  it('rests a host after failures in a row, tries it again later, and forgets at the first success', () => {
    const breaker = makeCircuitBreaker(2, 1_000)
    const t = (ms: number): Date => new Date(ms)
    breaker.record('a', false, t(0))
    breaker.record('b', false, t(0))
    breaker.record('b', true, t(0))
    breaker.record('b', false, t(0))
    expect(breaker.resting(t(1))).toEqual([])
    breaker.record('a', false, t(0))
    expect(breaker.resting(t(999))).toEqual(['a'])
    expect(breaker.resting(t(1_000))).toEqual([])
    breaker.record('a', false, t(1_000))
    expect(breaker.resting(t(1_500))).toEqual(['a'])
    breaker.record('a', true, t(2_000))
    expect(breaker.resting(t(2_001))).toEqual([])
  })
})

describe('the portals of a session', () => {
  const portal = (clientId: string, sid: string, ended = false) => ({ clientId, sid, grantId: `g-${sid}`, ended })
  it('are those on record, whatever a parallel save has overwritten', () => {
    const merged = mergeAuthorizations({
      payload: { uid: 'u', authorizations: {} },
      portals: [portal('a', '1'), portal('b', '2')],
    })
    expect(merged['authorizations']).toEqual({ a: { sid: '1', grantId: 'g-1' }, b: { sid: '2', grantId: 'g-2' } })
  })
  it('keep the sid that was handed out first', () => {
    const merged = mergeAuthorizations({ payload: {}, portals: [portal('a', '1'), portal('a', '2')] })
    expect(merged['authorizations']).toEqual({ a: { sid: '1', grantId: 'g-1' } })
  })
  it('do not come back with a sid that is over', () => {
    const payload = { authorizations: { a: { sid: '1', grantId: 'g-1' }, b: { sid: '9', grantId: 'g-9' } } }
    const merged = mergeAuthorizations({ payload, portals: [portal('a', '1', true), portal('b', '2', true)] })
    expect(merged['authorizations']).toEqual({ b: { sid: '9', grantId: 'g-9' } })
  })
})

describe('a logout token', () => {
  const clock = { now: () => new Date('2026-11-21T08:00:00Z') }
  const key = makeSigningKey()
  const deps = {
    clock,
    ids: makeIds(clock, systemRandom),
    publicUrl: 'https://op.example',
    signingKeys: [key] as const,
  }
  const make = (sid = 's1') => makeLogoutToken(deps, { clientId: 'c1', sid, sub: 'p1' })

  it('is signed, typed, addressed, short-lived, and carries no nonce', async () => {
    const token = await make()
    const { d: _d, ...publicJwk } = key
    const { payload } = await jwtVerify(token, await importJWK({ ...publicJwk }, 'ES256'), { currentDate: clock.now() })
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', typ: 'logout+jwt', kid: 'k1' })
    expect(payload).toMatchObject({ iss: 'https://op.example/oidc', aud: 'c1', sub: 'p1', sid: 's1' })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(120)
    expect(payload).not.toHaveProperty('nonce')
  })
  it('is another one at each attempt', async () => {
    expect(decodeJwt(await make()).jti).not.toBe(decodeJwt(await make()).jti)
  })
  it('leaves sid out for a portal that has none', async () => {
    expect(decodeJwt(await make(''))).not.toHaveProperty('sid')
  })
})
