import { describe, expect, it } from 'vitest'
import { confirmClock, makeTimeStampService, sweepTimeStamps } from '../../../src/pki/node.ts'
import { concat, fromHex, toHex } from '../../../standards/bytes.ts'
import { encode, encodeElement, objectIdentifier } from '../../../standards/der/index.ts'
import { OID } from '../../../standards/oid/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { parseTimeStampResponse, parseTimeStampToken } from '../../../standards/rfc3161-tsp/index.ts'
import { ACTOR } from '../pki/pki-world.ts'
import { MESSAGE, queryOf, tsaWorld } from './tsa-world.ts'

const DAY = 86_400_000

describe('the time-stamping authority', () => {
  it('stamps each digest in use by each key, with what was asked', async () => {
    const w = await tsaWorld()
    for (const suite of ['sm2', 'p256'] as const)
      for (const algorithm of ['sm3', 'sha256', 'sha384', 'sha512'] as const) {
        w.pass(1500)
        const { status, token } = await w.ask({ algorithm, nonce: fromHex('80ff01') }, suite)
        expect(status).toBe('granted')
        expect(token?.info).toMatchObject({ policy: OID.timeStampPolicy, accuracy: 1000, ordering: false })
        expect(token?.info.imprint).toMatchObject({ algorithm, hash: nodeCrypto.digest(algorithm, MESSAGE) })
        expect(token?.info.genTime).toEqual(w.clock.now())
        expect(toHex(token?.info.nonce ?? new Uint8Array())).toBe('0080ff01')
        expect(token?.signedData.certificates).toHaveLength(2)
      }
  })

  it('sends no certificates where none were asked for', async () => {
    const w = await tsaWorld()
    expect((await w.ask({ certReq: false })).token?.signedData.certificates).toEqual([])
  })

  it('writes down before it signs, gives every token its own number, and records all in the audit', async () => {
    const w = await tsaWorld()
    const all = await Promise.all(Array.from({ length: 300 }, () => w.ask()))
    const serials = all.map((r) => toHex(r.token?.info.serial ?? new Uint8Array()))
    expect(new Set(serials).size).toBe(300)
    expect(w.journal.rows.map((r) => r.state)).toEqual(Array.from({ length: 300 }, () => 'issued'))
    const events = w.audit.events.filter((e) => e.action === 'timestamp.issued')
    expect(events.length).toBeLessThan(20)
    expect(events.reduce((n, e) => n + Number(e.detail?.['count']), 0)).toBe(300)
    expect(w.audit.chainedIds.length).toBe(events.length)
  })

  it('refuses with the reason that clients know, before it touches a key', async () => {
    const w = await tsaWorld()
    const raw = async (der: Uint8Array) => {
      const { status, failures, text } = parseTimeStampResponse(
        (await w.service.answer('p256', der)) ?? new Uint8Array(),
      )
      expect(status).toBe('rejection')
      expect(text.join('')).not.toBe('')
      return failures
    }
    const sha1 = queryOf({ algorithm: 'sha256', hash: new Uint8Array(20) }).slice()
    expect(await raw(sha1)).toEqual(['badDataFormat'])
    const named = (from: string, to: string) => fromHex(toHex(queryOf()).replace(from, to))
    // SM3 …401 becomes an identifier that nobody has
    expect(await raw(named('2a811ccf55018311', '2a811ccf55018312'))).toEqual(['badAlg'])
    expect(await raw(queryOf({ policy: '1.2.3.4' }))).toEqual(['unacceptedPolicy'])
    expect(await raw(queryOf({ hash: new Uint8Array(33) }))).toEqual(['badDataFormat'])
    for (const garbage of [new Uint8Array(), fromHex('3000'), queryOf().subarray(1), concat(queryOf(), fromHex('00'))])
      expect(await raw(garbage)).toEqual(['badDataFormat'])
    expect([w.signings(), w.journal.rows.length]).toEqual([0, 0])
  })

  it('does not stamp SHA-1 or MD5 digests', async () => {
    const w = await tsaWorld()
    for (const [oid, length] of [
      [OID.sha1, 20],
      [OID.md5, 16],
    ] as const) {
      const imprint = encodeElement(
        0x30,
        encodeElement(0x30, encode(objectIdentifier(), oid)),
        encodeElement(0x04, new Uint8Array(length)),
      )
      const request = encodeElement(0x30, fromHex('020101'), imprint)
      const { failures } = parseTimeStampResponse((await w.service.answer('p256', request)) ?? new Uint8Array())
      expect(failures).toEqual(['badAlg'])
    }
  })

  it('has no key: no answer', async () => {
    const w = await tsaWorld({ keys: {} })
    expect(await w.service.answer('sm2', queryOf())).toBeUndefined()
  })

  it('leaves the intent open when the key fails, and the sweep closes and audits it', async () => {
    const w = await tsaWorld()
    const key = w.parts.keys.sm2
    Object.assign(key ?? {}, {
      signer: () => Promise.reject(Object.assign(new Error('away'), { code: 'KEY_UNUSABLE' })),
    })
    expect((await w.ask()).failures).toEqual(['systemFailure'])
    expect(w.journal.rows.map((r) => r.state)).toEqual(['open'])
    expect(await sweepTimeStamps(w.parts)).toEqual([])
    w.pass(61_000)
    expect(await sweepTimeStamps(w.parts)).toEqual([w.journal.rows[0]?.serialHex])
    expect(w.audit.events.at(-1)?.action).toBe('timestamp.intent-abandoned')
    expect(await sweepTimeStamps(w.parts)).toEqual([])
  })

  it('does not let out a signature of another key, nor one that does not verify', async () => {
    const w = await tsaWorld()
    const { sm2, p256 } = w.parts.keys
    const good = await sm2?.signer()
    Object.assign(sm2 ?? {}, { signer: () => p256?.signer() })
    expect((await w.ask()).failures).toEqual(['systemFailure'])
    Object.assign(sm2 ?? {}, {
      signer: () => Promise.resolve({ ...good, sign: () => Promise.resolve(new Uint8Array(70)) }),
    })
    expect((await w.ask()).failures).toEqual(['systemFailure'])
  })

  it('gives our own seals a token, or says to try later', async () => {
    const w = await tsaWorld()
    const token = parseTimeStampToken(await w.service.stamp('sm2', MESSAGE))
    expect(token.info.imprint.hash).toEqual(nodeCrypto.digest('sm3', MESSAGE))
    w.pass(1000)
    w.jump(DAY)
    await expect(w.service.stamp('sm2', MESSAGE)).rejects.toMatchObject({ code: 'TRY_LATER' })
  })
})

