/** What the codecs read strictly, what only in compatible mode, and what never. */
import { beforeAll, describe, expect, it } from 'vitest'
import { utf8 } from '../../../standards/bytes.ts'
import { DerError } from '../../../standards/errors.ts'
import { encodeElement, readElements, readSingle } from '../../../standards/der/index.ts'
import { readTimeInfo } from '../../../standards/gmt-0031-2014-seal/index.ts'
import { draftSeal, draftSignature, encodeSeal, SESeal } from '../../../standards/gbt-38540-seal/index.ts'
import { captured, decode } from '../../../standards/der/index.ts'
import { parseSeal, parseSealSignature } from '../../../standards/gmt-0031-2025-seal/index.ts'
import { makeSealBytes, makeSealWorld } from './seal-world.ts'
import { NOW, days } from './trust-world.ts'

const path = { path: '' }

/** Rewrites one element of a DER tree, by its position at each level. */
const rewrite = (
  der: Uint8Array,
  [first, ...rest]: readonly number[],
  change: (element: Uint8Array) => Uint8Array,
): Uint8Array => {
  if (first === undefined) return change(der)
  const outer = readSingle(der, path)
  const items = readElements(outer.content, path).map((e, i) => (i === first ? rewrite(e.der, rest, change) : e.der))
  return encodeElement(outer.tag, ...items)
}
const PROPERTY = [0, 2]
let world: Awaited<ReturnType<typeof makeSealWorld>>
beforeAll(async () => {
  world = await makeSealWorld()
})

const onlyCompat = (der: Uint8Array, code: string): void => {
  expect(() => parseSeal(der, 'strict')).toThrow(DerError)
  expect(parseSeal(der, 'compat').leniencies.map((l) => l.code)).toContain(code)
}

describe('reading a seal', () => {
  it('notes a certListType that does not fit its list', () => {
    onlyCompat(
      rewrite(world.seal, [...PROPERTY, 2], () => Uint8Array.of(2, 1, 3)),
      'CERT_LIST_TYPE',
    )
  })
  it('reads a list of signers that is none as one that matches nobody', () => {
    const der = rewrite(world.seal, [...PROPERTY, 3], () => encodeElement(0x16, utf8('a certificate')))
    onlyCompat(der, 'CERT_LIST_UNREADABLE')
    expect(parseSeal(der, 'compat').value.certList).toEqual({ kind: 'unreadable' })
  })
  it('reads a GeneralizedTime that holds UTCTime text', () => {
    const der = rewrite(world.seal, [...PROPERTY, 4], () => encodeElement(0x18, utf8('220725214639Z')))
    onlyCompat(der, 'GENERALIZED_TIME_AS_UTC')
    expect(parseSeal(der, 'compat').value.property.createDate.toISOString()).toBe('2022-07-25T21:46:39.000Z')
  })
  it('takes a time without Z for Chinese time', () => {
    const der = rewrite(world.seal, [...PROPERTY, 4], () => encodeElement(0x18, utf8('20220725080000')))
    expect(parseSeal(der, 'compat').value.property.createDate.toISOString()).toBe('2022-07-25T00:00:00.000Z')
  })
  it('notes a version number that is not that of the layout', () => {
    onlyCompat(
      rewrite(world.seal, [0, 0, 1], () => Uint8Array.of(2, 1, 2)),
      'SEAL_VERSION_NUMBER',
    )
  })
  it('tells V5 from V4 by header.version alone where nothing else does', () => {
    expect(
      parseSeal(
        rewrite(world.seal, [0, 0, 1], () => Uint8Array.of(2, 1, 5)),
        'strict',
      ).value.layout,
    ).toBe('V5')
  })
  it.each([
    ['explicit', [0xa0, 3, 3, 1, 0], 'strict'],
    ['implicit', [0x80, 1, 0], 'compat'],
    ['untagged', [3, 1, 0], 'compat'],
  ] as const)('reads a time stamp with %s tagging', (_, octets, mode) => {
    const v5 = rewrite(world.seal, [0, 0, 1], () => Uint8Array.of(2, 1, 5))
    const content = readSingle(v5, path).content
    const der = encodeElement(0x30, content, Uint8Array.from(octets))
    if (mode === 'compat') onlyCompat(der, 'TIMESTAMP_TAGGING')
    expect(parseSeal(der, mode).value).toMatchObject({ layout: 'V5', timeStamp: new Uint8Array() })
  })
  it('refuses a seal without its maker', () => {
    const [info, cert] = readElements(readSingle(world.seal, path).content, path)
    expect(() => parseSeal(encodeElement(0x30, info!.der, cert!.der), 'compat')).toThrow(DerError)
  })
  it('refuses bytes after the seal', () => {
    expect(() => parseSeal(Uint8Array.of(...world.seal, 0), 'compat')).toThrow(DerError)
  })
})

