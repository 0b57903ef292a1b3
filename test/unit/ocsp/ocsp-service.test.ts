import { beforeAll, describe, expect, it } from 'vitest'
import { issueCertificate, releaseCertificate, revokeCertificate, suspendCertificate } from '../../../src/pki/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import type { OcspReply } from '../../../src/pki/node.ts'
import { fromHex } from '../../../standards/bytes.ts'
import { OID } from '../../../standards/oid/index.ts'
import { parseCertificate, validatePath } from '../../../standards/rfc5280-x509/index.ts'
import { encodeOcspRequest, parseOcspResponse } from '../../../standards/rfc6960-ocsp/index.ts'
import { ACTOR, DAY, SEAL_SUBJECT, newPublicKey } from '../pki/pki-world.ts'
import { ocspWorld, saidBy } from './service-world.ts'

const HOUR = 3_600_000

type World = Awaited<ReturnType<typeof ocspWorld>>
type Named = Awaited<ReturnType<World['issue']>>

/** What a verifier makes of this answer alone. */
const revocationBy = (w: World, { der, issuer }: { der: Uint8Array; issuer: string }, reply: OcspReply) => {
  const { answers } = parseOcspResponse(reply.der)
  const { checks } = validatePath({
    leaf: parseCertificate(der),
    intermediates: [],
    anchors: [w.issuerOf(issuer)],
    crls: [],
    ocspResponses: answers === undefined ? [] : [answers],
    at: w.clock.now(),
    purpose: 'any',
    crypto: nodeCrypto,
  })
  return checks.find((c) => c.name === 'revocation')
}

