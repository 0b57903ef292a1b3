import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StatusStep, TrustMaterial } from '../../../src/seal/index.ts'
import { makeStatusSnapshot } from '../../../src/seal/index.ts'
import { DAY, HOUR, MINUTE, START } from '../../support/world-clock.ts'
import { smallOfd, smallPdf } from '../../support/world-samples.ts'
import type { World } from '../../support/world.ts'
import { makeWorld } from '../../support/world.ts'
import { detailOf, outcomeOf } from './changed.ts'

const SIGNED = new Date(START.getTime() + HOUR)
const after = (ms: number): Date => new Date(SIGNED.getTime() + ms)

let w: World
let code: string
let files: Readonly<Record<'ofd' | 'pdf', Uint8Array>>
let trust: TrustMaterial

beforeAll(async () => {
  w = await makeWorld()
  const seal = await w.officeSeal()
  code = seal.code
  w.clock.set(SIGNED)
  files = { ofd: await w.applySeal(smallOfd()), pdf: await w.applySeal(await smallPdf()) }
  w.clock.advance(MINUTE)
  trust = (await w.trust()).trust
})
afterAll(() => w.close())

const KINDS = ['ofd', 'pdf'] as const
const at = after(10 * MINUTE)
const listed = (...timeline: StatusStep[]): TrustMaterial => ({
  ...trust,
  statuses: [
    makeStatusSnapshot({
      kind: 'seal',
      issuedAt: after(MINUTE),
      nextUpdate: after(DAY),
      entries: [{ id: code, timeline }],
    }),
  ],
})
const active = { status: 'active', from: START }

describe.each(KINDS)('status of the seal on a sealed %s', (kind) => {
  const verify = (timeline: readonly StatusStep[], when = at) =>
    w.verify(files[kind], { trust: listed(...timeline), at: when })

  it('active throughout is valid', async () => {
    const report = await verify([active])
    expect(report.verdict).toBe('valid')
    expect(outcomeOf(report, 'seal.status')).toBe('pass')
  })

  it('suspended before signing is invalid', async () => {
    const report = await verify([active, { status: 'suspended', from: after(-MINUTE) }])
    expect(report.verdict).toBe('invalid')
    expect(outcomeOf(report, 'seal.status')).toBe('fail SUSPENDED')
  })

  it('suspended before signing and resumed later is invalid still', async () => {
    const steps = [active, { status: 'suspended', from: after(-MINUTE) }, { status: 'active', from: after(MINUTE) }]
    expect((await verify(steps)).verdict).toBe('invalid')
  })

  it('suspended after signing is valid, and said', async () => {
    const report = await verify([active, { status: 'suspended', from: after(MINUTE) }])
    expect(report.verdict).toBe('valid')
    expect(outcomeOf(report, 'seal.status-since')).toBe('notice SUSPENDED')
  })

  it('revoked before signing is invalid', async () => {
    const report = await verify([active, { status: 'revoked', from: after(-MINUTE) }])
    expect(report.verdict).toBe('invalid')
    expect(outcomeOf(report, 'seal.status')).toBe('fail REVOKED')
  })

  it('revoked in the second of signing is invalid', async () =>
    expect((await verify([active, { status: 'revoked', from: SIGNED }])).verdict).toBe('invalid'))

  it('revoked after signing is indeterminate: nothing proves the time', async () => {
    const report = await verify([active, { status: 'revoked', from: after(MINUTE) }])
    expect(report.verdict).toBe('indeterminate')
    expect(outcomeOf(report, 'signature.proof-of-time')).toBe('unknown REVOKED_NO_POE')
  })

  it('revoked after the validation time does not matter yet', async () =>
    expect((await verify([active, { status: 'revoked', from: after(HOUR) }])).verdict).toBe('valid'))

  it('not yet active at signing is invalid', async () =>
    expect((await verify([{ status: 'active', from: after(MINUTE) }])).verdict).toBe('invalid'))

  it('with a word nobody knows is indeterminate', async () => {
    const report = await verify([{ status: 'resting', from: START }])
    expect(report.verdict).toBe('indeterminate')
    expect(outcomeOf(report, 'seal.status')).toBe('unknown STATUS_UNKNOWN')
  })

  it('not listed is indeterminate', async () => {
    const report = await w.verify(files[kind], { trust: { ...trust, statuses: [] }, at })
    expect(report.verdict).toBe('indeterminate')
    expect(outcomeOf(report, 'seal.status')).toBe('unknown STATUS_UNKNOWN')
  })

  it('in a stale list is indeterminate, and the report says how old the list is', async () => {
    const report = await verify([active], after(3 * DAY))
    expect(report.verdict).toBe('indeterminate')
    expect(outcomeOf(report, 'seal.status')).toBe('unknown STALE_EVIDENCE')
    expect(detailOf(report, 'seal.status')).toMatchObject({ ageHours: 71, issuedAt: after(MINUTE).toISOString() })
  })

  it('revoked in a stale list is revoked', async () =>
    expect((await verify([active, { status: 'revoked', from: after(-1) }], after(3 * DAY))).verdict).toBe('invalid'))
})

