/** OFD files that others made: what vectors/README.md says of them, and our seal on each unsigned one. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  formatBox,
  openOfdPackage,
  pageBox,
  straddlingStamps,
  protectionOf,
  reachableFiles,
  readBodies,
  readPages,
  readSignatures,
} from '../../../standards/gbt-33190-ofd/index.ts'
import type { Box } from '../../../standards/gbt-33190-ofd/index.ts'
import { isTrustError } from '../../../src/errors.ts'
import { detectDocument, findOfdText, prepareOfdSeal } from '../../../src/document/index.ts'
import { skipWithoutVectors, vectorsDir } from '../../support/outside.ts'
import { digests, request, sealed } from '../../unit/ofd/ofd-samples.ts'

const dir = vectorsDir() ?? ''
const skip = skipWithoutVectors()
const load = (file: string): Uint8Array => new Uint8Array(readFileSync(join(dir, file)))
const all = skip
  ? []
  : ['ofdrw', 'easyofd-rust'].flatMap((d) =>
      readdirSync(join(dir, d))
        .filter((f) => f.endsWith('.ofd'))
        .map((f) => `${d}/${f}`),
    )

const outcomes = (bytes: Uint8Array): unknown[] => {
  const pkg = openOfdPackage(bytes)
  const signatures = readSignatures(pkg)
  return signatures.map((s) => {
    const { outcome, weak, misplacedStamps, coverage } = protectionOf(pkg, s, { signatures, digests })
    return [outcome, weak, misplacedStamps.length, coverage.ofdXml]
  })
}

const good = ['complete', false, 0, 'protected']
const SIGNED: Readonly<Record<string, unknown[]>> = {
  'ofdrw/SESV4SignDoc.ofd': [good],
  'ofdrw/V4RideRight.ofd': [good],
  'ofdrw/allprotected.ofd': [good],
  'ofdrw/h.ofd': [['extended-after', false, 0, 'protected'], good],
  'easyofd-rust/gen_13_riding_seal.ofd': [good],
  'easyofd-rust/gen_14_digital_sign.ofd': [good],
}

/** Five pages cut out of a longer document, its resources lost. */
const LOST = ['Doc_0/PublicRes.xml']
const MISSING: Readonly<Record<string, string[]>> = {
  'ofdrw/V4RideRight.ofd': LOST,
  'ofdrw/VPage7.ofd': LOST,
  'ofdrw/h.ofd': LOST,
}

describe.skipIf(skip)('an OFD made by others', () => {
  it.each(all)('%s opens, refers to files that are there, and its signatures stand as stated', (file) => {
    const bytes = load(file)
    expect(detectDocument(bytes)).toBe('ofd')
    const pkg = openOfdPackage(bytes)
    for (const name of pkg.files) pkg.read(name)
    expect(readBodies(pkg)).toHaveLength(1)
    expect([...reachableFiles(pkg).missing]).toEqual(MISSING[file] ?? [])
    expect(outcomes(bytes)).toEqual(SIGNED[file] ?? [])
  })
  it('path_unstd.ofd ends with a comment that is reported', () =>
    expect(
      openOfdPackage(load('ofdrw/path_unstd.ofd'))
        .findings()
        .map((f) => f.kind),
    ).toContain('comment'))
  it('helloworld.ofd says what it shows', () =>
    expect(findOfdText(openOfdPackage(load('ofdrw/helloworld.ofd')))).toEqual([
      { page: 1, texts: ['你好呀，OFD Reader&Writer！'] },
    ]))
  it.each(['easyofd-rust/gen_13_riding_seal.ofd', 'ofdrw/V4RideRight.ofd'])(
    '%s has the slices that we would cut',
    (file) => {
      const pkg = openOfdPackage(load(file))
      const [body] = readBodies(pkg)
      const theirs = readSignatures(pkg)[0]?.stamps ?? []
      const first = theirs[0]?.boundary
      if (body === undefined || first === undefined) throw new Error('no stamp')
      const ours = straddlingStamps({
        pages: readPages(pkg, body).map((page) => pageBox(pkg, body, page)),
        widthMm: first.width,
        heightMm: first.height,
        centreYMm: first.y + first.height / 2,
      })
      const written = (s: { boundary: Box; clip?: Box }): string[] =>
        [s.boundary, s.clip].map((box) => (box === undefined ? '' : formatBox(box)))
      expect(ours.map(written)).toEqual(theirs.map(written))
      expect(readPages(pkg, body).map((page) => page.id)).toEqual(theirs.map((s) => s.pageRef))
    },
  )
})

const CLOSED = new Set([
  'ofdrw/V4RideRight.ofd',
  'ofdrw/allprotected.ofd',
  'ofdrw/h.ofd',
  'ofdrw/hello-integrity.ofd',
  'easyofd-rust/gen_13_riding_seal.ofd',
  'easyofd-rust/gen_14_digital_sign.ofd',
])

describe.skipIf(skip)('our seal on an OFD made by others', () => {
  it.each(all.filter((file) => !CLOSED.has(file)))(
    '%s: protects everything, and the earlier signatures still stand',
    async (file) => {
      const before = openOfdPackage(load(file))
      const bytes = await sealed(load(file))
      const pkg = openOfdPackage(bytes)
      expect(outcomes(bytes)).toEqual([...(SIGNED[file] ?? []), good])
      for (const name of before.files)
        if (!/OFD\.xml$|Signatures\.xml$/.test(name)) expect(pkg.read(name)).toEqual(before.read(name))
      expect(pkg.findings()).toEqual([])
      const twice = await sealed(bytes, { finalize: true })
      expect(outcomes(twice)).toEqual([...(SIGNED[file] ?? []), good, good])
    },
  )
  it.each([...CLOSED].filter((file) => all.includes(file)))('%s is closed', async (file) => {
    const refusal = await prepareOfdSeal(request(load(file))).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(isTrustError(refusal) && refusal.code).toBe('DOCUMENT_CLOSED')
  })
  it.each(['ofdrw/VPage7.ofd', 'ofdrw/doc1File.ofd', 'ofdrw/path_unstd.ofd'])(
    '%s takes a straddling seal over all pages',
    async (file) => {
      const pkg = openOfdPackage(
        await sealed(load(file), { placements: [{ page: 1, xMm: 0, yMm: 100, straddle: 'right' }] }),
      )
      const [body] = readBodies(pkg)
      if (body === undefined) throw new Error('no body')
      expect(readSignatures(pkg)[0]?.stamps.map((s) => s.pageRef)).toEqual(readPages(pkg, body).map((p) => p.id))
    },
  )
})
