/** Broken and hostile bytes: only FormatError comes out, in bounded time, and no change to protected bytes is ever accepted. */
import { zlibSync } from 'fflate'
import { beforeAll, describe, expect, it } from 'vitest'
import { FormatError } from '../../../standards/errors.ts'
import { findPdfSignatures } from '../../../src/document/index.ts'
import { coSign, isGood, judge, makePdf, makeSigner, seal } from '../../unit/pdf/signers.ts'

let classic: Uint8Array
let streams: Uint8Array
let both: Uint8Array
beforeAll(async () => {
  const sm2 = await makeSigner('SM2')
  classic = await seal({ document: await makePdf({ pages: 1 }), signer: sm2 })
  streams = await seal({ document: await makePdf({ pages: 1, objectStreams: true, form: true }), signer: sm2 })
  both = await coSign({ document: classic, signer: await makeSigner('P-256') })
})

/** How many signatures of the file are accepted; a refusal of the whole file accepts none. */
const accepted = (bytes: Uint8Array): number => {
  try {
    return judge(bytes).filter((s) => isGood(s.checks)).length
  } catch (error) {
    if (error instanceof FormatError) return 0
    throw error
  }
}

describe('flipped bits', () => {
  it.each(['classic', 'streams'])(
    'anywhere in the protected ranges of a %s file are never accepted',
    (which) => {
      const good = which === 'classic' ? classic : streams
      expect(accepted(good)).toBe(1)
      const [, start = 0, end = 0] = findPdfSignatures(good)[0]?.byteRange ?? []
      for (let i = 0, bit = 0; i < good.length; i += 3, bit = (bit + 1) % 8) {
        if (i >= start && i < end) continue
        const bad = good.slice()
        bad[i] = (bad[i] as number) ^ (1 << bit)
        expect(accepted(bad), `byte ${i}`).toBe(0)
      }
    },
    60_000,
  )

  it('in a file signed twice are never accepted by the second signature', () => {
    expect(accepted(both)).toBe(2)
    const [first, second] = findPdfSignatures(both).map((s) => s.byteRange)
    for (let i = 0; i < both.length; i += 11) {
      if (i >= (second?.[1] ?? 0) && i < (second?.[2] ?? 0)) continue
      const bad = both.slice()
      bad[i] = (bad[i] as number) ^ 0x10
      const outside = i >= (first?.[2] ?? 0) + (first?.[3] ?? 0)
      expect(accepted(bad), `byte ${i}`).toBeLessThanOrEqual(outside ? 1 : 0)
    }
  }, 60_000)
})

describe('truncated files', () => {
  it('are never accepted, except where they end with the signed revision', () => {
    for (let length = 0; length < both.length; length += 13) {
      const good = length === classic.length
      expect(accepted(both.subarray(0, length)), `length ${length}`).toBe(good ? 1 : 0)
    }
    expect(accepted(both.subarray(0, classic.length))).toBe(1)
  }, 60_000)
})

const file = (body: string, trailer = '/Root 1 0 R'): Uint8Array => {
  const text = `%PDF-1.7\n${body}`
  const at = text.length
  const offset = (n: number): string => String(text.indexOf(`\n${n} 0 obj`) + 1).padStart(10, '0')
  const numbers = [...text.matchAll(/\n(\d+) 0 obj/g)].map((m) => Number(m[1]))
  const entries = numbers.map((n) => `${n} 1\n${offset(n)} 00000 n\r\n`).join('')
  return new Uint8Array(
    Buffer.from(`${text}xref\n${entries}trailer\n<<${trailer}>>\nstartxref\n${at}\n%%EOF\n`, 'latin1'),
  )
}
const reasonOf = (bytes: Uint8Array): string => {
  try {
    return `signatures: ${findPdfSignatures(bytes).length}`
  } catch (error) {
    if (error instanceof FormatError) return error.reason
    throw error
  }
}
const CATALOG = '1 0 obj\n<</Type /Catalog /AcroForm 2 0 R /Pages 9 0 R>>\nendobj\n'
const bomb = (): string => {
  const data = Buffer.from(zlibSync(new Uint8Array(300 * 1024 * 1024), { level: 9 })).toString('latin1')
  return `5 0 obj\n<</Type /XRef /Size 9 /W [1 4 2] /Root 1 0 R /Filter /FlateDecode /Length ${data.length}>>\nstream\n${data}\nendstream\nendobj\n`
}