describe.each(KINDS)('evidence about certificates on a sealed %s', (kind) => {
  const verify = (part: Partial<TrustMaterial>, when = at) =>
    w.verify(files[kind], { trust: { ...trust, ...part }, at: when })
  const signerCheck = (name: string): string => `${kind === 'ofd' ? 'signature.signer' : 'signer'}.${name}`

  it('without CRLs is indeterminate', async () => {
    const report = await verify({ crls: [] })
    expect(report.verdict).toBe('indeterminate')
    expect(outcomeOf(report, signerCheck('revocation'))).toBe('unknown NO_REVOCATION_EVIDENCE')
  })

  it('without the CRL of the root alone is indeterminate', async () => {
    const { length } = trust.crls
    for (let i = 0; i < length; i++) {
      const report = await verify({ crls: trust.crls.filter((_, j) => j !== i) })
      // An OFD needs nothing of the P-256 twins.
      expect(['valid', 'indeterminate']).toContain(report.verdict)
    }
    expect((await verify({ crls: trust.crls.slice(0, 2) })).verdict).not.toBe('invalid')
  })

  it('with CRLs long past their next update is indeterminate', async () => {
    const report = await verify({}, after(30 * DAY))
    expect(report.verdict).toBe('indeterminate')
    expect(outcomeOf(report, signerCheck('revocation'))).toMatch(/^unknown/)
  })

  it('without anchors is indeterminate, never forged', async () => {
    const report = await verify({ anchors: [] })
    expect(report.verdict).toBe('indeterminate')
    expect(outcomeOf(report, signerCheck('path'))).toBe('unknown NO_CERTIFICATE_CHAIN_FOUND')
  })

  it('with anchors of somebody else is indeterminate', async () => {
    const other = await makeWorld()
    const { anchors, intermediates } = (await other.trust()).trust
    await other.close()
    expect((await verify({ anchors, intermediates })).verdict).toBe('indeterminate')
  })
})

describe('a signer certificate that is revoked', () => {
  let own: World
  let sealed: Readonly<Record<'ofd' | 'pdf', Uint8Array>>
  beforeAll(async () => {
    own = await makeWorld()
    await own.officeSeal()
    own.clock.set(SIGNED)
    sealed = { ofd: await own.applySeal(smallOfd()), pdf: await own.applySeal(await smallPdf()) }
  })
  afterAll(() => own.close())

  it('after signing makes it indeterminate, before that time it stays valid', async () => {
    own.clock.set(after(HOUR))
    await own.revoke((await own.officeSeal()).sm2.certificate)
    own.clock.set(after(2 * HOUR))
    const { trust: known } = await own.trust()
    for (const kind of KINDS) {
      const report = await own.verify(sealed[kind], { trust: known })
      expect(report.verdict).toBe('indeterminate')
      expect(report.reports.flatMap((r) => r.checks).map((c) => c.reason)).toContain('REVOKED_NO_POE')
    }
  })

  it('refuses further use of the seal', async () => {
    await expect(own.applySeal(smallOfd())).rejects.toMatchObject({ code: 'CHAIN_INVALID' })
  })

  it('before signing makes it invalid', async () => {
    const fresh = await makeWorld()
    await fresh.officeSeal()
    fresh.clock.set(SIGNED)
    const late = { ofd: await fresh.applySeal(smallOfd()), pdf: await fresh.applySeal(await smallPdf()) }
    fresh.clock.set(after(-MINUTE))
    await fresh.revoke((await fresh.officeSeal()).sm2.certificate)
    fresh.clock.set(after(HOUR))
    const { trust: known } = await fresh.trust()
    for (const kind of KINDS) {
      const report = await fresh.verify(late[kind], { trust: known })
      expect(report.verdict).toBe('invalid')
      expect(report.reports.flatMap((r) => r.checks).some((c) => c.outcome === 'fail' && c.reason === 'REVOKED')).toBe(
        true,
      )
    }
    await fresh.close()
  })
})

describe('a seal that its office suspends and revokes', () => {
  it('says so in the next published list, at the times of the changes', async () => {
    const own = await makeWorld()
    await own.officeSeal()
    own.clock.advance(HOUR)
    const sealed = await own.applySeal(smallOfd())
    own.clock.advance(HOUR)
    await own.changeSeal('suspend')
    own.clock.advance(HOUR)
    expect(outcomeOf(await own.verify(sealed), 'seal.status-since')).toBe('notice SUSPENDED')
    await expect(own.applySeal(smallOfd())).rejects.toMatchObject({ code: 'SEAL_SUSPENDED' })
    await own.changeSeal('revoke')
    own.clock.advance(HOUR)
    expect((await own.verify(sealed)).verdict).toBe('indeterminate')
    await own.close()
  })
})
