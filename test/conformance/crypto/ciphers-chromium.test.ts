/** SM3 by WebAssembly, SM4 and enveloped keys in a real browser, under the policy that our pages carry: the results of OpenSSL. */
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nativeSm4 } from '../../../src/crypto/node.ts'
import { fromHex, toHex } from '../../../standards/bytes.ts'
import { skipWithoutChromium } from '../../e2e/support.ts'
import type { OpenedCiphersPage } from './ciphers-chromium.ts'
import { openCiphersPage } from './ciphers-chromium.ts'

const random = (length: number): string => randomBytes(length).toString('hex')

/** Made by gmsm (sm2-enveloped-key.test.ts). */
const RECIPIENT = '5cbd96822bb1491ec835ae9c09d4d3825e30bd9955e3c7031fbbe0e72d6fddf6'
const ENVELOPE =
  '3081ef300c06082a811ccf55016801050030780220760c5d4eb80f7ec4bb12026586e4badcd41c293b416618575894d9278214aa6c02203fea869801f94f1cf3839e9b666482703c86cef160af8a540daf9c6b9adff5b20420685f05616055daf4948e44d76c366b16745f7a487614c0542d16871baa34be8704104abfcab6cea65caf2c130b222ebe519903420004944a5887f6fad9808516755e81c62f41566dab0f56ca55ad7909880acc051ce157694b11557eba725291166508868e6988c596a30472bef32e03a3dcef6866270321003ec6b59fece00ca37336c12f6d529aa84be07597e315eda1b7b58b0bef2fead9'

describe.skipIf(skipWithoutChromium())('in Chromium', () => {
  let page: OpenedCiphersPage
  beforeAll(async () => {
    page = await openCiphersPage()
  })
  afterAll(() => page?.close())

  it('SM3 runs by WebAssembly', async () => expect(await page.call('engine')).toBe('wasm'))

  it('SM3 gives the digests of OpenSSL, by WebAssembly and plainly', async () => {
    const messages = [0, 1, 55, 56, 63, 64, 65, 1000, 8191, 8192, 8193, 20_000].map(random)
    const expected = messages.map((m) => Array(2).fill(createHash('sm3').update(m, 'hex').digest('hex')))
    expect(await page.call('digests', messages)).toEqual(expected)
  })

  it('HMAC-SM3 and SM4-GCM are those of OpenSSL', async () => {
    const [key, iv, data] = [random(16), random(12), random(777)]
    const hmac = createHmac('sm3', Buffer.from(key, 'hex')).update(data, 'hex').digest('hex')
    expect(await page.call('hmac', key, data)).toBe(hmac)
    const sealed = nativeSm4.gcm.encrypt({ key: fromHex(key), iv: fromHex(iv), data: fromHex(data) })
    expect(await page.call('gcm', key, iv, data)).toBe(toHex(sealed))
  })

  it('an enveloped key opens, on the kernel’s scalars', async () => {
    expect(await page.call('openedKey', RECIPIENT, ENVELOPE)).toBe(
      '4b431c5df04991ecfb26d86c7c747e011e95d23ed76e164e640e8424f895d345',
    )
  })
})