describe('reading a signature', () => {
  it('refuses a seal of one edition in a signature of another, unless compatible', () => {
    expect(parseSealSignature(world.signature, 'strict').value.seal.layout).toBe('V4')
    const [toSign, , , value] = readElements(readSingle(world.signature, path).content, path)
    const v1Fields = encodeElement(0x30, toSign!.content, Uint8Array.of(4, 0), Uint8Array.of(6, 1, 0x2a))
    const asV1 = rewrite(encodeElement(0x30, v1Fields, value!.der), [0, 2], () => Uint8Array.of(3, 1, 0))
    expect(() => parseSealSignature(asV1, 'strict')).toThrow(DerError)
    const compat = parseSealSignature(asV1, 'compat')
    expect(compat.leniencies.map((l) => l.code)).toContain('SEAL_LAYOUT_MIXED')
    expect(compat.value).toMatchObject({ layout: 'V1', seal: { layout: 'V4' } })
  })
})

describe('timeInfo of GM/T 0031-2014', () => {
  it.each([
    ['2020-01-25T07:31:56.377Z', '2020-01-25T07:31:56.000Z'],
    ['20211014033404Z', '2021-10-14T03:34:04.000Z'],
    ['211014033404Z', '2021-10-14T03:34:04.000Z'],
    ['2021-10-14 03:34:04', '2021-10-13T19:34:04.000Z'],
  ])('reads %s', (text, iso) => {
    expect(readTimeInfo(utf8(text)).time?.toISOString()).toBe(iso)
  })
  it('reads a UTCTime', () => {
    expect(readTimeInfo(encodeElement(0x17, utf8('211014033404Z'))).time?.toISOString()).toBe(
      '2021-10-14T03:34:04.000Z',
    )
  })
  it.each(['', 'yesterday', '20211314033404Z', '20210230000000Z'])('finds no time in "%s"', (text) => {
    expect(readTimeInfo(utf8(text))).toEqual({})
  })
  it('keeps a token', () => {
    expect(readTimeInfo(Uint8Array.of(0x30, 0))).toEqual({ token: Uint8Array.of(0x30, 0) })
  })
})

describe('writing', () => {
  const signers = { kind: 'certs', certs: [Uint8Array.of(0x30, 0)] } as const
  const picture = { type: 'PNG', data: new Uint8Array(), width: 42, height: 42 }
  const draft = {
    vendor: 'x',
    esID: '1',
    type: 1,
    name: 'n',
    signers,
    picture,
    createDate: NOW,
    validStart: NOW,
    validEnd: days(1),
  }

  it('writes what it reads strictly, without any leniency', async () => {
    expect(parseSeal(world.seal, 'strict').leniencies).toEqual([])
    const again = await makeSealBytes({
      maker: world.maker,
      signers,
      extDatas: [{ extnID: '1.2.3', critical: false, extnValue: Uint8Array.of(5) }],
    })
    expect(parseSeal(again, 'strict').value.extDatas).toEqual([
      { extnID: '1.2.3', critical: false, extnValue: Uint8Array.of(5) },
    ])
  })
  it('refuses dates out of order', () => {
    expect(() => draftSeal({ ...draft, validEnd: NOW })).toThrow(DerError)
    expect(() => draftSeal({ ...draft, createDate: days(1) })).toThrow(DerError)
  })
  it('refuses a seal that nobody may use', () => {
    expect(() => draftSeal({ ...draft, signers: { kind: 'certs', certs: [] } })).toThrow(DerError)
  })
  it('refuses a seal code outside ASCII', () => {
    expect(() => draftSeal({ ...draft, esID: '印' })).toThrow(DerError)
  })
  it('refuses a digest of another length than SM3', () => {
    const seal = decode(
      captured(SESeal),
      encodeSeal(draftSeal(draft), { cert: Uint8Array.of(0x30, 0), signedValue: Uint8Array.of(1) }),
    )
    expect(() => draftSignature({ seal, at: NOW, dataHash: new Uint8Array(20), propertyInfo: '/a' })).toThrow(DerError)
  })
})
