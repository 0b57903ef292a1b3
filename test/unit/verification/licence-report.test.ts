import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { captured, decode } from '../../../standards/der/index.ts'
import { SESeal, draftSignature, encodeSealSignature } from '../../../standards/gbt-38540-seal/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import type { Licence } from '../../../src/licence/index.ts'
import { metadataDigest } from '../../../src/licence/offline.ts'
import type { StatusStep, TrustMaterial } from '../../../src/seal/index.ts'
import { applySeal, makeStatusSnapshot } from '../../../src/seal/index.ts'
import { DAY, HOUR, MINUTE, START } from '../../support/world-clock.ts'
import { smallOfd } from '../../support/world-samples.ts'
import { licenceRequest } from '../../support/world-acts.ts'
import type { World } from '../../support/world.ts'
import { makeWorld } from '../../support/world.ts'
import { LIST, PAGE, SEAL, SIGNATURE, VALUE, detailOf, outcomeOf, part, rezip } from './changed.ts'

let w: World
let licence: Licence
let document: Uint8Array
let trust: TrustMaterial

beforeAll(async () => {
  w = await makeWorld()
  await w.officeSeal()
  ;({ licence, document } = await w.issueLicence())
  w.clock.advance(MINUTE)
  trust = (await w.trust()).trust
})
afterAll(() => w.close())

const later = (ms: number): Date => new Date(START.getTime() + ms)
const verify = (bytes: Uint8Array, at = w.clock.now()) => w.verify(bytes, { trust, at })

/** The seal's own list stays; the list of licences is what the test says. */
const listed = (timeline: readonly StatusStep[], digest?: string): TrustMaterial => ({
  ...trust,
  statuses: [
    ...trust.statuses.filter((s) => s.kind === 'seal'),
    makeStatusSnapshot({
      ...{ kind: 'licence', issuedAt: w.clock.now(), nextUpdate: later(DAY) },
      entries: [
        {
          id: licence.licenceId,
          timeline,
          digest: digest ?? metadataDigest(nodeCrypto, licence.metadata, licence.salt),
        },
      ],
    }),
  ],
})
const valid: StatusStep = { status: 'valid', from: START }

describe('a licence', () => {
  it('as issued is valid, and the report says what it is', async () => {
    const report = await verify(document)
    expect(report.verdict).toBe('valid')
    expect(report.licence).toEqual({
      id: licence.licenceId,
      type: '食品经营许可证',
      holder: '云湖示例科技有限公司',
      issuer: '云湖省样例市场监督管理局',
    })
    for (const name of ['identifier', 'issuer', 'face', 'validity', 'status', 'register', 'metadata'])
      expect(outcomeOf(report, `licence.${name}`)).toBe('pass')
    expect(outcomeOf(report, 'licence.holder')).toBe('notRun')
  })

  it.each([
    ['suspended', 'fail SUSPENDED'],
    ['revoked', 'fail REVOKED'],
    ['resting', 'unknown STATUS_UNKNOWN'],
  ])('that the list calls %s is not valid', async (status, outcome) => {
    const timeline = [valid, { status, from: later(MINUTE) }]
    const report = await w.verify(document, { trust: listed(timeline), at: later(HOUR) })
    expect(outcomeOf(report, 'licence.status')).toBe(outcome)
    expect(report.verdict).toBe(outcome.startsWith('fail') ? 'invalid' : 'indeterminate')
  })

  it('revoked later than the validation time is valid then', async () => {
    const timeline = [valid, { status: 'revoked', from: later(HOUR) }]
    const report = await w.verify(document, { trust: listed(timeline), at: later(30 * MINUTE) })
    expect(report.verdict).toBe('valid')
  })

  it('suspended and resumed is valid again', async () => {
    const timeline = [valid, { status: 'suspended', from: later(1) }, { status: 'valid', from: later(MINUTE) }]
    expect((await w.verify(document, { trust: listed(timeline), at: later(HOUR) })).verdict).toBe('valid')
  })

  it('in a list that is too old is indeterminate, with the age; revoked there, it is invalid still', async () => {
    const old = await w.verify(document, { trust: listed([valid]), at: later(3 * DAY) })
    expect(outcomeOf(old, 'licence.status')).toBe('unknown STALE_EVIDENCE')
    expect(detailOf(old, 'licence.status')).toMatchObject({ ageHours: 71 })
    expect(old.verdict).toBe('indeterminate')
    const revoked = listed([valid, { status: 'revoked', from: later(MINUTE) }])
    expect((await w.verify(document, { trust: revoked, at: later(3 * DAY) })).verdict).toBe('invalid')
  })

  it('not listed is indeterminate, not forged', async () => {
    const report = await w.verify(document, {
      trust: { ...trust, statuses: trust.statuses.filter((s) => s.kind === 'seal') },
    })
    expect(report.verdict).toBe('indeterminate')
    expect(outcomeOf(report, 'licence.status')).toBe('unknown STATUS_UNKNOWN')
    expect(outcomeOf(report, 'licence.register')).toBe('unknown STATUS_UNKNOWN')
  })

  it('listed without a date that has come is indeterminate', async () => {
    const report = await w.verify(document, { trust: listed([{ status: 'valid', from: later(HOUR) }]) })
    expect(outcomeOf(report, 'licence.status')).toBe('unknown STATUS_UNKNOWN')
  })

  it('with other data in the register is invalid', async () => {
    const report = await w.verify(document, { trust: listed([valid], '0'.repeat(64)) })
    expect(report.verdict).toBe('invalid')
    expect(outcomeOf(report, 'licence.register')).toBe('fail REGISTER_MISMATCH')
  })

  it('past its last day in China is invalid, on that day it is not', async () => {
    expect(licence.metadata.validTo).toBe('2031-11-20')
    const last = await verify(document, new Date('2031-11-20T15:59:59Z'))
    expect(outcomeOf(last, 'licence.validity')).toBe('pass')
    const next = await verify(document, new Date('2031-11-20T16:00:00Z'))
    expect(outcomeOf(next, 'licence.validity')).toBe('fail EXPIRED')
    expect(next.verdict).toBe('invalid')
  })

  it('before its first day is invalid', async () => {
    const early = await w.issueLicence({ ...licenceRequest(7), validFrom: '2027-01-01' })
    const report = await w.verify(early.document)
    expect(report.verdict).toBe('invalid')
    expect(outcomeOf(report, 'licence.validity')).toBe('fail NOT_YET_VALID')
  })

  it('with data changed in the file is invalid', async () => {
    const changed = rezip(document, { 'OFD.xml': (xml) => xml.replaceAll('云湖示例科技', '云湖别家科技') })
    const report = await verify(changed)
    expect(report.verdict).toBe('invalid')
    expect(outcomeOf(report, 'ofd.references')).toBe('fail HASH_FAILURE')
    expect(outcomeOf(report, 'licence.register')).toBe('fail REGISTER_MISMATCH')
  })
})

