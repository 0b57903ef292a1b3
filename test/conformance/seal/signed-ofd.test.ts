/** Seal signatures inside OFD files of others: digests, signatures and list membership only; nobody judged their chains. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { verifySealSignature } from '../../../src/seal/offline.ts'
import { openOfdPackage, readSignatures } from '../../../standards/gbt-33190-ofd/index.ts'
import { skipWithoutVectors, vectorsDir } from '../../support/outside.ts'

const trust = { anchors: [], intermediates: [], crls: [], statuses: [] }
const VALUES = [
  'signature.format',
  'seal.maker-signature',
  'signature.value',
  'signature.signer-in-seal',
  'signature.data-hash',
]

describe.skipIf(skipWithoutVectors())('signed OFD files of others', () => {
  it.each([
    ['ofdrw/SESV4SignDoc.ofd', 1],
    ['ofdrw/V4RideRight.ofd', 1],
    ['ofdrw/allprotected.ofd', 1],
    ['ofdrw/h.ofd', 2],
    ['easyofd-rust/gen_13_riding_seal.ofd', 1],
    ['easyofd-rust/gen_14_digital_sign.ofd', 1],
  ])('%s: %i good', (file, count) => {
    const pkg = openOfdPackage(new Uint8Array(readFileSync(join(vectorsDir() ?? '', file))))
    const signatures = readSignatures(pkg)
    expect(signatures).toHaveLength(count)
    for (const { bytes, signedValuePath } of signatures) {
      const signature = pkg.read(signedValuePath)
      const question = {
        signature,
        original: bytes,
        crypto: nodeCrypto,
        trust,
        at: new Date('2026-11-21'),
        mode: 'compat',
      } as const
      const { checks } = verifySealSignature(question)
      const outcomes = VALUES.map((name) => [name, checks.find((c) => c.name === name)?.outcome])
      expect(outcomes).toEqual(VALUES.map((name) => [name, 'pass']))
    }
  })
})
