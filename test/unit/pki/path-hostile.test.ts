import { describe, expect, it } from 'vitest'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { DerError } from '../../../standards/errors.ts'
import { OID } from '../../../standards/oid/index.ts'
import { parseCertificate, parseCrl, validatePath } from '../../../standards/rfc5280-x509/index.ts'
import { AT, CA, cn, der, ext, int, listOf, make, seq, text } from './path-world.ts'
import { encode, objectIdentifier } from '../../../standards/der/index.ts'

const oid = (value: string): Uint8Array => encode(objectIdentifier(), value)
const directory = (name: string): Uint8Array => der(0xa4, cn(name))
const subtrees = (tag: number): Uint8Array =>
  der(tag, seq(directory('x')), seq(text(0x82, 'a.cn')), seq(text(0x86, '.a.cn')), seq(text(0x81, 'a.cn')))
const point = der(0xa0, der(0xa0, directory('part')))

const root = make({ subject: cn('root'), extensions: CA })
const middle = make({
  subject: cn('middle'),
  by: root,
  extensions: [
    ...CA,
    ext(OID.certificatePolicies, seq(seq(oid('1.2.3')), seq(oid(OID.anyPolicy)))),
    ext(OID.policyMappings, seq(seq(oid('1.2.3'), oid('1.2.4')))),
    ext(OID.policyConstraints, seq(der(0x80, Uint8Array.of(1)), der(0x81, Uint8Array.of(0)))),
    ext(OID.inhibitAnyPolicy, int(1)),
    ext(OID.nameConstraints, seq(subtrees(0xa0), subtrees(0xa1))),
    ext(OID.crlDistributionPoints, seq(seq(point)), false),
  ],
})
const leaf = make({
  subject: cn('leaf'),
  by: middle,
  extensions: [
    ext(
      OID.subjectAltName,
      seq(directory('x'), text(0x82, 'b.a.cn'), text(0x86, 'http://b.a.cn'), text(0x81, 'u@a.cn')),
      false,
    ),
    ext(OID.certificatePolicies, seq(seq(oid('1.2.4')))),
    ext(OID.crlDistributionPoints, seq(seq(point)), false),
  ],
})
const list = listOf(middle, {
  revoked: [{ serial: '07', reason: 1 }],
  extensions: [ext(OID.issuingDistributionPoint, seq(point))],
})

/** Every byte changed in turn: the outcome, or undefined where it no longer parses. */
const eachChanged = <T>(bytes: Uint8Array, parse: (changed: Uint8Array) => T): T[] =>
  [...bytes].flatMap((octet, i) => {
    const changed = Uint8Array.from(bytes)
    changed[i] = octet ^ (1 << (i % 8))
    try {
      return [parse(changed)]
    } catch (error) {
      if (!(error instanceof DerError)) throw error
      return []
    }
  })

describe('hostile certificates and lists', () => {
  const ask = (parts: { leaf?: typeof leaf.certificate; ca?: typeof middle.certificate; list?: typeof list }) =>
    validatePath({
      leaf: parts.leaf ?? leaf.certificate,
      intermediates: [parts.ca ?? middle.certificate],
      anchors: [root.certificate],
      crls: [listOf(root), parts.list ?? list],
      at: AT,
      purpose: 'digital-signature',
      policies: { requireExplicit: true },
      // Any signature holds, so that what is inside is looked at.
      crypto: { ...nodeCrypto, isSignedBy: () => true },
    }).checks

  it('never make the validator throw, whatever byte is changed', () => {
    const results = [
      ...eachChanged(leaf.certificate.der, (bytes) => ask({ leaf: parseCertificate(bytes, 'compat') })),
      ...eachChanged(middle.certificate.der, (bytes) => ask({ ca: parseCertificate(bytes, 'compat') })),
      ...eachChanged(list.der, (bytes) => ask({ list: parseCrl(bytes, 'compat') })),
    ]
    expect(results.length).toBeGreaterThan(200)
    for (const checks of results) expect(checks.length).toBeGreaterThanOrEqual(4)
  })
})
