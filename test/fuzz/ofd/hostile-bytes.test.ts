/** Broken and hostile OFD bytes: only FormatErrors, in bounded time, and no change of protected bytes passes. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'fflate'
import { beforeAll, describe, expect, it } from 'vitest'
import { concat, equalBytes, utf8 } from '../../../standards/bytes.ts'
import { FormatError } from '../../../standards/errors.ts'
import { crc32 } from '../../../standards/gbt-33190-ofd/crc32.ts'
import { findOfdText, openOfdPackage, protectionOf, readSignatures } from '../../../standards/gbt-33190-ofd/index.ts'
import { detectDocument, prepareOfdSeal } from '../../../src/document/index.ts'
import { isTrustError } from '../../../src/errors.ts'
import { isExtended, skipWithoutVectors, vectorsDir } from '../../support/outside.ts'
import { digests, pagesOfd, request, sampleOfd, sealed, reasonOf } from '../../unit/ofd/ofd-samples.ts'
import { goodEntries, rawZip } from '../../unit/ofd/raw-zip.ts'

type Result = { reason: string } | { outcomes: string[]; kinds: number; same: boolean }

/** Everything a verifier does with the bytes; `original` are the files that were protected. */
const verifyAll = (bytes: Uint8Array, original: ReadonlyMap<string, Uint8Array>): Result => {
  try {
    const pkg = openOfdPackage(bytes)
    const signatures = readSignatures(pkg)
    const outcomes = signatures.map((s) => protectionOf(pkg, s, { signatures, digests }).outcome)
    findOfdText(pkg)
    const same =
      pkg.files.length === original.size && [...original].every(([n, c]) => pkg.has(n) && equalBytes(pkg.read(n), c))
    return { outcomes, kinds: pkg.findings().length, same }
  } catch (error) {
    if (error instanceof FormatError) return { reason: error.reason }
    throw error
  }
}
const filesOf = (bytes: Uint8Array): Map<string, Uint8Array> => {
  const pkg = openOfdPackage(bytes)
  return new Map(pkg.files.map((name) => [name, pkg.read(name)]))
}

/** A fixed sequence, so that a failure repeats. */
const sequence = (seed: number): ((below: number) => number) => {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const unlisted = (path: string): boolean => /Signatures\.xml$|SignedValue\.dat$|Signature\.xml$/.test(path)

/** A changed file must show: in the outcome, or because it is one that the seal's own signature covers. */
const requireNoticed = (bytes: Uint8Array, original: ReadonlyMap<string, Uint8Array>): Result => {
  const result = verifyAll(bytes, original)
  if (
    'reason' in result ||
    result.same ||
    result.outcomes.length === 0 ||
    result.outcomes.some((o) => o !== 'complete')
  )
    return result
  const pkg = openOfdPackage(bytes)
  for (const [name, content] of original)
    if (!unlisted(name)) expect(pkg.has(name) && equalBytes(pkg.read(name), content), name).toBe(true)
  return result
}

describe('a sealed file', () => {
  let signed: Uint8Array
  let original: Map<string, Uint8Array>
  beforeAll(async () => {
    signed = await sealed(pagesOfd(3))
    original = filesOf(signed)
  })
  it('truncated at every byte is refused', () => {
    for (let n = 0; n < signed.length; n++)
      expect(verifyAll(signed.subarray(0, n), original), String(n)).toHaveProperty('reason')
  })
  it('with a bit flipped is refused, or changed visibly, or decodes to the same bytes and is reported', () => {
    const silent: number[] = []
    // A step that shares no factor with eight meets every kind of bit.
    for (let bit = 0; bit < signed.length * 8; bit += isExtended ? 3 : 11) {
      const flipped = signed.slice()
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7))
      const result = requireNoticed(flipped, original)
      if (!('reason' in result) && result.same && result.kinds === 0) silent.push(bit)
    }
    // A match may point at another copy of the same text; no reader can call that wrong.
    expect(silent.length).toBeLessThanOrEqual(1)
  })
  it('with random bytes changed in several places never passes unnoticed', () => {
    const next = sequence(7)
    for (let i = 0; i < (isExtended ? 1500 : 500); i++) {
      const changed = signed.slice()
      for (let k = next(6); k >= 0; k--) changed[next(changed.length)] = next(256)
      requireNoticed(changed, original)
    }
  })
  it('that is damaged is refused by the sealing side with its own code', async () => {
    const next = sequence(11)
    for (let i = 0; i < 200; i++) {
      const changed = signed.slice(0, next(8) === 0 ? next(signed.length) : signed.length)
      if (changed.length > 0) changed[next(changed.length)] = next(256)
      detectDocument(changed)
      const refusal = await prepareOfdSeal(request(changed)).then(
        () => undefined,
        (error: unknown) => error,
      )
      expect(refusal === undefined || isTrustError(refusal)).toBe(true)
    }
  })
})

