/** SM4: both ports refuse the same things for the same reasons. */
import { describe, expect, it } from 'vitest'
import { nativeSm4 } from '../../../src/crypto/node.ts'
import { fromHex } from '../../../standards/bytes.ts'
import { portableSm4 } from '../../../standards/gbt-32907-sm4/index.ts'

const key = fromHex('0123456789abcdeffedcba9876543210')
const iv = fromHex('000102030405060708090a0b0c0d0e0f')
const data = new Uint8Array(40).fill(0x70)
const reason = (code: string) => expect.objectContaining({ reason: code })
const flip = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((b, i) => (i === at ? b ^ 1 : b))

describe.each(Object.entries({ portable: portableSm4, native: nativeSm4 }))('%s SM4', (_, { ecb, cbc, gcm }) => {
  it('refuses keys that are not 16 bytes', () => {
    for (const bad of [new Uint8Array(), key.subarray(1), new Uint8Array(17), new Uint8Array(32)])
      for (const act of [
        () => ecb.encrypt(bad, iv),
        () => ecb.decrypt(bad, iv),
        () => cbc.encrypt({ key: bad, iv, data }),
        () => cbc.decrypt({ key: bad, iv, data: iv }),
        () => gcm.encrypt({ key: bad, iv, data }),
        () => gcm.decrypt({ key: bad, iv, data }),
      ])
        expect(act).toThrow(reason('SM4_KEY_LENGTH'))
  })

  it('refuses ivs that do not fit the mode', () => {
    for (const bad of [new Uint8Array(), iv.subarray(1), new Uint8Array(17)]) {
      expect(() => cbc.encrypt({ key, iv: bad, data })).toThrow(reason('SM4_IV_LENGTH'))
      expect(() => cbc.decrypt({ key, iv: bad, data: iv })).toThrow(reason('SM4_IV_LENGTH'))
    }
    expect(() => gcm.encrypt({ key, iv: new Uint8Array(), data })).toThrow(reason('SM4_IV_LENGTH'))
    expect(() => gcm.decrypt({ key, iv: new Uint8Array(), data })).toThrow(reason('SM4_IV_LENGTH'))
  })

  it('ECB refuses parts of blocks, and takes none', () => {
    expect(() => ecb.encrypt(key, data)).toThrow(reason('SM4_LENGTH'))
    expect(() => ecb.decrypt(key, data)).toThrow(reason('SM4_LENGTH'))
    expect(ecb.encrypt(key, new Uint8Array())).toEqual(new Uint8Array())
  })

  it('CBC refuses lengths and paddings that no encryption makes, with one reason', () => {
    const whole = cbc.encrypt({ key, iv, data })
    for (let length = 0; length < whole.length; length++)
      expect(() => cbc.decrypt({ key, iv, data: whole.subarray(0, length) })).toThrow(reason('SM4_DECRYPTION_FAILED'))
    for (const last of [0, 17, 255])
      expect(() => cbc.decrypt({ key, iv, data: unpadded(data.subarray(0, 31), last) })).toThrow(
        reason('SM4_DECRYPTION_FAILED'),
      )
    const mixed = new Uint8Array(32).fill(3)
    mixed[29] = 2
    expect(() => cbc.decrypt({ key, iv, data: unpadded(mixed.subarray(0, 31), 3) })).toThrow(
      reason('SM4_DECRYPTION_FAILED'),
    )
  })

  /** CBC of bytes whose last one is chosen, without padding of its own. */
  const unpadded = (bytes: Uint8Array, last: number): Uint8Array => {
    const whole = cbc.encrypt({ key, iv, data: Uint8Array.of(...bytes, last) })
    return whole.subarray(0, whole.length - 16)
  }

  it('GCM refuses any flipped bit, another iv, other additional data, another key, and cuts', () => {
    const additional = Uint8Array.of(1, 2, 3)
    const whole = gcm.encrypt({ key, iv, data, additional })
    const open =
      (change: object): (() => Uint8Array) =>
      () =>
        gcm.decrypt({ key, iv, data: whole, additional, ...change })
    expect(open({})()).toEqual(data)
    const refused = [
      ...whole.keys().map((at) => ({ data: flip(whole, at) })),
      ...whole.keys().map((length) => ({ data: whole.subarray(0, length) })),
      { iv: flip(iv, 0) },
      { iv: iv.subarray(0, 12) },
      { additional: flip(additional, 1) },
      { additional: new Uint8Array() },
      { key: flip(key, 15) },
    ]
    for (const change of refused) expect(open(change)).toThrow(reason('SM4_DECRYPTION_FAILED'))
  })

  it('leaves its input as it was', () => {
    const before = data.slice()
    cbc.encrypt({ key, iv, data })
    gcm.encrypt({ key, iv, data })
    expect(data).toEqual(before)
  })
})
