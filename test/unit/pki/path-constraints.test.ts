import { describe, expect, it } from 'vitest'
import { concat, fromHex } from '../../../standards/bytes.ts'
import { encode, objectIdentifier } from '../../../standards/der/index.ts'
import { OID } from '../../../standards/oid/index.ts'
import type { Extension, PolicyInputs } from '../../../standards/rfc5280-x509/index.ts'
import { matchesName } from '../../../standards/rfc5280-x509/index.ts'
import type { Party } from './path-world.ts'
import { CA, cn, der, ext, int, judge, make, nameOf, seq, text } from './path-world.ts'

const root = make({ subject: cn('root'), extensions: CA })
const oid = (value: string): Uint8Array => encode(objectIdentifier(), value)

const MAIL = 0x81
const DNS = 0x82
const URI = 0x86
const IP = 0x87
const DIRECTORY = 0xa4
const OTHER = 0xa0

type Subtrees = readonly Uint8Array[]
const limits = ({ permitted = [], excluded = [] }: { permitted?: Subtrees; excluded?: Subtrees }): Extension => {
  const list = (tag: number, bases: Subtrees): Uint8Array =>
    bases.length === 0 ? new Uint8Array() : der(tag, ...bases.map((base) => seq(base)))
  return ext(OID.nameConstraints, seq(list(0xa0, permitted), list(0xa1, excluded)))
}
const altNames = (...names: Subtrees): Extension => ext(OID.subjectAltName, seq(...names), false)

const under = (constraint: Extension, leaf: { names?: Subtrees; subject?: Uint8Array }): string[] => {
  const middle = make({ subject: cn('middle'), by: root, extensions: [...CA, constraint] })
  const end = make({
    subject: leaf.subject ?? nameOf(),
    by: middle,
    extensions: leaf.names === undefined ? [] : [altNames(...leaf.names)],
  })
  return judge([end, middle], { anchor: root })
}
const NOT_PERMITTED = ['constraints fail name-not-permitted']
const EXCLUDED = ['constraints fail name-excluded']