describe('hostile structure is refused in bounded time', () => {
  const cases: Readonly<Record<string, [() => Uint8Array, string]>> = {
    'sections that point at each other': [() => file(CATALOG, '/Root 1 0 R /Prev 9'), 'PDF_MALFORMED'],
    'a section that points at itself': [
      () => file(CATALOG, `/Root 1 0 R /Prev ${`%PDF-1.7\n${CATALOG}`.length}`),
      'PDF_MALFORMED',
    ],
    'arrays nested a million deep': [() => file(`1 0 obj\n${'['.repeat(1_000_000)}\nendobj\n`), 'PDF_MALFORMED'],
    'dictionaries nested deep': [() => file(`1 0 obj\n${'<</A '.repeat(100_000)}\nendobj\n`), 'PDF_MALFORMED'],
    'a reference to itself': [() => file('1 0 obj\n1 0 R\nendobj\n'), 'PDF_MALFORMED'],
    'a field that is its own kid': [
      () => file(`${CATALOG}2 0 obj\n<</Fields [3 0 R]>>\nendobj\n3 0 obj\n<</T (a) /Kids [3 0 R]>>\nendobj\n`),
      'PDF_MALFORMED',
    ],
    'a page tree that loops': [
      () =>
        file(
          `${CATALOG}2 0 obj\n<</Fields [3 0 R]>>\nendobj\n3 0 obj\n<</FT /Sig /V <</ByteRange [0 1 2 3]>> >>\nendobj\n9 0 obj\n<</Kids [9 0 R]>>\nendobj\n`,
        ),
      'PDF_MALFORMED',
    ],
    'a name without end': [() => file(`1 0 obj\n/${'a'.repeat(1_000_000)}\nendobj\n`), 'PDF_MALFORMED'],
    'a string without end': [() => file(`1 0 obj\n(${'('.repeat(1_000_000)}\nendobj\n`), 'PDF_MALFORMED'],
    'a table of four billion entries': [
      () => new Uint8Array(Buffer.from('%PDF-1.7\nxref\n0 4000000000\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n')),
      'PDF_TOO_LARGE',
    ],
    encryption: [() => file(CATALOG, '/Root 1 0 R /Encrypt 7 0 R'), 'PDF_ENCRYPTED'],
    'something before the header': [() => Buffer.concat([Buffer.from('x'), classic]), 'PDF_MALFORMED'],
    'something after the end': [() => Buffer.concat([classic, Buffer.from('trailing')]), 'PDF_MALFORMED'],
    'no end': [() => classic.subarray(0, classic.length - 7), 'PDF_MALFORMED'],
  }
  it.each(Object.entries(cases))(
    '%s',
    (_, [make, reason]) => {
      expect(reasonOf(new Uint8Array(make()))).toBe(reason)
    },
    5_000,
  )

  it('a cross-reference stream that inflates to 300 MB', () => {
    const body = `%PDF-1.7\n${bomb()}`
    expect(reasonOf(new Uint8Array(Buffer.from(`${body}startxref\n9\n%%EOF\n`, 'latin1')))).toBe('PDF_TOO_LARGE')
  }, 20_000)

  it('random damage to the structure', () => {
    let state = 12345
    const random = (n: number): number => (state = (state * 1103515245 + 12345) % 2147483648) % n
    for (let i = 0; i < 400; i++) {
      const bad = (i % 2 === 0 ? streams : both).slice()
      for (let k = 0; k <= random(8); k++) bad[random(bad.length)] = random(256)
      expect(accepted(bad)).toBeLessThanOrEqual(2)
    }
  }, 30_000)
})
