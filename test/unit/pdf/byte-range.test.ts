import { beforeAll, describe, expect, it } from 'vitest'
import { findPdfSignatures } from '../../../src/document/index.ts'
import { isGood, judge, makePdf, makeSigner, outcomes, seal } from './signers.ts'

let sealed: Buffer
let start = 0
let end = 0
let rangeAt = 0
let rangeLength = 0
beforeAll(async () => {
  sealed = Buffer.from(await seal({ document: await makePdf(), signer: await makeSigner('SM2') }))
  const [, a = 0, b = 0] = findPdfSignatures(sealed)[0]?.byteRange ?? []
  ;[start, end] = [a, b]
  rangeAt = sealed.indexOf('/ByteRange [') + '/ByteRange '.length
  rangeLength = sealed.indexOf('/Contents', rangeAt) - rangeAt
})

const withRange = (text: string): Uint8Array => {
  const out = Buffer.from(sealed)
  out.write(text.padEnd(rangeLength).slice(0, rangeLength), rangeAt, 'latin1')
  return new Uint8Array(out)
}
const rest = (): number => sealed.length - end

describe('the range of a signature', () => {
  const games: Readonly<Record<string, [() => string, string]>> = {
    'does not start at the beginning': [() => `[1 ${start - 1} ${end} ${rest()}]`, 'BYTE_RANGE_START'],
    'leaves a gap before /Contents': [() => `[0 ${start - 1} ${end} ${rest()}]`, 'BYTE_RANGE_GAP'],
    'leaves a gap after /Contents': [() => `[0 ${start} ${end + 1} ${rest() - 1}]`, 'BYTE_RANGE_GAP'],
    'takes the brackets of /Contents in': [() => `[0 ${start + 1} ${end - 1} ${rest() + 1}]`, 'BYTE_RANGE_GAP'],
    overlaps: [() => `[0 ${end} ${start} ${sealed.length - start}]`, 'BYTE_RANGE_GAP'],
    'stops early': [() => `[0 ${start} ${end} ${rest() - 40}]`, 'NOT_A_REVISION_END'],
    'has an empty second part': [() => `[0 ${start} ${end} 0]`, 'BYTE_RANGE_END'],
    'reaches past the end': [() => `[0 ${start} ${end} ${rest() + 1}]`, 'BYTE_RANGE_END'],
    'is huge': [() => `[0 ${start} ${end} 99999999999999]`, 'BYTE_RANGE_END'],
    'is negative': [() => `[0 -1 ${end} ${rest()}]`, 'BYTE_RANGE_MALFORMED'],
    'has fractions': [() => `[0 ${start}.5 ${end} ${rest()}]`, 'BYTE_RANGE_MALFORMED'],
    'has three numbers': [() => `[0 ${start} ${end}]`, 'BYTE_RANGE_MALFORMED'],
    'has six numbers': [() => `[0 ${start} ${end} 9 ${end + 9} 9]`, 'BYTE_RANGE_MALFORMED'],
    'holds other things': [() => `[0 /a ${end} true]`, 'BYTE_RANGE_MALFORMED'],
    'is empty': [() => '[]', 'BYTE_RANGE_MALFORMED'],
  }
  it.each(Object.entries(games))('is refused when it %s', (_, [text, fault]) => {
    const forged = withRange(text())
    expect(findPdfSignatures(forged)[0]?.fault).toBe(fault)
    expect(outcomes(judge(forged)[0]?.checks ?? [])['pdf.byte-range']).toBe('fail')
  })

  it('is refused when the dictionary has two /Contents', () => {
    const forged = Buffer.from(sealed)
    forged.write('/Contents <00>'.padEnd(rangeLength), rangeAt - '/ByteRange '.length - 0, 'latin1')
    expect(findPdfSignatures(new Uint8Array(forged))[0]?.fault).toBe('AMBIGUOUS_DICTIONARY')
  })

  it('is refused when /Contents is not pure hexadecimal text', () => {
    const forged = Buffer.from(sealed)
    forged.write(' ', end - 2, 'latin1')
    expect(findPdfSignatures(new Uint8Array(forged))[0]?.fault).toBe('CONTENTS_NOT_HEX')
  })
})

describe('the room after the message in /Contents', () => {
  it('must be zero', () => {
    const forged = Buffer.from(sealed)
    forged.write('1', end - 2, 'latin1')
    const [only] = judge(new Uint8Array(forged))
    expect(outcomes(only?.checks ?? [])['pdf.contents']).toBe('fail')
    expect(isGood(only?.checks ?? [])).toBe(false)
  })

  it('may not be read as a message when there is none', () => {
    const forged = Buffer.from(sealed)
    forged.fill('0', start + 1, end - 1, 'latin1')
    expect(outcomes(judge(new Uint8Array(forged))[0]?.checks ?? [])['cms.format']).toBe('fail')
  })
})
