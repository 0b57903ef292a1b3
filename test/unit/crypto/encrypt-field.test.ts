import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { makeFieldCipher } from '../../../src/crypto/node.ts'
import { systemRandom } from '../../../src/kernel/index.ts'
import { fromHex, toHex } from '../../../standards/bytes.ts'

const old = { id: 'k1', key: systemRandom.bytes(32) }
const current = { id: 'k2', key: systemRandom.bytes(32) }
const options = { keys: [old, current], encryptWith: 'k2', indexWith: 'k1', random: systemRandom }
const cipher = makeFieldCipher(options)
const COLUMN = 'natural_person.citizen_id'
const code = (value: string): unknown => expect.objectContaining({ code: value })

describe('makeFieldCipher', () => {
  it('opens what it sealed, and seals the same text differently each time', () => {
    for (const text of ['', '张三', 'x'.repeat(5000)]) {
      const [one, two] = [cipher.encrypt(COLUMN, text), cipher.encrypt(COLUMN, text)]
      expect([cipher.decrypt(COLUMN, one), cipher.decrypt(COLUMN, two)]).toEqual([text, text])
      expect(toHex(one)).not.toBe(toHex(two))
    }
  })

  it('opens fields of an earlier key after the change to a new one', () => {
    const before = makeFieldCipher({ ...options, keys: [old], encryptWith: 'k1' }).encrypt(COLUMN, '张三')
    expect(cipher.decrypt(COLUMN, before)).toBe('张三')
  })

  it('keeps the index while the key for new fields changes', () => {
    const before = makeFieldCipher({ ...options, keys: [old], encryptWith: 'k1' })
    expect(toHex(before.blindIndex(COLUMN, '张三'))).toBe(toHex(cipher.blindIndex(COLUMN, '张三')))
  })

  it('refuses a field moved to another column', () => {
    expect(() => cipher.decrypt('natural_person.name', cipher.encrypt(COLUMN, '张三'))).toThrow(code('KEY_UNUSABLE'))
  })

  it('refuses a field of which any byte is changed, cut off or added', () => {
    const field = cipher.encrypt(COLUMN, '张三')
    for (let i = 0; i < field.length; i++) {
      const changed = Uint8Array.from(field, (b, j) => (j === i ? b ^ 1 : b))
      expect(() => cipher.decrypt(COLUMN, changed)).toThrow(expect.objectContaining({ name: 'TrustError' }))
      expect(() => cipher.decrypt(COLUMN, field.subarray(0, i))).toThrow(
        expect.objectContaining({ name: 'TrustError' }),
      )
    }
    expect(() => cipher.decrypt(COLUMN, Uint8Array.from([...field, 0]))).toThrow(code('KEY_UNUSABLE'))
  })

  it('refuses a field of a key that is not there, and one of the same id with another key', () => {
    const field = cipher.encrypt(COLUMN, '张三')
    const without = makeFieldCipher({ ...options, keys: [old], encryptWith: 'k1' })
    expect(() => without.decrypt(COLUMN, field)).toThrow(code('KEY_NOT_FOUND'))
    const other = makeFieldCipher({ ...options, keys: [old, { id: 'k2', key: systemRandom.bytes(32) }] })
    expect(() => other.decrypt(COLUMN, field)).toThrow(code('KEY_UNUSABLE'))
  })

  it('refuses short keys, odd ids, ids that name no key, and columns without a table', () => {
    expect(() => makeFieldCipher({ ...options, keys: [{ id: 'k1', key: new Uint8Array(16) }] })).toThrow(
      code('CONFIG_INVALID'),
    )
    expect(() => makeFieldCipher({ ...options, keys: [{ ...old, id: 'K 1' }] })).toThrow(code('CONFIG_INVALID'))
    expect(() => makeFieldCipher({ ...options, encryptWith: 'k3' })).toThrow(code('KEY_NOT_FOUND'))
    expect(() => makeFieldCipher({ ...options, indexWith: 'k3' })).toThrow(code('KEY_NOT_FOUND'))
    expect(() => cipher.encrypt('citizen_id', 'x')).toThrow(RangeError)
  })

  it('gives an index that differs by value, column, digest and key, and is no plain digest', () => {
    const sm3 = makeFieldCipher({ ...options, indexDigest: 'sm3' })
    const values = [
      cipher.blindIndex(COLUMN, 'a'),
      cipher.blindIndex(COLUMN, 'b'),
      cipher.blindIndex('a.b', 'a'),
      sm3.blindIndex(COLUMN, 'a'),
      makeFieldCipher({ ...options, indexWith: 'k2' }).blindIndex(COLUMN, 'a'),
      new Uint8Array(createHmac('sha256', old.key).update(`${COLUMN}\0a`).digest()),
    ]
    expect(values.every((v) => v.length === 32)).toBe(true)
    expect(new Set(values.map(toHex)).size).toBe(values.length)
  })
})

describe('HMAC-SM3 of this runtime', () => {
  it('gives the published value', () => {
    const key = fromHex('0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20')
    const message = 'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'.repeat(2)
    expect(createHmac('sm3', key).update(message).digest('hex')).toBe(
      'ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a',
    )
  })
})
