import { describe, expect, it } from 'vitest'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { fromHex } from '../../../standards/bytes.ts'
import { OID } from '../../../standards/oid/index.ts'
import type { Certificate, Crl, Extension } from '../../../standards/rfc5280-x509/index.ts'
import { KEY_USAGE, basicConstraintsExtension, keyUsageExtension } from '../../../standards/rfc5280-x509/index.ts'
import type { Party } from './path-world.ts'
import { AT, CA, cn, der, ext, hours, int, judge, listOf, make, nameOf, newKey, seq, text } from './path-world.ts'

const root = make({ subject: cn('root'), extensions: CA })
const ca = make({ subject: cn('ca'), by: root, extensions: CA, serial: fromHex('02') })
const leaf = make({ subject: cn('leaf'), by: ca, serial: fromHex('0a') })
const rootList = listOf(root)

const ask = (crls: readonly Crl[], { end = leaf, others = [] as readonly Party[], at = AT } = {}): string[] =>
  judge([end, ca, ...others], { anchor: root, crls: [rootList, ...crls], at })

const MISSING = ['revocation unknown NO_REVOCATION_EVIDENCE']
const because = (fault: string): string[] => [`revocation unknown ${fault}`]
const REVOKED = ['revocation fail REVOKED']
const leafEntry = (reason?: number, at?: number) => ({
  serial: '0a',
  ...(reason === undefined ? {} : { reason }),
  ...(at === undefined ? {} : { at }),
})

/** [n] IMPLICIT BOOLEAN TRUE. */
const flag = (n: number): Uint8Array => der(0x80 | n, Uint8Array.of(0xff))
const reasons = (n: number, hex: string): Uint8Array => der(0x80 | n, fromHex(hex))
const scope = (...fields: Uint8Array[]): Extension => ext(OID.issuingDistributionPoint, seq(...fields))
const KEY_COMPROMISE = '0640'
/** All but keyCompromise. */
const OTHERS = '07bf80'
const fullName = (url: string): Uint8Array => der(0xa0, der(0xa0, text(0x86, url)))
const relative = (name: string): Uint8Array => der(0xa0, der(0xa1, cnAttribute(name)))
const cnAttribute = (name: string): Uint8Array => cn(name).subarray(4)
const whole = (name: Uint8Array): Uint8Array => der(0xa0, der(0xa0, der(0xa4, name)))
const pointed = (...points: Uint8Array[]): Party =>
  make({
    subject: cn('leaf'),
    by: ca,
    serial: fromHex('0a'),
    extensions: [ext(OID.crlDistributionPoints, seq(...points.map((p) => seq(p))), false)],
  })

describe('lists with a scope', () => {
  it('say nothing of certificates of the other kind', () => {
    const [users, cas, attributes] = [1, 2, 5].map((n) => listOf(ca, { extensions: [scope(flag(n))] }))
    expect(ask([users as Crl])).toEqual([])
    expect(ask([cas as Crl])).toEqual(because('list-does-not-cover'))
    expect(ask([attributes as Crl])).toEqual(because('list-does-not-cover'))
    const named = listOf(ca, { extensions: [scope(flag(5))], revoked: [leafEntry()] })
    expect(ask([named, users as Crl])).toEqual([])
  })

  it('must together cover all reasons', () => {
    const [lost, rest] = [KEY_COMPROMISE, OTHERS].map((r) => listOf(ca, { extensions: [scope(reasons(3, r))] }))
    expect(ask([lost as Crl])).toEqual(because('list-does-not-cover'))
    expect(ask([lost as Crl, lost as Crl])).toEqual(because('list-does-not-cover'))
    expect(ask([lost as Crl, rest as Crl])).toEqual([])
    const stale = listOf(ca, { extensions: [scope(reasons(3, OTHERS))], from: -9, until: -1 })
    expect(ask([lost as Crl, stale])).toEqual(because('STALE_EVIDENCE'))
    for (const from of [-0.5, -3]) {
      const noEnd: Crl = { ...listOf(ca, { extensions: [scope(reasons(3, OTHERS))], from }) }
      delete (noEnd as { nextUpdate?: Date }).nextUpdate
      expect(ask([lost as Crl, noEnd])).toEqual(because('no-next-update'))
    }
    const against = listOf(ca, { extensions: [scope(reasons(3, KEY_COMPROMISE))], revoked: [leafEntry(1)] })
    expect(ask([against, rest as Crl])).toEqual(REVOKED)
  })

  it('belong to their distribution point, by address, by name, or by a name relative to the issuer', () => {
    const list = (point: Uint8Array): Crl => listOf(ca, { extensions: [scope(point)] })
    const [here, there] = [fullName('http://a.example/1'), fullName('http://a.example/2')]
    expect(ask([list(here)], { end: pointed(here) })).toEqual([])
    expect(ask([list(there)], { end: pointed(here) })).toEqual(because('list-does-not-cover'))
    expect(ask([list(here)])).toEqual(because('list-does-not-cover'))
    expect(ask([list(there)], { end: pointed(here, there) })).toEqual([])
    const spelled = whole(nameOf([OID.commonName, 'CA'], [OID.commonName, 'Part 1']))
    expect(ask([list(relative('part 1'))], { end: pointed(spelled) })).toEqual([])
    expect(ask([list(spelled)], { end: pointed(relative('part 1')) })).toEqual([])
    expect(ask([list(relative('part 2'))], { end: pointed(spelled) })).toEqual(because('list-does-not-cover'))
    expect(ask([list(whole(cn('ca')))])).toEqual([])
  })

  it('that are indirect, and certificates that point to another issuer, are undecided and say so', () => {
    const indirect = listOf(ca, { extensions: [scope(flag(4))] })
    expect(ask([indirect])).toEqual(because('indirect-crl'))
    const elsewhere = der(0xa2, der(0xa4, cn('other')))
    expect(ask([], { end: pointed(elsewhere) })).toEqual(because('indirect-crl'))
  })
})

