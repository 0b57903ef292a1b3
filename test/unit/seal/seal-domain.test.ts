import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TrustErrorCode } from '../../../src/errors.ts'
import { TrustError } from '../../../src/errors.ts'
import { findPdfSignatures, verifyPdfSignatureStructure } from '../../../src/document/index.ts'
import { verdictOf } from '../../../src/kernel/index.ts'
import {
  applySeal,
  approveSeal,
  changeSealStatus,
  findSealApplications,
  findSealHistory,
  findSeals,
  makeSeal,
  verifySeal,
  verifySealSignature,
} from '../../../src/seal/index.ts'
import { toHex, utf8 } from '../../../standards/bytes.ts'
import { openOfdPackage, readSignatures } from '../../../standards/gbt-33190-ofd/index.ts'
import { freshEmbedded } from '../../support/database.ts'
import type { DomainWorld } from './domain-world.ts'
import { PLACE, client, makeDomainWorld, people, smallOfd, smallPdf } from './domain-world.ts'
import { NOW, crypto, days } from './trust-world.ts'

let w: DomainWorld
beforeAll(async () => {
  w = await makeDomainWorld(await freshEmbedded())
})
afterAll(() => w.db.close())
beforeEach(() => {
  w.now.at = NOW
  w.keys.signed.length = 0
})

const refusal = async (work: Promise<unknown>): Promise<TrustErrorCode | undefined> => {
  try {
    await work
  } catch (error) {
    if (error instanceof TrustError) return error.code
    throw error
  }
  return undefined
}
const use = (sealId: string, wish: Partial<Parameters<typeof applySeal>[1]> = {}) =>
  applySeal(w.deps, {
    sealId,
    agent: people.officer,
    reason: '准予行政许可',
    document: smallOfd(),
    placements: PLACE,
    ...wish,
  })
const change = (sealId: string, to: 'suspend' | 'resume' | 'revoke', agent = people.chief) =>
  changeSealStatus(w.deps, { sealId, agent, change: to, reason: '例行检查' })

describe('applying for a seal', () => {
  it('takes name and division from the register, not from the applicant', async () => {
    expect(await w.apply()).toMatchObject({
      name: '云湖省样例数据局',
      division: '990101',
      status: 'applied',
      diameterMm: 42,
    })
  })
  it('refuses who has no mandate', async () => {
    expect(await refusal(w.apply({ agent: people.officer }))).toBe('MANDATE_MISSING')
    expect(await refusal(w.apply({ agent: people.stranger }))).toBe('MANDATE_MISSING')
  })
  it.each([
    [{ kind: 'contract' }, 'INPUT_INVALID'],
    [{ kind: 'legal-name', line: '合同专用章' }, 'INPUT_INVALID'],
    [{ kind: 'of-approval' }, 'INPUT_INVALID'],
    [{ diameterMm: 80 }, 'INPUT_INVALID'],
    [{ reason: ' ' }, 'INPUT_INVALID'],
    [{ kind: 'contract', line: '合同𠮷用章' }, 'SEAL_NAME_UNDRAWABLE'],
  ] as const)('refuses %o', async (wish, code) => {
    expect(await refusal(w.apply(wish as Parameters<typeof w.apply>[0]))).toBe(code)
  })
})

describe('approving a seal', () => {
  it('refuses the applicant, although the mandate covers both', async () => {
    const { id } = await w.apply()
    expect(await refusal(approveSeal(w.deps, { applicationId: id, agent: people.clerk }))).toBe('SEAL_SAME_PERSON')
    expect(w.keys.signed).toEqual([])
  })
  it('refuses a client, and a person without mandate', async () => {
    const { id } = await w.apply()
    expect(await refusal(approveSeal(w.deps, { applicationId: id, agent: client }))).toBe('FORBIDDEN')
    expect(await refusal(approveSeal(w.deps, { applicationId: id, agent: people.officer }))).toBe('MANDATE_MISSING')
  })
  it('refuses an unknown application', async () => {
    const unknown = { applicationId: w.deps.ids.next(), agent: people.chief }
    expect(await refusal(approveSeal(w.deps, unknown))).toBe('SEAL_APPLICATION_NOT_FOUND')
  })
  it('makes a seal once', async () => {
    const seal = await w.make()
    expect(await refusal(approveSeal(w.deps, { applicationId: seal.id, agent: people.head }))).toBe(
      'SEAL_APPLICATION_STATE',
    )
    expect(await refusal(makeSeal(w.deps, { applicationId: seal.id, agent: people.chief }))).toBe(
      'SEAL_APPLICATION_STATE',
    )
  })
  it('refuses to make what nobody approved', async () => {
    const { id } = await w.apply()
    expect(await refusal(makeSeal(w.deps, { applicationId: id, agent: people.chief }))).toBe('SEAL_APPLICATION_STATE')
    expect(w.keys.signed).toEqual([])
  })
  it('can be finished by the approver when the making was cut short', async () => {
    const { id } = await w.apply()
    const broken = { ...w.deps, certificates: { issue: () => Promise.reject(new TrustError('TRY_LATER', 'outage')) } }
    expect(await refusal(approveSeal(broken, { applicationId: id, agent: people.chief }))).toBe('TRY_LATER')
    expect(await refusal(approveSeal(w.deps, { applicationId: id, agent: people.head }))).toBe('SEAL_APPLICATION_STATE')
    expect((await approveSeal(w.deps, { applicationId: id, agent: people.chief })).status).toBe('active')
  })
})