describe('the OCSP responder', () => {
  let w: Awaited<ReturnType<typeof ocspWorld>>
  beforeAll(async () => {
    w = await ocspWorld()
  })

  it('has a delegated certificate for every CA key, with nocheck', () => {
    expect(w.responders.map((r) => r.issuerId).sort()).toEqual(w.deps.authorities.map((a) => a.id).sort())
    for (const { certificate } of w.responders)
      expect(certificate.extensions.some((e) => e.extnID === OID.ocspNoCheck)).toBe(true)
  })

  it('says good of what we issued, by every digest, and path validation believes it', async () => {
    const { serialHex, der } = await w.issue()
    for (const hash of ['sha1', 'sha256', 'sha384', 'sha512', 'sm3'] as const) {
      const reply = await w.ask(serialHex, { hash })
      expect(saidBy(reply)).toBe('good')
      expect(revocationBy(w, { der, issuer: 'office-ca-sm2' }, reply)).toMatchObject({ outcome: 'pass' })
    }
  })

  it('answers for CA certificates under their root, and for its own', async () => {
    const ca = w.certificates.find((c) => c.id === 'office-ca-p256')
    const serial = Buffer.from(parseCertificate(ca?.der ?? new Uint8Array()).serial).toString('hex')
    expect(saidBy(await w.ask(serial, { issuer: 'root-p256' }))).toBe('good')
  })

  it('never says good of a number that we did not issue, and keeps nothing of it', async () => {
    const before = w.signings()
    for (const serial of ['41'.repeat(16), '01', 'ff', 'ab'.repeat(30)])
      expect(saidBy(await w.ask(serial))).toBe('unknown')
    const reply = await w.ask('41'.repeat(16))
    expect(reply.cacheable).toBeUndefined()
    expect(w.signings()).toBe(before + 5)
  })

  it('does not take a number of one CA for the same number of another', async () => {
    const { serialHex } = await w.issue()
    expect(saidBy(await w.ask(serialHex, { issuer: 'office-ca-p256' }))).toBe('unknown')
  })

  it('tells revoked from on hold, and good again after a release', async () => {
    const held = await w.issue()
    const name = { ...held, actor: ACTOR }
    await suspendCertificate(w.deps, name)
    expect(saidBy(await w.ask(held.serialHex))).toBe('revoked 6')
    await releaseCertificate(w.deps, name)
    w.pass(1000)
    expect(saidBy(await w.ask(held.serialHex))).toBe('good')
    await revokeCertificate(w.deps, { ...name, reason: 'keyCompromise' })
    w.pass(1000)
    expect(saidBy(await w.ask(held.serialHex))).toBe('revoked 1')
  })

  it('answers several questions about one CA at once, by one query, and path validation believes each', async () => {
    const issued = [await w.issue(), await w.issue(), await w.issue()]
    await revokeCertificate(w.deps, { ...(issued[2] as Named), reason: 'superseded', actor: ACTOR })
    w.pass(1000)
    const numbers = [...issued.map((c) => c.serialHex), '41'.repeat(16), 'ab'.repeat(30)]
    const request = encodeOcspRequest({ certIds: numbers.map((n) => w.certId(n)) })
    const before = w.calls.found
    const reply = await w.service.answer({ request })
    expect(w.calls.found).toBe(before + 1)
    expect(saidBy(reply)).toBe('good, good, revoked 4, unknown, unknown')
    const outcomes = issued.map(({ der }) => revocationBy(w, { der, issuer: 'office-ca-sm2' }, reply)?.outcome)
    expect(outcomes).toEqual(['pass', 'pass', 'fail'])
  })

  it('refuses questions about two CAs in one request: no verifier would believe both answers', async () => {
    const [a, b] = [await w.issue(), await w.issue('document-signer')]
    const ids = [w.certId(a.serialHex), w.certId(b.serialHex, { issuer: 'office-ca-p256' })]
    for (const certIds of [ids, ids.toReversed()]) {
      const request = encodeOcspRequest({ certIds })
      for (const where of [{}, { issuerId: 'office-ca-sm2' }, { issuerId: 'office-ca-p256' }])
        expect(saidBy(await w.service.answer({ ...where, request }))).toBe('unauthorized')
    }
    // What it does answer is believed, whichever CA it is about.
    const one = await w.service.answer({ request: encodeOcspRequest({ certIds: ids.slice(1) }) })
    expect(revocationBy(w, { der: b.der, issuer: 'office-ca-p256' }, one)).toMatchObject({ outcome: 'pass' })
  })

  it('refuses digests that it does not know, also beside a question that it understands', async () => {
    const { serialHex } = await w.issue()
    const id = w.certId(serialHex)
    const odd = id.slice()
    // 1.3.14.3.2.26 (SHA-1) becomes 1.3.14.3.2.27
    odd[odd.findIndex((b, i) => b === 0x1a && odd[i - 1] === 0x02)] = 0x1b
    for (const certIds of [[id, odd], [odd]])
      expect(saidBy(await w.service.answer({ request: encodeOcspRequest({ certIds }) }))).toBe('unauthorized')
  })

  it('counts questions under way, not requests, and tells the rest to try later', async () => {
    const { serialHex } = await w.issue()
    const certIds = Array.from({ length: 64 }, () => w.certId(serialHex))
    const request = encodeOcspRequest({ certIds })
    const before = w.calls.found
    const said = (await Promise.all(Array.from({ length: 20 }, () => w.service.answer({ request })))).map(saidBy)
    expect(said.filter((s) => s === 'tryLater')).toHaveLength(16)
    expect(said.filter((s) => s.startsWith('good, good'))).toHaveLength(4)
    expect(w.calls.found).toBe(before + 4)
    expect(saidBy(await w.service.answer({ request }))).toContain('good')
  })

  it('repeats the nonce, and then signs for this request alone', async () => {
    const { serialHex } = await w.issue()
    const nonces = [fromHex('01'.repeat(32)), fromHex('02'.repeat(128))]
    for (const nonce of nonces) {
      const reply = await w.ask(serialHex, { nonce })
      expect(parseOcspResponse(reply.der).answers?.nonce).toEqual(nonce)
      expect(reply.cacheable).toBeUndefined()
    }
    expect(parseOcspResponse((await w.ask(serialHex)).der).answers?.nonce).toBeUndefined()
  })

  it('refuses garbage and other CAs without touching the register or a key', async () => {
    const before = [w.calls.found, w.calls.followed, w.signings()]
    const garbage = [new Uint8Array(), fromHex('3000'), new Uint8Array(20_000), w.request('41').subarray(0, -1)]
    for (const request of garbage) expect(saidBy(await w.service.answer({ request }))).toBe('malformedRequest')
    const stranger = w.request('41').slice()
    stranger[30] = (stranger[30] as number) ^ 1
    expect(saidBy(await w.service.answer({ request: stranger }))).toBe('unauthorized')
    expect(saidBy(await w.service.answer({ issuerId: 'no-such-ca', request: w.request('41') }))).toBe('unauthorized')
    expect(saidBy(await w.service.answer({ issuerId: 'root-sm2', request: w.request('41') }))).toBe('unauthorized')
    expect([w.calls.found, w.calls.followed, w.signings()]).toEqual(before)
  })

  it('remembers certificates beyond their end, and says so', async () => {
    const end = new Date(w.clock.now().getTime() + DAY)
    const { serialHex } = await issueCertificate(w.deps, {
      profile: 'seal-signer',
      subject: SEAL_SUBJECT,
      publicKey: newPublicKey('SM2'),
      actor: ACTOR,
      validity: { notAfter: end },
    })
    const cutoff = async () => parseOcspResponse((await w.ask(serialHex)).der).answers?.singles[0]?.archiveCutoff
    expect(await cutoff()).toBeUndefined()
    w.pass(2 * DAY)
    expect(await cutoff()).toEqual(w.issuerOf('office-ca-sm2').notBefore)
  })
})