describe('lists that are not understood', () => {
  it('prove neither', () => {
    const odd = ext('1.2.3.4', fromHex('0500'))
    for (const revoked of [[], [leafEntry()]])
      expect(ask([listOf(ca, { extensions: [odd], revoked })])).toEqual(because('unknown-critical-extension'))
    expect(ask([])).toEqual(MISSING)
  })
})

describe('more work than the budget', () => {
  it('never hides the list that revokes', () => {
    const junk = Array.from({ length: 100 }, () => make({ subject: cn('ca'), extensions: CA }))
    const lists = [listOf(ca, { number: 1 }), listOf(ca, { number: 2, from: -0.5, revoked: [leafEntry(1)] })]
    for (let n = 90; n <= 100; n++) {
      const result = ask(lists, { others: junk.slice(0, n) })
      expect([...REVOKED, ...because('too-much-work'), ...because('list-signer')], String(n)).toContain(result[0])
    }
  })
})

describe('deltas', () => {
  const delta = (base: number, rest: Parameters<typeof listOf>[1] = {}): Crl =>
    listOf(ca, {
      number: 9,
      from: -0.5,
      ...rest,
      extensions: [ext(OID.deltaCrlIndicator, int(base)), ...(rest.extensions ?? [])],
    })
  const HOLD = 6
  const REMOVED = 8

  it('alone prove a revocation, never its absence', () => {
    expect(ask([delta(1)])).toEqual(because('delta-without-base'))
    expect(ask([delta(1, { revoked: [leafEntry(1)] })])).toEqual(REVOKED)
  })

  it('carry a list on that is too old by itself, if they start at its number', () => {
    const old = listOf(ca, { number: 5, from: -9, until: -2 })
    expect(ask([old])).toEqual(because('STALE_EVIDENCE'))
    expect(ask([old, delta(5)])).toEqual([])
    expect(ask([old, delta(6)])).toEqual(because('STALE_EVIDENCE'))
    expect(ask([old, delta(5, { number: 4 })])).toEqual(because('STALE_EVIDENCE'))
    expect(ask([old, delta(5, { extensions: [scope(flag(1))] })])).toEqual(because('STALE_EVIDENCE'))
  })

  it('lift a hold, from their time on, and nothing but a hold', () => {
    const held = listOf(ca, { number: 5, from: -3, revoked: [leafEntry(HOLD, -4)] })
    const lifting = delta(5, { revoked: [leafEntry(REMOVED)] })
    expect(ask([held])).toEqual(REVOKED)
    expect(ask([held, lifting])).toEqual([])
    expect(ask([held, lifting], { at: hours(-1) })).toEqual(REVOKED)
    expect(ask([held, delta(6, { revoked: [leafEntry(REMOVED)] })])).toEqual(REVOKED)
    expect(ask([held, delta(5, { revoked: [leafEntry(1)] })])).toEqual(REVOKED)
    expect(ask([listOf(ca, { number: 5, from: -3, revoked: [leafEntry(1)] }), lifting])).toEqual(REVOKED)
  })

  it('are not needed for that where a later whole list leaves the certificate out', () => {
    const held = listOf(ca, { number: 5, from: -3, revoked: [leafEntry(HOLD, -4)] })
    expect(ask([held, listOf(ca, { number: 6 })])).toEqual([])
    expect(ask([listOf(ca, { number: 5, from: -3, revoked: [leafEntry(4)] }), listOf(ca, { number: 6 })])).toEqual(
      REVOKED,
    )
  })
})