describe('name constraints', () => {
  it.each([
    [
      'a host and what is below it',
      DNS,
      'gov.cn',
      ['gov.cn', 'a.gov.cn', 'A.GOV.CN', '*.gov.cn'],
      ['agov.cn', 'gov.cn.evil.example', 'cn', '', 'a b.gov.cn'],
    ],
    ['a mailbox', MAIL, 'seal@gov.cn', ['seal@gov.cn', 'seal@GOV.cn'], ['other@gov.cn', 'seal@a.gov.cn', 'seal']],
    ['all mailboxes of a host', MAIL, 'gov.cn', ['a@gov.cn'], ['a@b.gov.cn', 'a@gov.cn@evil.example', '@gov.cn']],
    ['all mailboxes of a domain', MAIL, '.gov.cn', ['a@b.gov.cn'], ['a@gov.cn']],
    [
      'a host in addresses',
      URI,
      'gov.cn',
      ['http://gov.cn/x', 'https://u@gov.cn:8443'],
      ['http://a.gov.cn', 'http://evil.example/gov.cn', 'http://gov.cn@evil.example', 'urn:x', 'http://127.0.0.1'],
    ],
    ['a domain in addresses', URI, '.gov.cn', ['ldap://a.gov.cn'], ['http://gov.cn', 'http://[::1]/']],
  ])('%s', (_, tag, base, inside, outside) => {
    const permitted = limits({ permitted: [text(tag, base)] })
    const excluded = limits({ excluded: [text(tag, base)] })
    for (const name of inside) {
      expect(under(permitted, { names: [text(tag, name)] }), name).toEqual([])
      expect(under(excluded, { names: [text(tag, name)] }), name).toEqual(EXCLUDED)
    }
    for (const name of outside) expect(under(permitted, { names: [text(tag, name)] }), name).toEqual(NOT_PERMITTED)
  })

  it('networks', () => {
    const net = der(IP, fromHex('0a010000ffff0000'))
    expect(under(limits({ permitted: [net] }), { names: [der(IP, fromHex('0a01ff02'))] })).toEqual([])
    for (const other of ['0a020001', 'fe80'.padEnd(32, '0'), '0a01'])
      expect(under(limits({ permitted: [net] }), { names: [der(IP, fromHex(other))] }), other).toEqual(NOT_PERMITTED)
  })

  it('directory names, by whole levels and without regard to case and white space', () => {
    const base = nameOf([OID.country, 'CN'], [OID.organization, '云湖省 Office'])
    const within = (...rest: (readonly [string, string])[]) =>
      nameOf([OID.country, 'CN'], [OID.organization, ' 云湖省  OFFICE '], ...rest)
    const permitted = limits({ permitted: [der(DIRECTORY, base)] })
    expect(under(permitted, { subject: within([OID.commonName, 'x']) })).toEqual([])
    expect(under(permitted, { subject: nameOf([OID.country, 'CN']) })).toEqual(NOT_PERMITTED)
    expect(under(permitted, { subject: nameOf([OID.organization, '云湖省 Office'], [OID.country, 'CN']) })).toEqual(
      NOT_PERMITTED,
    )
    const excluded = limits({ excluded: [der(DIRECTORY, base)] })
    expect(under(excluded, { subject: within() })).toEqual(EXCLUDED)
    expect(
      under(excluded, { subject: nameOf([OID.country, 'CN'], [OID.organization, '云湖\u200b省 Office']) }),
    ).toEqual(EXCLUDED)
    expect(under(excluded, { names: [der(DIRECTORY, within())], subject: cn('x') })).toEqual(EXCLUDED)
  })

  it('hold for the address in the subject too, and a wildcard may stand for what is excluded', () => {
    const subject = nameOf([OID.commonName, 'x'], ['1.2.840.113549.1.9.1', 'a@evil.example'])
    expect(under(limits({ permitted: [text(MAIL, 'gov.cn')] }), { subject })).toEqual(NOT_PERMITTED)
    expect(under(limits({ excluded: [text(DNS, 'a.gov.cn')] }), { names: [text(DNS, '*.gov.cn')] })).toEqual(EXCLUDED)
  })

  it('leave other forms of name alone, and are unknown where the form cannot be compared', () => {
    const other = der(OTHER, oid('1.2.3'), der(0xa0, int(1)))
    expect(under(limits({ permitted: [text(DNS, 'gov.cn')] }), { names: [text(MAIL, 'a@b.cn')] })).toEqual([])
    expect(under(limits({ permitted: [other] }), { names: [text(DNS, 'a.cn')] })).toEqual([])
    expect(under(limits({ permitted: [other] }), { names: [other] })).toEqual([
      'constraints unknown unsupported-name-form',
    ])
    const minimum = ext(OID.nameConstraints, seq(der(0xa0, seq(text(DNS, 'cn'), der(0x80, Uint8Array.of(1))))))
    expect(under(minimum, { names: [text(DNS, 'a.cn')] })).toEqual(['constraints unknown unsupported-name-form'])
  })

  it('all hold together, from every CA above, the anchor too', () => {
    const anchor = make({ subject: cn('narrow'), extensions: [...CA, limits({ permitted: [text(DNS, 'gov.cn')] })] })
    const middle = make({
      subject: cn('middle'),
      by: anchor,
      extensions: [...CA, limits({ permitted: [text(DNS, 'cn')] })],
    })
    const leaf = (name: string): Party =>
      make({ subject: nameOf(), by: middle, extensions: [altNames(text(DNS, name))] })
    expect(judge([leaf('a.gov.cn'), middle], { anchor })).toEqual([])
    expect(judge([leaf('a.com.cn'), middle], { anchor })).toEqual(NOT_PERMITTED)
  })

  it('stop at a limit of work', () => {
    const many = Array.from({ length: 600 }, (_, i) => text(DNS, `x${i}.cn`))
    expect(under(limits({ excluded: many }), { names: many.map((_, i) => text(DNS, `y${i}.cn`)) })).toEqual([
      'constraints unknown too-much-work',
    ])
  })
})

const [P1, P2, P3] = ['1.2.3.1', '1.2.3.2', '1.2.3.3'] as const
const policies = (...ids: string[]): Extension => ext(OID.certificatePolicies, seq(...ids.map((p) => seq(oid(p)))))
const mapping = (...pairs: (readonly [string, string])[]): Extension =>
  ext(OID.policyMappings, seq(...pairs.map(([a, b]) => seq(oid(a), oid(b)))))
const demand = (explicit: number): Extension => ext(OID.policyConstraints, seq(der(0x80, Uint8Array.of(explicit))))

const along = (middle: Extension[], leaf: Extension[], inputs: PolicyInputs = {}): string[] => {
  const ca = make({ subject: cn('middle'), by: root, extensions: [...CA, ...middle] })
  const end = make({ subject: cn('leaf'), by: ca, extensions: leaf })
  return judge([end, ca], { anchor: root, policies: inputs })
}
const NONE = ['constraints fail no-acceptable-policy']