describe.skipIf(skipWithoutVectors())('sealed files of others', () => {
  const files = [
    'ofdrw/SESV4SignDoc.ofd',
    'ofdrw/V4RideRight.ofd',
    'ofdrw/h.ofd',
    'easyofd-rust/gen_14_digital_sign.ofd',
  ]
  it.each(files)('%s: truncated at every 97th byte it is refused; random flips never pass unnoticed', (file) => {
    const bytes = new Uint8Array(readFileSync(join(vectorsDir() ?? '', file)))
    const original = filesOf(bytes)
    for (let n = 0; n < bytes.length; n += 97)
      expect(verifyAll(bytes.subarray(0, n), original), String(n)).toHaveProperty('reason')
    const next = sequence(bytes.length)
    for (let i = 0; i < 250; i++) {
      const changed = bytes.slice()
      const at = next(changed.length)
      changed[at] = (changed[at] as number) ^ (1 << next(8))
      requireNoticed(changed, original)
    }
  })
})

describe('hostile input in bounded time', () => {
  const within = (work: () => unknown): { reason: string | undefined; ms: number } => {
    const start = performance.now()
    const reason = reasonOf(work)
    return { reason, ms: performance.now() - start }
  }
  const readAll = (bytes: Uint8Array): void => {
    const pkg = openOfdPackage(bytes)
    readSignatures(pkg)
    findOfdText(pkg)
  }
  it.each<[string, string, () => Uint8Array]>([
    [
      'an entity bomb',
      'XML_DOCTYPE',
      () =>
        sampleOfd({
          'OFD.xml': `<!DOCTYPE a [${Array.from({ length: 30 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('')}]><a>&e30;</a>`,
        }),
    ],
    ['deep nesting', 'XML_TOO_DEEP', () => sampleOfd({ 'OFD.xml': '<a>'.repeat(200_000) })],
    ['a wide tree', 'OFD_STRUCTURE', () => sampleOfd({ 'OFD.xml': `<OFD>${'<a/>'.repeat(200_000)}</OFD>` })],
    ['many attributes', 'XML_SYNTAX', () => sampleOfd({ 'OFD.xml': `<a ${'b="" '.repeat(50_000)}/>` })],
    ['an unfinished comment', 'XML_SYNTAX', () => sampleOfd({ 'OFD.xml': `<a><!--${'-'.repeat(1_000_000)}` })],
    [
      'a path of many dots',
      'OFD_PATH',
      () => sampleOfd({ 'OFD.xml': `<OFD><DocBody><DocRoot>${'../'.repeat(100_000)}</DocRoot></DocBody></OFD>` }),
    ],
    ['a ZIP bomb', 'ZIP_BOMB', () => sampleOfd({ 'bomb.dat': new Uint8Array(64 << 20) })],
    [
      'a bomb that lies about its size',
      'ZIP_INFLATE',
      () => {
        const content = deflateSync(new Uint8Array(64 << 20))
        return rawZip([{ name: 'OFD.xml', content, method: 8, size: 1000, crc: crc32(new Uint8Array(1000)) }])
      },
    ],
    [
      'many small bombs',
      'ZIP_BOMB',
      () => {
        const content = deflateSync(new Uint8Array(1 << 20))
        return rawZip([
          ...goodEntries(),
          ...Array.from({ length: 600 }, (_, i) => ({ name: `b${i}`, content, method: 8, size: 1 << 20, crc: 0 })),
        ])
      },
    ],
    [
      'many signatures in the end record',
      'ZIP_DIRECTORY',
      () => concat(...Array.from({ length: 3000 }, () => Uint8Array.of(0x50, 0x4b, 5, 6)), new Uint8Array(18)),
    ],
    [
      'a quoted DOCTYPE in a signature list',
      'XML_DOCTYPE',
      () => sampleOfd({ 'OFD.xml': '<!DOCTYPE OFD SYSTEM "x"><OFD/>' }),
    ],
  ])('%s', (_, reason, make) => {
    const bytes = make()
    const result = within(() => readAll(bytes))
    expect(result.reason).toBe(reason)
    expect(result.ms).toBeLessThan(3000)
  })
  it('random bytes are refused', () => {
    const next = sequence(3)
    for (let i = 0; i < 500; i++) {
      const bytes = concat(
        Uint8Array.of(0x50, 0x4b, 3, 4),
        Uint8Array.from({ length: next(300) }, () => next(256)),
        utf8('OFD.xml'),
      )
      expect(reasonOf(() => readAll(bytes))).toMatch(/^ZIP_/)
    }
  })
})
