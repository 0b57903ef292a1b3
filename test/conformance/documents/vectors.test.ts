/**
 * Every OFD and PDF of others through the top-level entry. Nobody judged their chains: with no trust at all none is valid, and what the
 * README of the vectors calls good must pass all that needs no trust.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import type { Check } from '../../../src/kernel/index.ts'
import type { DocumentQuestion, DocumentReport } from '../../../src/verification/index.ts'
import { reportToJson, verifyDocument } from '../../../src/verification/index.ts'
import { skipWithoutVectors, vectorsDir } from '../../support/outside.ts'

const BYTES = [
  'ofd.references',
  'ofd.coverage',
  'ofd.seal-embedded',
  'signature.format',
  'signature.value',
  'signature.data-hash',
  'signature.signer-in-seal',
  'seal.format',
  'seal.maker-signature',
]
/** Per signature: what is not a pass among the checks that need no trust. */
type Exceptions = readonly string[]
const SIGNED: Readonly<Record<string, readonly Exceptions[]>> = {
  'ofdrw/SESV4SignDoc.ofd': [[]],
  'ofdrw/V4RideRight.ofd': [[]],
  'ofdrw/allprotected.ofd': [[]],
  'ofdrw/h.ofd': [['ofd.references unknown EXTENDED_AFTER'], []],
  'easyofd-rust/gen_13_riding_seal.ofd': [[]],
  'easyofd-rust/gen_14_digital_sign.ofd': [[]],
}

/** Departures from the written form of our own packages, in a part that no signature covers: said, and of no weight. */
const NOTICES: Readonly<Record<string, readonly string[]>> = {
  'ofdrw/SESV4SignDoc.ofd': ['ofd.signature-list notice NON_CANONICAL_CONTAINER'],
}

const folders = vectorsDir() === undefined ? [] : ['ofdrw', 'easyofd-rust']
const files = folders.flatMap((folder) =>
  readdirSync(join(vectorsDir() ?? '', folder))
    .filter((name) => /\.(ofd|pdf)$/.test(name))
    .map((name) => `${folder}/${name}`),
)
const unsigned = files.filter((file) => SIGNED[file] === undefined)

const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(vectorsDir() ?? '', file)))
const trust = { anchors: [], intermediates: [], crls: [], statuses: [] }
const at = new Date('2026-11-21T04:00:00Z')
const verify = (bytes: Uint8Array, crypto: DocumentQuestion['crypto'] = nodeCrypto): DocumentReport =>
  verifyDocument({ bytes, crypto, trust, at, mode: 'compat' })
const saying = (c: Check): string => [c.name, c.outcome, c.reason].filter((x) => x !== undefined).join(' ')

describe.skipIf(skipWithoutVectors())('a document of others', () => {
  it('is here, every signed one', () => {
    expect(Object.keys(SIGNED).filter((file) => !files.includes(file))).toEqual([])
    expect(unsigned.length).toBeGreaterThanOrEqual(15)
  })

  it.each(Object.entries(SIGNED))('%s is signed as its makers say, and not valid without trust', (file, signatures) => {
    const report = verify(read(file))
    expect(report.verdict).not.toBe('valid')
    expect(report.checks.map(saying)).toEqual(['ofd.container pass', ...(NOTICES[file] ?? []), 'file.signature pass'])
    const found = report.reports.map(({ checks }) => checks.filter((c) => BYTES.includes(c.name)))
    expect(found.map((checks) => checks.filter((c) => c.outcome !== 'pass').map(saying))).toEqual(signatures)
    for (const checks of found) expect(checks.map((c) => c.name).sort()).toEqual([...BYTES].sort())
    for (const { verdict, checks } of report.reports) {
      expect(verdict).not.toBe('valid')
      expect(checks.map(saying)).toContain('signature.signer.path unknown NO_CERTIFICATE_CHAIN_FOUND')
    }
  })

  it.each(Object.keys(SIGNED))('%s with a page changed is a changed file', (file) => {
    const bytes = read(file)
    const name = Buffer.from(bytes).indexOf('Content.xml')
    // into the compressed bytes of the first page
    const changed = bytes.map((b, i) => (i === name + 60 ? b ^ 0x10 : b))
    const report = verify(changed)
    expect(report.verdict).toBe('invalid')
    const all = [...report.checks, ...report.reports.flatMap((r) => r.checks)]
    expect(all.map(saying)).toSatisfy((said: string[]) =>
      said.some((s) => /^ofd\.(container fail FORMAT|references fail HASH)_FAILURE$/.test(s)),
    )
  })

  it.each(unsigned)('%s is indeterminate: NO_SIGNATURE', (file) => {
    const report = verify(read(file))
    expect(report).toMatchObject({ kind: file.endsWith('.pdf') ? 'pdf' : 'ofd', verdict: 'indeterminate', reports: [] })
    expect(report.checks.map(saying)).toContain('file.signature unknown NO_SIGNATURE')
    expect(report.checks.filter((c) => c.outcome === 'fail')).toEqual([])
  })

  it.each(files)('%s has the same report with native and portable cryptography', (file) => {
    const bytes = read(file)
    expect(reportToJson(verify(bytes, portableCrypto))).toEqual(reportToJson(verify(bytes, nodeCrypto)))
  })
})