describe('signers of lists', () => {
  const signs = (bits: number[]): Extension[] => [basicConstraintsExtension({ ca: false }), keyUsageExtension(bits)]
  const signer = (
    by: Party,
    { bits = [KEY_USAGE.crlSign] as number[], subject = cn('CA'), serial = '0b' } = {},
  ): Party => make({ subject, by, extensions: signs(bits), serial: fromHex(serial) })
  const listBy = (party: Party, revoked: { serial: string }[] = []): Crl => listOf(party, { revoked, issuer: cn('ca') })

  it('may be another certificate of the CA, from above it', () => {
    const other = signer(root)
    expect(ask([listBy(other)], { others: [other] })).toEqual([])
    expect(ask([listBy(other, [leafEntry()])], { others: [other] })).toEqual(REVOKED)
  })

  it('are not believed without cRLSign, under another name, from another anchor, or when unknown', () => {
    const stranger = make({ subject: cn('root'), extensions: CA })
    for (const other of [
      signer(root, { bits: [KEY_USAGE.keyCertSign] }),
      signer(root, { subject: cn('neighbour') }),
      signer(stranger),
    ])
      expect(ask([listBy(other)], { others: [other] })).toEqual(because('list-signer'))
    expect(ask([listBy(signer(root))])).toEqual(because('list-signer'))
  })

  it('are not believed when they are revoked, or when nobody else vouches for them', () => {
    const other = signer(root)
    const revokingRoot = listOf(root, { revoked: [{ serial: '0b' }] })
    const crls = [revokingRoot, listBy(other)]
    expect(judge([leaf, ca, other], { anchor: root, crls })).toEqual(because('list-signer'))
    const own = signer(ca)
    expect(ask([listBy(own)], { others: [own] })).toEqual(because('list-signer'))
    expect(ask([listBy(own), listOf(ca, { extensions: [scope(flag(2))] })], { others: [own] })).toEqual(
      because('list-does-not-cover'),
    )
  })

  it('a neighbouring CA cannot make one', () => {
    const neighbour = make({ subject: cn('neighbour'), by: root, extensions: CA, serial: fromHex('03') })
    const forged = signer(neighbour)
    expect(ask([listBy(forged), listOf(neighbour)], { others: [neighbour, forged] })).toEqual(because('list-signer'))
  })

  it('cannot vouch for themselves under a second certificate of the same key', () => {
    const key = newKey()
    const again = (extensions: readonly Extension[], serial: string): Party =>
      make({ subject: cn('ca'), by: ca, key, extensions, serial: fromHex(serial) })
    const rolled = again(CA, '0c')
    const end = make({ subject: cn('end'), by: rolled })
    const twin = again(signs([KEY_USAGE.crlSign]), '0d')
    expect(judge([end, rolled, ca, twin], { anchor: root, crls: [rootList, listOf(rolled)] })).toEqual(
      because('list-signer'),
    )
  })
})

describe('algorithms', () => {
  it('that have ended are neither good in a certificate nor in a list, but known', () => {
    const aged: Certificate = { ...leaf.certificate, signatureAlgorithm: 'RSA-SHA1' }
    const weak: Crl = { ...listOf(ca), signatureAlgorithm: 'RSA-SHA1' }
    const crypto = { ...nodeCrypto, isSignedBy: () => true }
    const question = { anchor: root, crls: [rootList, weak], crypto }
    expect(judge([{ ...leaf, certificate: aged }, ca], question)).toEqual([
      'algorithms unknown ended',
      'revocation unknown CRYPTO_CONSTRAINTS_FAILURE',
    ])
    expect(judge([{ ...leaf, certificate: aged }, ca], { ...question, algorithms: 'legacy' })).toEqual([
      'algorithms notice ended',
    ])
  })
})
