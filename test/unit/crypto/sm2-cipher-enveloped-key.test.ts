/** SM2EnvelopedKey, SM2PublicKey, SM2PrivateKey: made, opened, refused. */
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { portableCrypto as digests } from '../../../src/crypto/index.ts'
import { concat, fromHex, toHex } from '../../../standards/bytes.ts'
import { decode, encode } from '../../../standards/der/index.ts'
import { DerError } from '../../../standards/errors.ts'
import { sm4Ecb } from '../../../standards/gbt-32907-sm4/index.ts'
import { encryptSm2, referenceScalars, SM2_CURVE } from '../../../standards/gbt-32918-sm2/index.ts'
import {
  encodeSm2PrivateKey,
  encodeSm2PublicKeyBits,
  openEnvelopedKey,
  parseSm2PrivateKey,
  parseSm2PublicKeyBits,
  sealEnvelopedKey,
  SM2EnvelopedKey,
} from '../../../standards/gbt-35276-sm2-usage/index.ts'

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))
const scalar = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, '0'))
const mine = fromHex('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8')
const recipient = referenceScalars.multiplyBase(mine)
const delivered = fromHex('785129917d45a9ea5437a59356b82338eaadda6ceb199088f14ae10defa229b5')
const deliveredPublic = referenceScalars.multiplyBase(delivered)
const sealed = sealEnvelopedKey({ digests, recipient, privateKey: delivered, random })
const open = (envelopedKey: Uint8Array, mode: 'strict' | 'compat' = 'strict') =>
  openEnvelopedKey({ digests, privateKey: mine, envelopedKey, mode })

/** The same envelope with other contents under the same or another key. */
const made = (
  content: Uint8Array,
  change: Partial<{ algorithm: string; publicKey: Uint8Array; key: Uint8Array }> = {},
) => {
  const key = change.key ?? random(16)
  return encode(SM2EnvelopedKey, {
    symAlgID: change.algorithm ?? '1.2.156.10197.1.104.1',
    symEncryptedKey: encryptSm2({ digests, publicKey: recipient, message: key, random }),
    sm2PublicKey: change.publicKey ?? deliveredPublic,
    sm2EncryptedPrivateKey: key.length === 16 ? sm4Ecb.encrypt(key, content) : content,
  })
}