describe('answers that are kept', () => {
  it('are given again without register and key, until a change of status', async () => {
    const w = await ocspWorld()
    const { serialHex, ...rest } = await w.issue()
    const first = await w.ask(serialHex)
    const [found, signed] = [w.calls.found, w.signings()]
    for (let i = 0; i < 20; i++) {
      w.pass(100)
      expect((await w.ask(serialHex)).der).toBe(first.der)
    }
    expect([w.calls.found, w.signings()]).toEqual([found, signed])
    expect(w.calls.followed).toBeLessThan(20)
    await revokeCertificate(w.deps, { serialHex, ...rest, reason: 'keyCompromise', actor: ACTOR })
    w.pass(1000)
    expect(saidBy(await w.ask(serialHex))).toBe('revoked 1')
  })

  it('are dropped at once where the change was announced in this process', async () => {
    const w = await ocspWorld()
    const { serialHex, ...rest } = await w.issue()
    expect(saidBy(await w.ask(serialHex))).toBe('good')
    w.service.noteChange()
    await revokeCertificate(w.deps, { serialHex, ...rest, reason: 'superseded', actor: ACTOR })
    w.pass(60)
    expect(saidBy(await w.ask(serialHex))).toBe('revoked 4')
  })

  it('are signed once for many who ask at the same time', async () => {
    const w = await ocspWorld()
    const { serialHex } = await w.issue()
    const before = w.signings()
    const all = await Promise.all(Array.from({ length: 50 }, () => w.ask(serialHex)))
    expect(new Set(all.map(saidBy))).toEqual(new Set(['good']))
    expect(w.signings()).toBe(before + 1)
  })

  it('are signed anew after half of their life', async () => {
    const w = await ocspWorld()
    const { serialHex } = await w.issue()
    const first = await w.ask(serialHex)
    w.pass(6 * HOUR + 1000)
    const second = await w.ask(serialHex)
    expect(second.der).not.toEqual(first.der)
    expect(second.cacheable?.thisUpdate.getTime()).toBeGreaterThan(first.cacheable?.thisUpdate.getTime() ?? 0)
  })

  it('are not given from the future, after a clock that went ahead was set back', async () => {
    const w = await ocspWorld()
    const { serialHex } = await w.issue()
    w.clock.advance(2 * HOUR)
    const ahead = await w.ask(serialHex)
    w.clock.advance(-2 * HOUR)
    const back = await w.ask(serialHex)
    expect(back.der).not.toEqual(ahead.der)
    expect(back.cacheable?.thisUpdate.getTime()).toBeLessThanOrEqual(w.clock.now().getTime())
    w.clock.advance(-10_000)
    w.takeAway(true)
    w.pass(2000)
    expect(saidBy(await w.ask(serialHex))).toBe('tryLater')
  })

  it('are given until nextUpdate while the database is away; others are told to try later', async () => {
    const w = await ocspWorld()
    const { serialHex } = await w.issue()
    const other = await w.issue()
    const first = await w.ask(serialHex)
    w.takeAway(true)
    w.pass(2000)
    expect((await w.ask(serialHex)).der).toBe(first.der)
    expect(saidBy(await w.ask(other.serialHex))).toBe('tryLater')
    w.pass(11 * HOUR)
    expect((await w.ask(serialHex)).der).toBe(first.der)
    w.pass(2 * HOUR)
    expect(saidBy(await w.ask(serialHex))).toBe('tryLater')
    w.takeAway(false)
    w.pass(2000)
    expect(saidBy(await w.ask(serialHex))).toBe('good')
  })

  it('are not kept when a change is seen between reading and signing', async () => {
    const w = await ocspWorld()
    const { serialHex, ...rest } = await w.issue()
    await w.ask('41'.repeat(16))
    const slow = w.responders.find((r) => r.issuerId === 'office-ca-sm2')
    if (slow === undefined) throw new Error('no responder')
    const signer = slow.signer
    Object.assign(slow, {
      signer: async () => {
        await revokeCertificate(w.deps, { serialHex, ...rest, reason: 'keyCompromise', actor: ACTOR })
        w.pass(1000)
        Object.assign(slow, { signer })
        await w.ask('41'.repeat(16))
        return signer()
      },
    })
    expect(saidBy(await w.ask(serialHex))).toBe('good')
    expect(saidBy(await w.ask(serialHex))).toBe('revoked 1')
  })
})