describe('a made seal', () => {
  it('verifies, bears its code, and ends with its certificates', async () => {
    const seal = await w.make()
    expect(seal.code).toMatch(/^990101\d{8}$/)
    expect(
      verdictOf(verifySeal({ seal: seal.der, crypto, trust: await w.deps.trust(), at: NOW, mode: 'strict' })),
    ).toBe('valid')
    expect(seal.validTo).toEqual(days(700))
    expect((await findSeals(w.deps, w.entityId)).map((s) => s.id)).toContain(seal.id)
    expect((await findSealApplications(w.deps, w.entityId)).find((a) => a.id === seal.id)?.status).toBe('made')
  })
  it('is not released when its maker cannot be trusted', async () => {
    const { id } = await w.apply()
    const distrust = { ...w.deps, trust: async () => ({ ...(await w.deps.trust()), crls: [] }) }
    expect(await refusal(approveSeal(distrust, { applicationId: id, agent: people.chief }))).toBe('CHAIN_INVALID')
    expect((await findSeals(w.deps, w.entityId)).some((s) => s.id === id)).toBe(false)
  })
  it('never gets the code of another', async () => {
    const seals = await Promise.all([w.make(), w.make(), w.make()])
    expect(new Set(seals.map((s) => s.code)).size).toBe(3)
  })
})

describe('using a seal', () => {
  it('seals an OFD so that it verifies', async () => {
    const seal = await w.make()
    const { document, kind } = await use(seal.id)
    expect(kind).toBe('ofd')
    const pkg = openOfdPackage(document)
    const [found] = readSignatures(pkg, 'strict')
    const signature = pkg.read(found?.signedValuePath ?? '')
    const question = {
      signature,
      original: found?.bytes,
      crypto,
      trust: await w.trustNow(),
      at: NOW,
      mode: 'strict',
    } as const
    const { checks, signingTime } = verifySealSignature(question)
    expect(checks.filter((c) => c.outcome === 'fail' || c.outcome === 'unknown')).toEqual([])
    expect(signingTime).toEqual(NOW)
  })
  it('seals a PDF with an SM2 and a P-256 signature', async () => {
    const seal = await w.make()
    const { document, kind } = await use(seal.id, { document: await smallPdf() })
    expect(kind).toBe('pdf')
    expect(w.keys.signed.slice(-2)).toEqual([`seal-${seal.id}-sm2`, `seal-${seal.id}-p256`])
    const found = findPdfSignatures(document)
    const results = found.map((s) => verifyPdfSignatureStructure(document, s, { crypto }))
    expect(results.map((r) => r.algorithm)).toEqual(['SM2-SM3', 'ECDSA-SHA256'])
    expect(results.flatMap((r) => r.checks).filter((c) => c.outcome === 'fail' || c.outcome === 'unknown')).toEqual([])
    expect(results[0]?.sealDer).toEqual(seal.der)
  })
  it('lets a client with a mandate use it', async () => {
    expect(await refusal(use((await w.make()).id, { agent: client }))).toBeUndefined()
  })
  it('records agent and digests, and no names', async () => {
    const seal = await w.make()
    const document = smallOfd()
    const { document: sealed } = await use(seal.id, { document })
    const event = w.events.at(-1)
    expect(event).toMatchObject({ action: 'seal.applied', object: { kind: 'seal', id: seal.id } })
    expect(event?.detail).toEqual({
      document: toHex(crypto.digest('sm3', document)),
      sealed: toHex(crypto.digest('sm3', sealed)),
      kind: 'ofd',
    })
    expect(JSON.stringify(w.events)).not.toMatch(/云湖|行政许可/)
  })

  const untouched = async (work: Promise<unknown>, code: TrustErrorCode): Promise<void> => {
    const before = w.keys.signed.length
    expect(await refusal(work)).toBe(code)
    expect(w.keys.signed.length).toBe(before)
  }
  it('refuses an agent without mandate, without touching the key', async () => {
    const { id } = await w.make()
    await untouched(use(id, { agent: people.stranger }), 'MANDATE_MISSING')
    await untouched(use(id, { agent: people.chief }), 'MANDATE_MISSING')
  })
  it('refuses a mandate that was revoked between the first look and the key', async () => {
    const { id } = await w.make()
    const original = w.now.mandates
    const trust = async () => {
      w.now.mandates = []
      return w.trustNow()
    }
    const sealing = { sealId: id, agent: people.officer, reason: '准予', document: smallOfd(), placements: PLACE }
    await untouched(applySeal({ ...w.deps, trust }, sealing), 'MANDATE_MISSING')
    w.now.mandates = original
  })
  it('refuses a suspended seal without touching the key', async () => {
    const { id } = await w.make()
    await change(id, 'suspend')
    await untouched(use(id), 'SEAL_SUSPENDED')
    await change(id, 'resume')
    expect(await refusal(use(id))).toBeUndefined()
  })
  it('refuses a seal that is suspended after the first look, without touching the key', async () => {
    const { id } = await w.make()
    const trust = async () => {
      await change(id, 'suspend')
      return w.trustNow()
    }
    const sealing = { sealId: id, agent: people.officer, reason: '准予', document: smallOfd(), placements: PLACE }
    await untouched(applySeal({ ...w.deps, trust }, sealing), 'SEAL_SUSPENDED')
  })
  it('refuses a revoked, an expired and an unknown seal without touching the key', async () => {
    const { id } = await w.make()
    w.now.mandates = w.now.mandates.map((m) => ({ ...m, validTo: days(2000) }))
    w.now.at = days(701)
    await untouched(use(id), 'SEAL_EXPIRED')
    w.now.at = NOW
    await change(id, 'revoke')
    await untouched(use(id), 'SEAL_REVOKED')
    await untouched(use(w.deps.ids.next()), 'SEAL_NOT_FOUND')
  })
  it('refuses what is no document, no reason and no place, without touching the key', async () => {
    const { id } = await w.make()
    await untouched(use(id, { document: utf8('a text') }), 'DOCUMENT_UNSUPPORTED')
    await untouched(use(id, { reason: '' }), 'INPUT_INVALID')
    await untouched(use(id, { placements: [{ page: 9, xMm: 1, yMm: 1 }] }), 'PLACEMENT_INVALID')
    await untouched(use(id, { placements: [] }), 'PLACEMENT_INVALID')
  })
  it('refuses without revocation evidence for itself, without touching the key', async () => {
    const { id } = await w.make()
    const deps = { ...w.deps, trust: async () => ({ ...(await w.trustNow()), crls: [] }) }
    const sealing = { sealId: id, agent: people.officer, reason: '准予', document: smallOfd(), placements: PLACE }
    await untouched(applySeal(deps, sealing), 'CHAIN_INVALID')
  })
})