describe('the clock', () => {
  it.each([
    ['forward', 3_000],
    ['forward by years', 400 * DAY],
    ['back', -3_000],
    ['back by half a second', -600],
  ])('stops everything when it jumps %s, until an operator confirms it', async (_, ms) => {
    const w = await tsaWorld()
    expect((await w.ask()).status).toBe('granted')
    w.pass(10_000)
    w.jump(ms)
    const signed = w.signings()
    for (const suite of ['sm2', 'p256'] as const)
      expect((await w.ask({}, suite)).failures).toEqual(['timeNotAvailable'])
    w.pass(10_000)
    expect((await w.ask()).failures).toEqual(['timeNotAvailable'])
    expect(w.signings()).toBe(signed)
    expect(w.audit.events.filter((e) => e.action === 'timestamp.halted')).toMatchObject([
      { detail: { reason: 'clock-jumped', driftMs: ms } },
    ])
    await confirmClock(w.parts, ACTOR)
    expect((await w.ask()).status).toBe('granted')
    await expect(confirmClock(w.parts, ACTOR)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('may drift a little, and stand for a long time', async () => {
    const w = await tsaWorld()
    for (const ms of [400, -400, 300]) {
      w.pass(30_000)
      w.jump(ms)
      expect((await w.ask()).status).toBe('granted')
    }
    w.pass(30 * DAY)
    expect((await w.ask()).status).toBe('granted')
  })

  it('is compared with the last stamp, also after a restart and by other processes', async () => {
    const w = await tsaWorld()
    w.pass(3_600_000)
    expect((await w.ask()).status).toBe('granted')
    w.jump(-5_000)
    const restarted = makeTimeStampService(w.parts)
    const asked = async () =>
      parseTimeStampResponse((await restarted.answer('sm2', queryOf())) ?? new Uint8Array()).failures
    expect(await asked()).toEqual(['timeNotAvailable'])
    expect(w.journal.halts).toMatchObject([{ reason: 'behind-last-stamp', driftMs: -5_000 }])
    await confirmClock(w.parts, ACTOR)
    expect(await asked()).toEqual([])
  })

  it.each([
    [300, 'granted'],
    [-300, 'granted'],
    [45, 'all'],
  ])('is not led astray by many small steps of %d ms', async (ms, until) => {
    const w = await tsaWorld()
    const said: string[] = []
    for (let i = 0; i < 12; i++) {
      w.pass(5_000)
      w.jump(ms)
      said.push((await w.ask()).status)
    }
    const granted = said.filter((s) => s === 'granted').length
    // 300 ms: one step is within the tolerance, two are not. 45 ms each time: eleven are, the twelfth is not.
    expect(granted).toBe(until === 'all' ? 11 : 1)
    expect(w.journal.halts).toHaveLength(1)
    expect(Math.abs(w.journal.halts[0]?.driftMs ?? 0)).toBeGreaterThan(500)
  })

  it('that has run for months still notices one step', async () => {
    const w = await tsaWorld()
    w.pass(90 * DAY)
    expect((await w.ask()).status).toBe('granted')
    w.pass(5_000)
    w.jump(600)
    expect((await w.ask()).failures).toEqual(['timeNotAvailable'])
  })

  it.each([6_000, -6_000, 40 * DAY])('that is %d ms from that of the database stops everything', async (ms) => {
    const w = await tsaWorld()
    w.setApart(-ms)
    await w.service.watchClock()
    expect(w.journal.halts).toMatchObject([{ reason: 'clock-jumped', driftMs: ms }])
    expect((await w.ask()).failures).toEqual(['timeNotAvailable'])
    // No operator can confirm it away.
    await confirmClock(w.parts, ACTOR)
    await w.service.watchClock()
    expect(w.journal.halts).toHaveLength(2)
    w.setApart(3_000)
    await confirmClock(w.parts, ACTOR)
    await w.service.watchClock()
    expect((await w.ask()).status).toBe('granted')
  })

  it('is looked at when nobody asks', async () => {
    const w = await tsaWorld()
    w.pass(60_000)
    await w.service.watchClock()
    expect(w.journal.halts).toEqual([])
    w.jump(10_000)
    await w.service.watchClock()
    expect(w.journal.halts).toHaveLength(1)
  })

  it('that jumped is not forgotten when that could not be written down', async () => {
    const w = await tsaWorld()
    const { halt } = w.journal
    Object.assign(w.parts.store, { halt: () => Promise.reject(new Error('no database')) })
    w.jump(10_000)
    expect((await w.ask()).failures).toEqual(['systemFailure'])
    Object.assign(w.parts.store, { halt })
    expect((await w.ask()).failures).toEqual(['timeNotAvailable'])
    expect(w.signings()).toBe(0)
  })
})
