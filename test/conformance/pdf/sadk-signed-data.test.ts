/** Messages of CFCA's SADK, made by others: GB/T 35275 with encapsulated and with detached content. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../../standards/bytes.ts'
import { OID } from '../../../standards/oid/index.ts'
import { parseSm2SignedData } from '../../../standards/gbt-35275-sm2-cms/index.ts'
import { signerCertificate, verifySignedData } from '../../../standards/rfc5652-cms/index.ts'
import type { CmsFinding } from '../../../standards/rfc5652-cms/index.ts'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { skipWithoutVectors, vectorsDir } from '../../support/outside.ts'

const CONTENT = utf8('Hello Secret World!')
const load = (name: string): Uint8Array => new Uint8Array(readFileSync(join(vectorsDir() ?? '', 'gmsm', name)))
const outcome = (findings: readonly CmsFinding[], rule: string): string | undefined =>
  findings.find((f) => f.rule === rule)?.outcome

const check = (bytes: Uint8Array, content?: Uint8Array): readonly CmsFinding[] =>
  verifySignedData({
    signedData: parseSm2SignedData(bytes),
    ...(content === undefined ? {} : { content: [content] }),
    crypto: portableCrypto,
    certificateOf: signerCertificate('compat'),
  })

describe.skipIf(skipWithoutVectors())('SignedData made by CFCA SADK', () => {
  it('verifies with its content inside', () => {
    const bytes = load('sadkSignedData.p7s')
    const parsed = parseSm2SignedData(bytes)
    expect(parsed).toMatchObject({ form: 'gm', contentType: OID.gmData, content: CONTENT })
    expect(parsed.signer).toMatchObject({ digestAlgorithm: OID.sm3, signatureAlgorithm: OID.sm2Sign })
    expect(outcome(check(bytes), 'signature')).toBe('pass')
    expect(outcome(check(bytes, CONTENT), 'signature')).toBe('pass')
  })

  it('verifies over the detached content', () => {
    expect(outcome(check(load('sadkSignedDataDetach.p7s'), CONTENT), 'signature')).toBe('pass')
  })

  it('refuses other detached content', () => {
    expect(outcome(check(load('sadkSignedDataDetach.p7s'), utf8('Hello Secret World?')), 'signature')).toBe('fail')
  })

  it('refuses a file that differs from the content inside', () => {
    expect(check(load('sadkSignedData.p7s'), utf8('other'))).toContainEqual(
      expect.objectContaining({ rule: 'content', outcome: 'fail', fault: 'CONTENT_MISMATCH' }),
    )
  })

  it('says that content is missing rather than that the signature is wrong', () => {
    expect(check(load('sadkSignedDataDetach.p7s'))).toContainEqual(
      expect.objectContaining({ rule: 'content', outcome: 'fail', fault: 'CONTENT_MISSING' }),
    )
  })

  it('never accepts a flipped bit of content, key or signature', () => {
    const good = load('sadkSignedData.p7s')
    const content = [59 + 2, 59 + 2 + 18]
    const key = [256, 319]
    const signature = [good.length - 60, good.length - 1]
    for (const [from, to] of [content, key, signature] as [number, number][])
      for (let i = from; i <= to; i += 7) {
        const bad = good.slice()
        bad[i] = (bad[i] as number) ^ 0x04
        let accepted = false
        try {
          accepted = outcome(check(bad), 'signature') === 'pass'
        } catch (error) {
          expect((error as Error).name).toMatch(/DerError/)
        }
        expect(accepted, `byte ${i}`).toBe(false)
      }
  })
})