describe('certificate policies', () => {
  const explicit = { requireExplicit: true }

  it('are a matter only where somebody requires one', () => {
    expect(along([policies(P1)], [policies(P2)])).toEqual([])
    expect(along([policies(P1)], [policies(P2)], explicit)).toEqual(NONE)
    expect(along([policies(P1), demand(0)], [policies(P2)])).toEqual(NONE)
    expect(along([policies(P1), demand(0)], [policies(P1)])).toEqual([])
    expect(along([policies(P1)], [policies(P2), demand(0)])).toEqual(NONE)
    expect(along([], [policies(P1)], explicit)).toEqual(NONE)
  })

  it('must be among the acceptable ones', () => {
    expect(along([policies(P1, P2)], [policies(P1)], { ...explicit, acceptable: [P1] })).toEqual([])
    expect(along([policies(P1, P2)], [policies(P1)], { ...explicit, acceptable: [P2] })).toEqual(NONE)
    expect(along([policies(P1)], [policies(P1)], { ...explicit, acceptable: [OID.anyPolicy] })).toEqual([])
  })

  it('anyPolicy stands for all, unless inhibited', () => {
    expect(along([policies(OID.anyPolicy)], [policies(P1)], { ...explicit, acceptable: [P1] })).toEqual([])
    expect(along([policies(OID.anyPolicy)], [policies(P1)], { ...explicit, inhibitAny: true })).toEqual(NONE)
    expect(along([policies(P1), ext(OID.inhibitAnyPolicy, int(0))], [policies(OID.anyPolicy)], explicit)).toEqual(NONE)
  })

  it('are judged in terms of the anchor after a mapping, unless mappings are inhibited', () => {
    const mapped = [policies(P1), mapping([P1, P3])]
    expect(along(mapped, [policies(P3)], { ...explicit, acceptable: [P1] })).toEqual([])
    expect(along(mapped, [policies(P3)], { ...explicit, acceptable: [P3] })).toEqual(NONE)
    expect(along(mapped, [policies(P1)], explicit)).toEqual(NONE)
    expect(along(mapped, [policies(P3)], { ...explicit, inhibitMapping: true })).toEqual(NONE)
    for (const pair of [
      [P1, OID.anyPolicy],
      [OID.anyPolicy, P1],
    ] as const)
      expect(along([policies(P1), mapping(pair)], [policies(P1)])).toEqual(['constraints fail any-policy-mapped'])
  })

  it('cost no more than their size: mappings that multiply at each of eight levels (RFC 9618)', () => {
    const ids = Array.from({ length: 60 }, (_, i) => `1.2.3.${i}`)
    const all = mapping(...ids.flatMap((a) => ids.map((b) => [a, b] as const)))
    const chain = [root]
    for (let i = 0; i < 8; i++)
      chain.unshift(make({ subject: cn(`ca${i}`), by: chain[0] as Party, extensions: [...CA, policies(...ids), all] }))
    const end = make({ subject: cn('leaf'), by: chain[0] as Party, extensions: [policies(...ids)] })
    const start = performance.now()
    expect(judge([end, ...chain.slice(0, -1)], { anchor: root, policies: explicit })).toEqual([])
    expect(performance.now() - start).toBeLessThan(2000)
  })
})

describe('names', () => {
  const printable = (value: string): Uint8Array => seq(der(0x31, seq(oid(OID.commonName), text(0x13, value))))

  it('are the same after folding, whichever of the two string types they have', () => {
    expect(matchesName(printable('Good  CA '), cn('good ca'))).toBe(true)
    for (const other of ['Good-CA', 'GoodCA', 'Good C A'])
      expect(matchesName(printable('Good CA'), cn(other))).toBe(false)
    const bmp = seq(der(0x31, seq(oid(OID.commonName), der(0x1e, fromHex('00410042')))))
    expect(matchesName(bmp, cn('AB'))).toBe(false)
    expect(matchesName(concat(bmp), bmp)).toBe(true)
  })

  it('that differ only so still make a chain', () => {
    const ca = make({ subject: cn('Some  CA'), by: root, extensions: CA })
    const leaf = make({ subject: cn('leaf'), by: ca, issuer: printable('SOME CA') })
    expect(judge([leaf, ca], { anchor: root })).toEqual([])
    expect(judge([make({ subject: cn('leaf'), by: ca, issuer: printable('OTHER CA') }), ca], { anchor: root })).toEqual(
      ['path unknown NO_CERTIFICATE_CHAIN_FOUND'],
    )
  })
})
