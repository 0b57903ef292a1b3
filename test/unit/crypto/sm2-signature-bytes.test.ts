/** The hot path's reader and writer of signatures against the DER codec: the same bytes pass, the same numbers come out. */
import { describe, expect, it } from 'vitest'
import { concat, toHex } from '../../../standards/bytes.ts'
import { DerError } from '../../../standards/errors.ts'
import {
  encodeRawSm2Signature,
  encodeSm2Signature,
  parseRawSm2Signature,
  parseSm2Signature,
  rawFromSm2Signature,
  sm2SignatureFromRaw,
} from '../../../standards/gbt-32918-sm2/index.ts'
import { draw } from './sm2-kernel-probe.ts'

const outcome = (read: () => Uint8Array): string => {
  try {
    return toHex(read())
  } catch (error) {
    if (error instanceof DerError) return 'DerError'
    throw error
  }
}
const both = (der: Uint8Array): readonly [string, string] => [
  outcome(() => rawFromSm2Signature(der)),
  outcome(() => encodeRawSm2Signature(parseSm2Signature(der))),
]
const number = (): bigint => draw.number() >> BigInt(8 * draw.below(33))
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => draw.below(256))

const mutate = (given: Uint8Array): Uint8Array => {
  const at = draw.below(given.length)
  switch (draw.below(5)) {
    case 0:
      return given.map((b, i) => (i === at ? draw.below(256) : b))
    case 1:
      return given.subarray(0, at)
    case 2:
      return concat(given, bytes(1 + draw.below(3)))
    case 3:
      return concat(given.subarray(0, at), bytes(1), given.subarray(at))
    default:
      // a leading zero too many, with lengths that fit
      return concat(Uint8Array.of(0x30, given.length - 1, 2, (given[3] as number) + 1, 0), given.subarray(4))
  }
}

describe(`SM2 signatures as bytes (SEED=${draw.seed})`, () => {
  it('are read and written as by the codec', () => {
    for (let round = 0; round < 1500; round++) {
      const signature = { r: number(), s: number() }
      const der = encodeSm2Signature(signature)
      const [fast, slow] = both(der)
      expect(fast).toBe(slow)
      expect(parseRawSm2Signature(rawFromSm2Signature(der))).toEqual(signature)
      expect(toHex(sm2SignatureFromRaw(encodeRawSm2Signature(signature)))).toBe(toHex(der))
    }
  })

  it('are refused where the codec refuses: other lengths, padding, signs, tags, bytes after', () => {
    let refused = 0
    for (let round = 0; round < 6000; round++) {
      const der = mutate(encodeSm2Signature({ r: number(), s: number() }))
      const [fast, slow] = both(der)
      expect([toHex(der), fast]).toEqual([toHex(der), slow])
      if (fast === 'DerError') refused += 1
    }
    expect(refused).toBeGreaterThan(3000)
  })

  it('are refused in every form that is not DER', () => {
    const good = encodeSm2Signature({ r: 1n, s: 2n })
    const forms = [
      '',
      '30',
      '3006',
      '30800201010201020000', // indefinite length
      '3081060201010201' + '02', // long form of a short length
      '300602810101020102', // the same inside
      '3106020101020102',
      '3006030101020102',
      '3006020101020102ff',
      '300702010102020002', // padded
      '3006020181020102', // negative
      '3005020100' + '0200', // empty
      '3003020101',
      '3009020101020102020103', // three numbers
      `3046022101${'00'.repeat(32)}0221${'00'.repeat(33)}`, // 257 bits
    ]
    for (const hex of forms) {
      const [fast, slow] = both(Uint8Array.from(hex.match(/../g) ?? [], (b) => Number.parseInt(b, 16)))
      expect([hex, fast, slow]).toEqual([hex, 'DerError', 'DerError'])
    }
    expect(both(good)[0]).not.toBe('DerError')
    expect(() => sm2SignatureFromRaw(new Uint8Array(63))).toThrow(DerError)
    expect(() => sm2SignatureFromRaw(new Uint8Array(65))).toThrow(DerError)
  })
})
