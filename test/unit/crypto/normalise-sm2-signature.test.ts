import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex } from '../../../standards/bytes.ts'
import { encodeElement } from '../../../standards/der/index.ts'
import { DerError } from '../../../standards/errors.ts'
import {
  encodeRawSm2Signature,
  encodeSm2Signature,
  normaliseSm2Signature,
  parseRawSm2Signature,
  parseSm2Signature,
} from '../../../standards/gbt-32918-sm2/index.ts'

const r = fromHex('f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3')
const s = fromHex('31b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc100')
const raw = concat(r, s)
const der = encodeSm2Signature(parseRawSm2Signature(raw))
const zero = (count: number): Uint8Array => new Uint8Array(count)
const seq = (...parts: Uint8Array[]): Uint8Array => encodeElement(0x30, ...parts)
const int = (content: Uint8Array): Uint8Array => encodeElement(0x02, content)
const codes = (bytes: Uint8Array): string[] => normaliseSm2Signature(bytes, 'compat').leniencies.map((l) => l.code)

/** Form found in real files → the leniency it needs. */
const forms: readonly (readonly [string, Uint8Array, readonly string[]])[] = [
  ['raw r || s of 64 bytes', raw, ['SM2_SIGNATURE_RAW']],
  ['INTEGER without the zero pad', seq(int(r), int(s)), ['SM2_INTEGER_UNSIGNED']],
  ['INTEGER with too many zeros', seq(int(concat(zero(3), r)), int(concat(zero(1), s))), ['SM2_INTEGER_PADDED']],
  ['one lost trailing zero', der.subarray(0, -1), ['SM2_SIGNATURE_SHORT']],
]

describe('normaliseSm2Signature', () => {
  it.each(forms)('reads %s in compatible mode and says so', (_, bytes, expected) => {
    expect(toHex(normaliseSm2Signature(bytes, 'compat').der)).toBe(toHex(der))
    expect(codes(bytes)).toEqual(expect.arrayContaining([...expected]))
  })

  it.each(forms)('refuses %s in strict mode', (_, bytes) => {
    expect(() => normaliseSm2Signature(bytes, 'strict')).toThrow(DerError)
  })

  it('hands strict DER on unchanged, without a leniency, in both modes', () => {
    for (const mode of ['strict', 'compat'] as const)
      expect(normaliseSm2Signature(der, mode)).toEqual({ der, leniencies: [] })
  })

  it('reads a signature of 64 bytes that is DER as DER', () => {
    const bytes = encodeSm2Signature({ r: 1n << 224n, s: 1n << 224n })
    expect(bytes).toHaveLength(64)
    expect(codes(bytes)).toEqual([])
    const padded = seq(int(concat(zero(1), fromHex(`01${'00'.repeat(28)}`))), int(fromHex(`01${'00'.repeat(27)}`)))
    expect(padded).toHaveLength(64)
    expect(codes(padded)).toEqual(['SM2_INTEGER_PADDED'])
  })

  it.each([
    ['nothing', zero(0)],
    ['63 bytes', raw.subarray(1)],
    ['65 bytes', concat(raw, zero(1))],
    ['trailing bytes', concat(der, zero(1))],
    ['an empty INTEGER', seq(int(zero(0)), int(s))],
    ['a third number', seq(int(s), int(s), int(s))],
    ['one number', seq(int(s))],
    ['another tag', encodeElement(0x31, int(s), int(s))],
    ['a number above 256 bits', seq(int(concat(Uint8Array.of(1), r)), int(s))],
    ['a non-minimal length', concat(fromHex('3081'), der.subarray(1))],
    ['an indefinite length', concat(fromHex('3080'), der.subarray(2), zero(2))],
    ['four lost bytes', der.subarray(0, -4)],
  ])('refuses %s in both modes', (_, bytes) => {
    for (const mode of ['strict', 'compat'] as const) expect(() => normaliseSm2Signature(bytes, mode)).toThrow(DerError)
  })
})

describe('SM2 signature encodings', () => {
  it('come back as they went', () => {
    expect(toHex(encodeRawSm2Signature(parseSm2Signature(der)))).toBe(toHex(raw))
  })

  it.each([
    ['a negative number', { r: -1n, s: 1n }],
    ['a number of 257 bits', { r: 1n << 256n, s: 1n }],
  ])('refuse to write %s', (_, signature) => {
    expect(() => encodeSm2Signature(signature)).toThrow(DerError)
    expect(() => encodeRawSm2Signature(signature)).toThrow(DerError)
  })
})