describe('SM2EnvelopedKey', () => {
  it('delivers the key to its recipient', () => {
    expect(open(sealed)).toEqual({ privateKey: delivered, publicKey: deliveredPublic, leniencies: [] })
  })

  it('does not hold the key in the clear, and is new each time', () => {
    expect(toHex(sealed)).not.toContain(toHex(delivered))
    expect(toHex(sealEnvelopedKey({ digests, recipient, privateKey: delivered, random }))).not.toBe(toHex(sealed))
  })

  it('reads SM4 without a mode, as older producers write it', () => {
    expect(open(made(delivered, { algorithm: '1.2.156.10197.1.104' })).privateKey).toEqual(delivered)
  })

  it.each([
    ['ENVELOPED_KEY_PADDED', made(concat(delivered, new Uint8Array(16).fill(16)))],
    ['ENVELOPED_KEY_WIDE', made(concat(new Uint8Array(32), delivered))],
    ['ENVELOPED_KEY_BARE_OID', bareOid(made(delivered))],
  ])('admits %s in compatible mode only, and says so', (code, bytes) => {
    expect(() => open(bytes)).toThrow()
    const { privateKey, leniencies } = open(bytes, 'compat')
    expect([privateKey, leniencies.map((l) => l.code)]).toEqual([delivered, [code]])
  })

  it('refuses another recipient', () => {
    expect(() => openEnvelopedKey({ digests, privateKey: scalar(5n), envelopedKey: sealed })).toThrow(
      expect.objectContaining({ reason: 'SM2_DECRYPTION_FAILED' }),
    )
  })

  it('refuses a private half that does not belong to the public one, or is no key', () => {
    const refused = [
      made(delivered, { publicKey: recipient }),
      made(scalar(0n)),
      made(scalar(SM2_CURVE.n - 1n)),
      made(concat(delivered, new Uint8Array(16).fill(15))),
      made(concat(new Uint8Array(32).fill(1), delivered)),
      made(delivered.subarray(0, 16)),
      made(new Uint8Array()),
    ]
    for (const bytes of refused)
      for (const mode of ['strict', 'compat'] as const)
        expect(() => open(bytes, mode)).toThrow(expect.objectContaining({ reason: 'ENVELOPED_KEY_MISMATCH' }))
  })

  it('refuses other ciphers, keys of other lengths and broken blocks', () => {
    expect(() => open(made(delivered, { algorithm: '1.2.156.10197.1.104.2' }))).toThrow(
      expect.objectContaining({ reason: 'ENVELOPED_KEY_CIPHER' }),
    )
    expect(() => open(made(delivered, { key: random(17) }))).toThrow(
      expect.objectContaining({ reason: 'SM4_KEY_LENGTH' }),
    )
    const { symEncryptedKey, sm2PublicKey, symAlgID } = decode(SM2EnvelopedKey, sealed)
    const broken = encode(SM2EnvelopedKey, {
      symAlgID,
      symEncryptedKey,
      sm2PublicKey,
      sm2EncryptedPrivateKey: random(33),
    })
    expect(() => open(broken)).toThrow(expect.objectContaining({ reason: 'SM4_LENGTH' }))
  })

  it('refuses to seal what is no key, or to what is no key', () => {
    expect(() => sealEnvelopedKey({ digests, recipient, privateKey: scalar(0n), random })).toThrow(
      expect.objectContaining({ reason: 'SM2_KEY_RANGE' }),
    )
    expect(() =>
      sealEnvelopedKey({
        digests,
        recipient: recipient.map((b, i) => (i === 9 ? b ^ 1 : b)),
        privateKey: delivered,
        random,
      }),
    ).toThrow(DerError)
  })

  it('refuses every truncation and every flipped byte', () => {
    for (let i = 0; i < sealed.length; i++) {
      expect(() => open(sealed.subarray(0, i), 'compat')).toThrow()
      if (i % 5 === 0) expect(() => open(sealed.map((b, j) => (j === i ? b ^ 0x41 : b)))).toThrow()
    }
  })
})

/** SEQUENCE { OID, NULL } replaced by the OID alone, the outer length shortened by these 4 bytes. */
function bareOid(envelope: Uint8Array): Uint8Array {
  const at = 3
  expect(toHex(envelope.subarray(0, 2))).toBe('3081')
  const oid = envelope.subarray(at + 2, at + 2 + 10)
  const rest = concat(oid, envelope.subarray(at + 2 + 12))
  return concat(Uint8Array.of(0x30, 0x81, rest.length), rest)
}

describe('SM2PublicKey and SM2PrivateKey', () => {
  it('are a BIT STRING and an INTEGER', () => {
    expect(toHex(encodeSm2PublicKeyBits(recipient))).toBe(`034200${toHex(recipient)}`)
    expect(toHex(encodeSm2PrivateKey(mine))).toBe(`0220${toHex(mine)}`)
    expect(parseSm2PublicKeyBits(encodeSm2PublicKeyBits(recipient))).toEqual(recipient)
    for (const d of [1n, 0x80n, 1n << 255n, SM2_CURVE.n - 2n].map(scalar))
      expect(parseSm2PrivateKey(encodeSm2PrivateKey(d))).toEqual(d)
    expect(toHex(encodeSm2PrivateKey(scalar(0x80n)))).toBe('02020080')
  })

  it.each([
    '020100',
    '0200',
    '02020001',
    '0220ff' + 'ff'.repeat(31),
    `022100${(SM2_CURVE.n - 1n).toString(16)}`,
    `022100${SM2_CURVE.n.toString(16)}`,
    `022101${'00'.repeat(32)}`,
    '02010102',
    '040101',
  ])('refuses %s as a private key', (hex) => {
    expect(() => parseSm2PrivateKey(fromHex(hex))).toThrow(DerError)
  })

  it('refuses public keys off the curve, compressed, at infinity, with unused bits', () => {
    const hex = toHex(recipient)
    for (const bad of [`03420004${hex.slice(4)}01`, `03420003${hex.slice(2, 66)}`, '03020000', `034201${hex}`])
      expect(() => parseSm2PublicKeyBits(fromHex(bad))).toThrow(DerError)
  })
})
