/** SM4 on the values of others: GB/T 32907 annex A, OpenSSL's test data, all of Wycheproof's GCM and CCM; then the two ports against each other. */
import { createDecipheriv, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nativeSm4 } from '../../../src/crypto/node.ts'
import { concat, fromHex, toHex } from '../../../standards/bytes.ts'
import type { Sm4Modes } from '../../../standards/gbt-32907-sm4/index.ts'
import { portableSm4 } from '../../../standards/gbt-32907-sm4/index.ts'
import { expandSm4Key, sm4Block, viewOf } from '../../../standards/gbt-32907-sm4/sm4.ts'
import { skipWithoutVectors, vectorsDir } from '../../support/outside.ts'
import { readEvpFile } from './evp-file.ts'
import type { WycheproofCase } from './wycheproof-file.ts'
import { expectResults, readWycheproof } from './wycheproof-file.ts'

const ports: readonly (readonly [string, Sm4Modes])[] = [
  ['portable', portableSm4],
  ['native', nativeSm4],
]
const key = fromHex('0123456789abcdeffedcba9876543210')
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))

describe('GB/T 32907 annex A', () => {
  it.each(ports)('holds for one block, %s', (_, { ecb }) => {
    expect(toHex(ecb.encrypt(key, key))).toBe('681edf34d206965e86b3e94f536e4246')
    expect(ecb.decrypt(key, ecb.encrypt(key, key))).toEqual(key)
  })

  it('holds for 1,000,000 encryptions of one block', () => {
    const block = key.slice()
    const [view, roundKeys] = [viewOf(block), expandSm4Key(key)]
    for (let i = 0; i < 1_000_000; i++) sm4Block(roundKeys, view, view, 0)
    expect(toHex(block)).toBe('595298c7c6fd271f0402f804c33d3f66')
  })

  it.each(ports)('CBC with padding, %s', (_, { cbc }) => {
    const data = cbc.encrypt({ key, iv: key, data: key })
    expect(toHex(data)).toBe('2677f46b09c122cc975533105bd4a22a3b880e6867772522ae55d2f0ae7478ae')
    expect(cbc.decrypt({ key, iv: key, data })).toEqual(key)
  })
})

describe.skipIf(skipWithoutVectors()).each(ports)('tongsuo/evpciph_sm4.txt, %s', (_, { ecb, cbc, gcm }) => {
  const stanzas = skipWithoutVectors() ? [] : readEvpFile(join(vectorsDir() ?? '', 'tongsuo', 'evpciph_sm4.txt'))
  const of = (name: string) =>
    stanzas
      .filter((s) => s.kind === 'Cipher' && s.value === `SM4-${name}`)
      .map((s) => (field: string) => fromHex(s.get(field) ?? ''))

  it('ECB', () => {
    const found = of('ECB')
    for (const f of found) expect(ecb.encrypt(f('Key'), f('Plaintext'))).toEqual(f('Ciphertext'))
    expect(found.length).toBe(1)
  })

  it('CBC, whose last block of padding the file leaves out', () => {
    const found = of('CBC')
    for (const f of found) {
      const made = cbc.encrypt({ key: f('Key'), iv: f('IV'), data: f('Plaintext') })
      expect(made.subarray(0, made.length - 16)).toEqual(f('Ciphertext'))
      expect(cbc.decrypt({ key: f('Key'), iv: f('IV'), data: made })).toEqual(f('Plaintext'))
    }
    expect(found.length).toBe(3)
  })

  it('GCM', () => {
    const found = of('GCM')
    for (const f of found) {
      const input = { key: f('Key'), iv: f('IV'), additional: f('AAD') }
      const data = concat(f('Ciphertext'), f('Tag'))
      expect(gcm.encrypt({ ...input, data: f('Plaintext') })).toEqual(data)
      expect(gcm.decrypt({ ...input, data })).toEqual(f('Plaintext'))
    }
    expect(found.length).toBe(1)
  })
})

const hex = (test: WycheproofCase, field: string): Uint8Array => fromHex(String(test[field]))
const orUndefined = (act: () => Uint8Array): string | undefined => {
  try {
    return toHex(act())
  } catch {
    return undefined
  }
}

describe.skipIf(skipWithoutVectors())('Wycheproof', () => {
  /** OpenSSL takes ivs of up to 128 bytes; case 90 has 257. */
  const refusedByOpenssl = (name: string): readonly number[] => (name === 'native' ? [90] : [])

  it.each(ports)('sm4_gcm_test.json, %s', (name, { gcm }) => {
    const file = readWycheproof('sm4_gcm_test.json')
    expectResults(`Wycheproof sm4_gcm, ${name}`, { file, exceptions: refusedByOpenssl(name) }, (test) => {
      const input = { key: hex(test, 'key'), iv: hex(test, 'iv'), additional: hex(test, 'aad') }
      const data = concat(hex(test, 'ct'), hex(test, 'tag'))
      const opened = orUndefined(() => gcm.decrypt({ ...input, data }))
      const made = orUndefined(() => gcm.encrypt({ ...input, data: hex(test, 'msg') }))
      expect(opened === undefined || opened === test['msg']).toBe(true)
      return opened !== undefined && made === toHex(data)
    })
  })

  it('sm4_ccm_test.json, the CCM of this OpenSSL (no code of ours uses it)', () => {
    expectResults('Wycheproof sm4_ccm, OpenSSL', { file: readWycheproof('sm4_ccm_test.json') }, (test) => {
      const tag = hex(test, 'tag')
      // OpenSSL takes tags of 4 bytes, which RFC 3610 allows and the file marks as insecure.
      if (test.flags.includes('InsecureTagSize')) return false
      const opened = orUndefined(() => {
        const options = { authTagLength: tag.length }
        const decipher = createDecipheriv('sm4-ccm' as 'aes-128-ccm', hex(test, 'key'), hex(test, 'iv'), options)
        decipher.setAuthTag(tag).setAAD(hex(test, 'aad'), { plaintextLength: hex(test, 'ct').length })
        const plain = decipher.update(hex(test, 'ct'))
        decipher.final()
        return plain
      })
      return opened === test['msg']
    })
  })
})

describe('the portable and the native port', () => {
  const lengths = [0, 1, 15, 16, 17, 31, 32, 33, 64, 255, 1000]

  it.each(lengths)('make the same ciphertexts of %i bytes and open each other’s', (length) => {
    for (let i = 0; i < 20; i++) {
      const input = { key: random(16), iv: random(16), data: random(length), additional: random((7 * i) % 50) }
      for (const mode of ['cbc', 'gcm'] as const) {
        const [one, two] = [portableSm4[mode].encrypt(input), nativeSm4[mode].encrypt(input)]
        expect(toHex(one)).toBe(toHex(two))
        expect(portableSm4[mode].decrypt({ ...input, data: two })).toEqual(input.data)
        expect(nativeSm4[mode].decrypt({ ...input, data: one })).toEqual(input.data)
      }
      const blocks = random(16 * (length % 9))
      expect(portableSm4.ecb.encrypt(input.key, blocks)).toEqual(nativeSm4.ecb.encrypt(input.key, blocks))
      expect(portableSm4.ecb.decrypt(input.key, blocks)).toEqual(nativeSm4.ecb.decrypt(input.key, blocks))
    }
  })
})
