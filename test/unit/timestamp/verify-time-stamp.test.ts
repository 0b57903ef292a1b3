import { beforeAll, describe, expect, it } from 'vitest'
import { concat, fromHex, toHex, utf8 } from '../../../standards/bytes.ts'
import { readElement } from '../../../standards/der/index.ts'
import { OID } from '../../../standards/oid/index.ts'
import { encodeTimeStampResponse, verifyTimeStamp } from '../../../standards/rfc3161-tsp/index.ts'
import type { TimeStampQuestion } from '../../../standards/rfc3161-tsp/index.ts'
import type { Issued, TestCa } from '../seal/trust-world.ts'
import { NOW, crypto, days, makeCa } from '../seal/trust-world.ts'
import { tokenOf } from './token-of.ts'

const TSA = { name: 'TSA', purposes: [OID.timeStamping], critical: true } as const
const MESSAGE = utf8('what was signed')

describe('a time stamp', () => {
  let ca: TestCa
  let tsa: Issued
  let token: Uint8Array
  let base: Omit<TimeStampQuestion, 'timeStamp'>
  beforeAll(async () => {
    ca = await makeCa()
    tsa = await ca.issue(TSA)
    token = await tokenOf(tsa, MESSAGE, { genTime: days(-1) })
    base = {
      stamped: MESSAGE,
      anchors: [ca.root],
      intermediates: [ca.issuing],
      crls: await ca.crls({ remembersSince: days(-300) }),
      at: NOW,
      crypto,
      mode: 'strict',
    }
  })
  const ask = (timeStamp: Uint8Array, changes: Partial<TimeStampQuestion> = {}): string => {
    const v = verifyTimeStamp({ ...base, timeStamp, ...changes })
    return v.outcome === 'proven' ? `proven ${v.genTime.toISOString()}` : `${v.outcome} ${v.reason} ${v.fault}`
  }
  const PROVEN = `proven ${days(-1).toISOString()}`

  it('proves, bare or inside its response, with certificates or given them, by CMS and by GM type', async () => {
    expect(ask(token)).toBe(PROVEN)
    expect(ask(encodeTimeStampResponse(token))).toBe(PROVEN)
    const bare = await tokenOf(tsa, MESSAGE, { genTime: days(-1), bare: true })
    expect(ask(bare)).toBe('unknown NO_CERTIFICATE_CHAIN_FOUND tsa-certificate')
    expect(ask(bare, { intermediates: [ca.issuing, tsa.certificate] })).toBe(PROVEN)
    // 1.2.840.113549.1.7.2 has nine octets, 1.2.156.10197.6.1.4.2.2 ten: the outer lengths grow by one
    const gm = toHex(token).replace('06092a864886f70d010702', '060a2a811ccf550601040202')
    const [outer, length] = [readElement(token, 0, { path: '' }), token.length]
    const header = gm.slice(0, 2 * (length - outer.content.length))
    const grown = fromHex(header.slice(0, 4) + (Number.parseInt(header.slice(4), 16) + 1).toString(16).padStart(4, '0'))
    expect(ask(concat(grown, fromHex(gm.slice(header.length))))).toBe(PROVEN)
  })

  it('of the past holds after its certificate has expired', async () => {
    const old = await ca.issue({ ...TSA, notBefore: days(-30), notAfter: days(-2) })
    expect(ask(await tokenOf(old, MESSAGE, { genTime: days(-3) }))).toMatch(/^proven/)
    expect(ask(await tokenOf(old, MESSAGE, { genTime: days(-1) }))).toBe('fail EXPIRED tsa-validity')
  })

  it('is false over other bytes, with another nonce, or after a bit has changed', async () => {
    expect(ask(token, { stamped: utf8('else') })).toBe('fail HASH_FAILURE imprint')
    expect(ask(token, { nonce: fromHex('01') })).toBe('fail SIG_CONSTRAINTS_FAILURE nonce')
    const nonced = await tokenOf(tsa, MESSAGE, { genTime: days(-1), nonce: fromHex('01') })
    expect(ask(nonced, { nonce: fromHex('01') })).toBe(PROVEN)
    expect(ask(nonced, { nonce: fromHex('02') })).toBe('fail SIG_CONSTRAINTS_FAILURE nonce')
    for (let i = 0; i < token.length; i += 7)
      expect(ask(token.map((b, at) => (at === i ? b ^ 4 : b))), `octet ${i}`).not.toBe(PROVEN)
  })

  it('is false by a certificate for other things, for time stamps among others, or not saying so critically', async () => {
    const wrong = [
      { name: 'no usage' },
      { name: 'other', purposes: [OID.documentSigning], critical: true },
      { name: 'two', purposes: [OID.timeStamping, OID.documentSigning], critical: true },
      { name: 'not critical', purposes: [OID.timeStamping] },
    ]
    for (const wish of wrong)
      expect(ask(await tokenOf(await ca.issue(wish), MESSAGE, { genTime: days(-1) }))).toBe(
        'fail CHAIN_CONSTRAINTS_FAILURE tsa-purpose',
      )
  })

  it('is false when its signer names another certificate, or when it lies in the future', async () => {
    const other = await ca.issue(TSA)
    expect(ask(await tokenOf(tsa, MESSAGE, { genTime: days(-1), named: other }))).toMatch(/^fail SIG_CRYPTO_FAILURE/)
    expect(ask(await tokenOf(tsa, MESSAGE, { genTime: days(0.5) }))).toBe('fail TIMESTAMP_ORDER_FAILURE future')
  })

  it('is not known under another root, without lists, and over weak digests', async () => {
    const stranger = await makeCa('Other')
    expect(ask(token, { anchors: [stranger.root], intermediates: [] })).toMatch(/^unknown NO_CERTIFICATE_CHAIN_FOUND/)
    expect(ask(token, { crls: [] })).toBe('unknown NO_REVOCATION_EVIDENCE tsa-revocation')
    const weak = await tokenOf(tsa, MESSAGE, { genTime: days(-1), algorithm: 'sha1' })
    expect(ask(weak)).toBe('unknown CRYPTO_CONSTRAINTS_FAILURE weak-imprint')
  })

  it('made before the TSA was revoked holds if the key was not lost, and never after', async () => {
    const crls = (reason: number, at: Date) =>
      ca.crls({ revoked: [[tsa.certificate, at]], reason, remembersSince: days(-300) })
    for (const reason of [3, 4, 5]) expect(ask(token, { crls: await crls(reason, days(-0.5)) })).toBe(PROVEN)
    for (const reason of [0, 1, 2, 9])
      expect(ask(token, { crls: await crls(reason, days(-0.5)) })).toBe('unknown REVOKED tsa-key-lost')
    expect(ask(token, { crls: await crls(4, days(-2)) })).toBe('fail REVOKED tsa-revocation')
  })

  it('never throws on garbage', () => {
    for (let i = 0; i < token.length; i += 11) expect(ask(token.subarray(0, i))).toBe('unknown FORMAT_FAILURE token')
    for (const bytes of ['', '3000', '30800000', '3006020100', '30820fff'])
      expect(ask(fromHex(bytes))).toMatch(/^unknown/)
  })
})
