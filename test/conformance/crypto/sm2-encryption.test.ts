/** SM2 encryption on the values of others: GB/T 32918.5 annex C, OpenSSL's test data, and OpenSSL's program both ways. */
import { randomBytes } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { generatePkcs8, nodeCrypto, signerFromPkcs8 } from '../../../src/crypto/node.ts'
import { fromHex, fromPem, toHex, toPem, utf8 } from '../../../standards/bytes.ts'
import { decryptSm2, encryptSm2, parseRawSm2Ciphertext } from '../../../standards/gbt-32918-sm2/index.ts'
import { encodeSm2Cipher, parseSm2Cipher } from '../../../standards/gbt-35276-sm2-usage/index.ts'
import { skipWithoutProgram, skipWithoutVectors, vectorsDir } from '../../support/outside.ts'
import { readEvpFile } from './evp-file.ts'

const d = fromHex('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8')
const point = fromHex(
  '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
)
const k = '59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21'
const c1 =
  '0404ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0'
const c3 = '59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766'
const c2 = '21886ca989ca9c7d58087307ca93092d651efa'
const der =
  '307c022004ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73022100e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0042059983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766041321886ca989ca9c7d58087307ca93092d651efa'
const message = utf8('encryption standard')
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))
const ports = Object.entries({ portable: portableCrypto, native: nodeCrypto })

describe.each(ports)('GB/T 32918.5 annex C, digests %s', (_, digests) => {
  it('encrypts with the nonce of the example to its ciphertext', () => {
    const made = encryptSm2({ digests, publicKey: point, message, random: () => fromHex(k) })
    expect([toHex(made.c1), toHex(made.c3), toHex(made.c2)]).toEqual([c1, c3, c2])
    expect(toHex(encodeSm2Cipher(made))).toBe(der)
  })

  it('decrypts the example in DER and in both raw orders', () => {
    const forms = [
      parseSm2Cipher(fromHex(der)),
      parseRawSm2Ciphertext(fromHex(c1 + c3 + c2)),
      parseRawSm2Ciphertext(fromHex(c1 + c2 + c3), { order: 'C1C2C3' }),
      parseRawSm2Ciphertext(fromHex((c1 + c3 + c2).slice(2)), { prefixed: false }),
    ]
    for (const ciphertext of forms) expect(decryptSm2({ digests, privateKey: d, ciphertext })).toEqual(message)
  })
})

describe.skipIf(skipWithoutVectors())('tongsuo/evppkey_sm2.txt', () => {
  const file = join(vectorsDir() ?? '', 'tongsuo', 'evppkey_sm2.txt')
  const key = skipWithoutVectors() ? new Uint8Array() : scalarOf(fromPem(readFileSync(file, 'utf8'), 'PRIVATE KEY')[0])
  const entries = skipWithoutVectors()
    ? []
    : readEvpFile(file)
        .map((s) => ({ s, at: s.kind === 'Decrypt' ? s.value : s.get('Decrypt') }))
        .filter(({ s, at }) => at === 'SM2_key1' && s.get('Result') === undefined)

  it('decrypts every entry', () => {
    const found = entries.map(({ s }) => {
      const ciphertext = parseSm2Cipher(fromHex(s.get('Input') ?? ''))
      return `"${Buffer.from(decryptSm2({ digests: nodeCrypto, privateKey: key, ciphertext })).toString()}"`
    })
    expect(found).toEqual(entries.map(({ s }) => s.get('Output')))
    expect(found.length).toBe(4)
  })
})

/** The 32 bytes of d in a PKCS#8 key of 138 bytes. */
function scalarOf(pkcs8: Uint8Array | undefined): Uint8Array {
  return (pkcs8 as Uint8Array).slice(36, 68)
}

describe.skipIf(skipWithoutProgram('openssl'))('openssl pkeyutl', () => {
  let folder = ''
  const at = (name: string): string => join(folder, name)
  const openssl = (...args: readonly string[]): number => spawnSync('openssl', args, { stdio: 'ignore' }).status ?? -1
  const pkcs8 = generatePkcs8('SM2')
  const { publicKey } = signerFromPkcs8(pkcs8)
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'xinyin-sm2-'))
    writeFileSync(at('private.pem'), toPem(pkcs8, 'PRIVATE KEY'))
    writeFileSync(at('public.pem'), toPem(publicKey, 'PUBLIC KEY'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each([1, 16, 32, 33, 1000])('decrypts what we encrypt, %i bytes', (length) => {
    const text = random(length)
    writeFileSync(at('cipher'), encodeSm2Cipher(encryptSm2({ digests: nodeCrypto, publicKey, message: text, random })))
    expect(openssl('pkeyutl', '-decrypt', '-inkey', at('private.pem'), '-in', at('cipher'), '-out', at('plain'))).toBe(
      0,
    )
    expect(new Uint8Array(readFileSync(at('plain')))).toEqual(text)
  })

  it.each([1, 16, 32, 33, 1000])('encrypts what we decrypt, %i bytes', (length) => {
    const text = random(length)
    writeFileSync(at('plain'), text)
    expect(
      openssl('pkeyutl', '-encrypt', '-pubin', '-inkey', at('public.pem'), '-in', at('plain'), '-out', at('cipher')),
    ).toBe(0)
    const ciphertext = parseSm2Cipher(new Uint8Array(readFileSync(at('cipher'))))
    expect(decryptSm2({ digests: nodeCrypto, privateKey: scalarOf(pkcs8), ciphertext })).toEqual(text)
  })
})
