/** The kernel in a real browser, under the policy that our pages carry: the same verdicts as OpenSSL. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generatePkcs8 } from '../../../src/crypto/node.ts'
import { isSignedNatively } from '../../../src/crypto/native-crypto.ts'
import { syncSignerFromPkcs8 } from '../../../src/crypto/native-signer.ts'
import { toHex } from '../../../standards/bytes.ts'
import { skipWithoutChromium } from '../../e2e/support.ts'
import type { OpenedPage } from './sm2-chromium.ts'
import { openSm2Page } from './sm2-chromium.ts'

describe.skipIf(skipWithoutChromium())('the SM2 kernel in Chromium', () => {
  let page: OpenedPage
  beforeAll(async () => {
    page = await openSm2Page()
  })
  afterAll(() => page?.close())

  it('opens on the main thread under our policy, in its faster form', async () => {
    const { name, faults } = await page.engine()
    expect([name, faults, page.refusals]).toEqual(['fma', [], []])
  })

  it('gives the verdicts of OpenSSL, for keys new and known, on good signatures and changed ones', async () => {
    const changed = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((b, i) => (i === at ? b ^ 1 : b))
    const checks = Array.from({ length: 10 }, () => syncSignerFromPkcs8(generatePkcs8('SM2'))).flatMap((signer) =>
      Array.from({ length: 20 }, (_, i) => {
        const message = new Uint8Array(randomBytes(i))
        const good = signer.sign(message)
        const signature = i % 4 === 3 ? changed(good, 6 + (i % 30)) : good
        return { publicKey: signer.publicKey, message, signature }
      }),
    )
    const inHex = checks.map(({ publicKey, message, signature }) => ({
      publicKey: toHex(publicKey),
      message: toHex(message),
      signature: toHex(signature),
    }))
    const expected = checks.map(isSignedNatively)
    expect(await page.verdicts(inHex)).toEqual(expected)
    expect(new Set(expected).size).toBe(2)
  })
})