describe('changing the status', () => {
  it('needs the mandate to manage', async () => {
    const { id } = await w.make()
    expect(await refusal(change(id, 'suspend', people.officer))).toBe('MANDATE_MISSING')
  })
  it.each([
    [['resume'], 'SEAL_STATE'],
    [['suspend', 'suspend'], 'SEAL_STATE'],
    [['revoke', 'resume'], 'SEAL_STATE'],
    [['revoke', 'revoke'], 'SEAL_STATE'],
  ] as const)('refuses %o', async (steps, code) => {
    const { id } = await w.make()
    for (const step of steps.slice(0, -1)) await change(id, step)
    expect(await refusal(change(id, steps.at(-1) as 'resume'))).toBe(code)
  })
  it('keeps a timeline that never goes back, in whole seconds', async () => {
    const { id } = await w.make()
    w.now.at = new Date(NOW.getTime() + 10_200)
    await change(id, 'suspend')
    w.now.at = new Date(NOW.getTime() + 10_700)
    await change(id, 'resume')
    const history = await findSealHistory(w.deps, id)
    expect(history.map((s) => [s.status, s.from.getTime() - NOW.getTime()])).toEqual([
      ['active', 0],
      ['suspended', 11_000],
      ['active', 11_000],
    ])
  })
  it('does not reach back to what was sealed in the same second', async () => {
    const { id, code } = await w.make()
    const { document } = await use(id)
    w.now.at = new Date(NOW.getTime() + 300)
    await change(id, 'suspend')
    const pkg = openOfdPackage(document)
    const [found] = readSignatures(pkg, 'strict')
    const trust = await w.trustNow()
    const at = new Date(NOW.getTime() + 5_000)
    const { checks } = verifySealSignature({
      signature: pkg.read(found?.signedValuePath ?? ''),
      original: found?.bytes,
      crypto,
      trust,
      at,
      mode: 'strict',
    })
    expect(trust.statuses[0]?.find(code)?.map((s) => s.status)).toEqual(['active', 'suspended'])
    expect(checks.find((c) => c.name === 'seal.status')?.outcome).toBe('pass')
    expect(checks.find((c) => c.name === 'seal.status-since')?.reason).toBe('SUSPENDED')
  })
})
