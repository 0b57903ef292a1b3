/** Every check that real files of others bring up is told in words, not by its code. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { checkWords, verifyDocument } from '../../../src/verification/index.ts'
import { verdictPanel } from '../../../src/web/parts/verdict-panel.ts'
import { skipWithoutVectors, vectorsDir } from '../../support/outside.ts'

const FILES = [
  'SESV4SignDoc.ofd',
  'V4RideRight.ofd',
  'h.ofd',
  'hello-integrity.ofd',
  'hello.ofd',
  'ff.pdf',
  'sign_cert.pem',
]
const trust = { anchors: [], intermediates: [], crls: [], statuses: [] }
const at = new Date('2026-11-21T06:05:12Z')

describe.skipIf(skipWithoutVectors())('reports on files of others', () => {
  it.each(FILES)('%s: each check has a title and a sentence in both languages', (name) => {
    const bytes = new Uint8Array(readFileSync(join(vectorsDir() ?? '', 'ofdrw', name)))
    const report = verifyDocument({ bytes, crypto: portableCrypto, trust, at, mode: 'compat' })
    expect(report.verdict).not.toBe('valid')
    const checks = [...report.checks, ...report.reports.flatMap((one) => one.checks)]
    expect(checks.length).toBeGreaterThan(0)
    for (const check of checks) {
      for (const language of ['zh', 'en'] as const) {
        const { title, sentence } = checkWords(check, language)
        expect(title).not.toBe(check.name)
        expect(sentence).not.toMatch(/^$|undefined|[[\]{}]/)
      }
    }
    const unnamed = report.reports.map(({ sealName: _s, signerName: _n, ...one }) => one)
    const panel = verdictPanel({ report: { ...report, reports: unnamed }, where: 'local' }, 'en').text
    expect(panel).not.toMatch(/[\u4e00-\u9fff]/)
  })
})
