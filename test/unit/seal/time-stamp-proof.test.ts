/** GB/T 38540-2020 7.3 h: what a time stamp over the signature value proves once certificates and seals have come to their end. */
import { beforeAll, describe, expect, it } from 'vitest'
import { verifySealSignature } from '../../../src/seal/index.ts'
import type { SealSignatureQuestion } from '../../../src/seal/offline.ts'
import { verdictOf } from '../../../src/kernel/index.ts'
import { OID } from '../../../standards/oid/index.ts'
import { parseSealSignature } from '../../../standards/gmt-0031-2025-seal/index.ts'
import { decode } from '../../../standards/der/index.ts'
import { SES_Signature, encodeSealSignature } from '../../../standards/gbt-38540-seal/index.ts'
import { tokenOf } from '../timestamp/token-of.ts'
import { ES_ID, ORIGINAL, makeSealBytes, signWith } from './seal-world.ts'
import type { Issued, TestCa, TrustWish } from './trust-world.ts'
import { MAKER, crypto, days, makeCa, trustIn } from './trust-world.ts'

const TSA = { name: 'TSA', purposes: [OID.timeStamping], critical: true } as const
const LATER = { thisUpdate: days(9), nextUpdate: days(12), statusIssuedAt: days(9), statusNextUpdate: days(12) }
const ACTIVE = { [ES_ID]: [{ status: 'active', from: days(-10) }] }

describe('a time stamp over a seal signature', () => {
  let ca: TestCa
  let tsa: Issued
  let signer: Issued
  let plain: Uint8Array
  let seal: Uint8Array
  beforeAll(async () => {
    ca = await makeCa()
    tsa = await ca.issue(TSA)
    const maker = await ca.issue({ name: 'Seal Maker', ...MAKER, notAfter: days(5) })
    signer = await ca.issue({ name: ES_ID, notAfter: days(5) })
    seal = await makeSealBytes({
      maker,
      signers: { kind: 'certs', certs: [signer.certificate.der] },
      validEnd: days(6),
    })
    plain = await signWith({ seal, signer })
  })
  const stampedAt = async (genTime: Date, by = tsa): Promise<Uint8Array> => {
    const { value } = parseSealSignature(plain, 'strict')
    const { toSign, cert, signature } = decode(SES_Signature, plain)
    const timeStamp = await tokenOf(by, value.signature, { genTime })
    return encodeSealSignature(toSign, { cert, signature, timeStamp })
  }
  const ask = async (signature: Uint8Array, wish: TrustWish = {}, at = days(10)) => {
    const trust = await trustIn(ca, { timelines: ACTIVE, ...LATER, remembersSince: days(-300), ...wish })
    const question: SealSignatureQuestion = { signature, original: ORIGINAL, crypto, trust, at, mode: 'strict' }
    const { checks } = verifySealSignature(question)
    const bad = checks.filter((c) => c.outcome === 'fail' || c.outcome === 'unknown')
    return [verdictOf(checks), ...bad.map((c) => `${c.name} ${c.outcome} ${c.reason ?? ''}`)]
  }
  const NO_PROOF = ['indeterminate', 'signature.proof-of-time unknown OUT_OF_BOUNDS_NO_POE']

  it('keeps the seal valid after certificates and seal have expired; without it nothing is proven', async () => {
    expect(await ask(await stampedAt(days(0.01)))).toEqual(['valid'])
    expect(await ask(plain)).toEqual(NO_PROOF)
    expect(
      await ask(plain, { thisUpdate: days(0.9), nextUpdate: days(2), statusIssuedAt: days(0.9) }, days(1)),
    ).toEqual(['valid'])
  })

  it('made after the end of a certificate proves nothing', async () => {
    expect(await ask(await stampedAt(days(5.5)))).toEqual(NO_PROOF)
  })

  it('proves that a signature was there before its certificate was revoked, or its seal', async () => {
    const revoked = [[signer.certificate, days(2)]] as const
    expect(await ask(await stampedAt(days(1)), { revoked })).toEqual(['valid'])
    expect((await ask(await stampedAt(days(3)), { revoked }))[0]).toBe('indeterminate')
    const timelines = { [ES_ID]: [...ACTIVE[ES_ID]!, { status: 'revoked', from: days(2) }] }
    expect(await ask(await stampedAt(days(1)), { timelines })).toEqual(['valid'])
    expect((await ask(await stampedAt(days(3)), { timelines }))[0]).toBe('indeterminate')
  })

  it('before the signing time, over another signature, or by no TSA, makes the seal invalid', async () => {
    expect(await ask(await stampedAt(days(-1)))).toContain('signature.time-stamp fail TIMESTAMP_ORDER_FAILURE')
    const other = await signWith({ seal, signer, timeStamp: await tokenOf(tsa, ORIGINAL, { genTime: days(0.01) }) })
    expect(await ask(other)).toContain('signature.time-stamp fail HASH_FAILURE')
    const false_ = await stampedAt(days(0.01), await ca.issue({ name: 'no TSA' }))
    expect(await ask(false_)).toContain('signature.time-stamp fail CHAIN_CONSTRAINTS_FAILURE')
  })

  it('by a TSA that nobody here knows decides nothing', async () => {
    const stranger = await (await makeCa('Other')).issue(TSA)
    const found = await ask(await stampedAt(days(0.01), stranger))
    expect(found).toContain('signature.time-stamp unknown NO_CERTIFICATE_CHAIN_FOUND')
    expect(found[0]).toBe('indeterminate')
  })
})