/** The licence without its seal, its parts changed: somebody's own writing. */
const unsealed = (changes: Parameters<typeof rezip>[1] = {}): Uint8Array =>
  rezip(document, {
    ...Object.fromEntries([LIST, SIGNATURE, VALUE, SEAL].map((name) => [name, undefined])),
    'OFD.xml': (xml) => xml.replace(/<ofd:Signatures>.*?<\/ofd:Signatures>/, ''),
    ...changes,
  })

describe('a licence sealed by somebody else', () => {
  it('without any seal is never valid', async () => {
    const report = await verify(unsealed())
    expect(report.verdict).not.toBe('valid')
    expect(outcomeOf(report, 'file.signature')).toBe('unknown NO_SIGNATURE')
  })

  it('with a face that says other than its data is invalid, even under the right seal', async () => {
    const forged = await w.applySeal(unsealed({ [PAGE]: (xml) => xml.replace('餐饮服务经营者', '餐饮服务管理者') }))
    const report = await verify(forged)
    expect(report.verdict).toBe('invalid')
    expect(outcomeOf(report, 'ofd.references')).toBe('pass')
    expect(outcomeOf(report, 'licence.face')).toBe('fail REGISTER_MISMATCH')
  })

  it('under the seal of another office is invalid', async () => {
    await w.grant('qian', w.person('sun'), ['seal.approve'], 'shuju')
    const seal = await w.newSeal('qian', 'sun', 'shuju')
    const { document: other } = await applySeal(w.seals, {
      ...{ sealId: seal.id, agent: w.person('qian'), reason: '试验', document: unsealed() },
      placements: [{ page: 1, xMm: 150, yMm: 230 }],
    })
    const report = await w.verify(other)
    expect(report.verdict).toBe('invalid')
    expect(outcomeOf(report, 'licence.issuer')).toBe('fail CHAIN_CONSTRAINTS_FAILURE')
  })

  it('is not issued with the seal of another office', async () => {
    await w.grant('qian', w.person('zhao'), ['seal.use'], 'shuju')
    await w.grant('qian', w.person('chen'), ['seal.approve'], 'shuju')
    const { id: sealId } = await w.newSeal('qian', 'chen', 'shuju')
    const attempt = w.issueLicence({ ...licenceRequest(8), sealId, agent: w.person('zhao') })
    await expect(attempt).rejects.toMatchObject({ code: 'SEAL_NOT_FOUND' })
  })

  it('whose data no seal protects is never valid', async () => {
    const open = part(document, SIGNATURE)
    const xml = new TextEncoder().encode(
      new TextDecoder().decode(open).replace(/<ofd:Reference FileRef="\/OFD.xml">.*?<\/ofd:Reference>/, ''),
    )
    const seal = await w.officeSeal()
    const toSign = draftSignature({
      ...{ seal: decode(captured(SESeal), seal.der), at: w.clock.now(), propertyInfo: `/${SIGNATURE}` },
      dataHash: nodeCrypto.digest('sm3', xml),
    })
    const { sign } = await w.keys.signer(seal.sm2.keyId)
    const value = encodeSealSignature(toSign, { cert: seal.sm2.certificate, signature: await sign(toSign.der) })
    const report = await verify(rezip(document, { [SIGNATURE]: xml, [VALUE]: value }))
    expect(outcomeOf(report, 'ofd.root')).toBe('notice PARTIAL_COVERAGE')
    expect(report.verdict).not.toBe('valid')
  })

  it('that is no licence at all carries no such checks', async () => {
    const report = await verify(await w.applySeal(smallOfd()))
    expect(report.licence).toBeUndefined()
    expect(report.checks.filter((c) => c.name.startsWith('licence.'))).toEqual([])
  })
})

describe('the office’s own changes', () => {
  it('suspend, resume and revoke show in the list published next', async () => {
    const { licence: own, document: file } = await w.issueLicence(licenceRequest(9))
    const status = async (): Promise<string> => {
      w.clock.advance(HOUR)
      return outcomeOf(await w.verify(file), 'licence.status')
    }
    expect(await status()).toBe('pass')
    await w.changeLicence(own.id, 'suspended')
    expect(await status()).toBe('fail SUSPENDED')
    await w.changeLicence(own.id, 'valid')
    expect(await status()).toBe('pass')
    await w.changeLicence(own.id, 'revoked')
    expect(await status()).toBe('fail REVOKED')
    await expect(w.changeLicence(own.id, 'valid')).rejects.toMatchObject({ code: 'LICENCE_STATE' })
  })
})
