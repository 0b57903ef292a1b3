import { checkPrimeSync, createECDH, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { TrustError } from '../../../src/errors.ts'
import { keyDigestOf, readRequest } from '../../../src/pki/enrolment/read-request.ts'
import { requireTypedName, requireUnit } from '../../../src/pki/enrolment/typed-name.ts'
import { pointWeakness } from '../../../src/pki/enrolment/weak-point.ts'
import { hasRocaStructure, rsaWeakness } from '../../../src/pki/enrolment/weak-rsa.ts'
import { parseEnrolmentPolicy } from '../../../src/pki/enrolment/policy.ts'
import policy from '../../../src/pki/enrolment/policy.json' with { type: 'json' }
import { fixedKeyRing } from '../../../src/crypto/node.ts'
import { makeEscrowVault } from '../../../src/pki/escrow/node.ts'
import { concat, fromHex } from '../../../standards/bytes.ts'
import { encode, integer, sequence } from '../../../standards/der/index.ts'
import { OID } from '../../../standards/oid/index.ts'
import { SubjectPublicKeyInfo } from '../../../standards/rfc5280-x509/index.ts'
import { readSingle } from '../../../standards/der/index.ts'
import { newRequest } from './enrolment-world.ts'
import { random } from './pki-world.ts'

const RSAPublicKey = sequence({ modulus: integer(), publicExponent: integer() })
const NULL = readSingle(Uint8Array.of(5, 0), { path: '' })
const rsa = (modulus: bigint, publicExponent = 65_537n): Uint8Array =>
  encode(SubjectPublicKeyInfo, {
    algorithm: { algorithm: OID.rsaEncryption, parameters: NULL },
    subjectPublicKey: encode(RSAPublicKey, { modulus, publicExponent }),
  })
/** An RSA modulus of OpenSSL, as a number. */
const modulusOf = (modulusLength: number): bigint => {
  const { n = '' } = generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' })
  return BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`)
}
const isPrime = (n: bigint): boolean => checkPrimeSync(n)
const nextPrime = (from: bigint): bigint => {
  let n = from | 1n
  while (!isPrime(n)) n += 2n
  return n
}
const codeOf = (work: () => unknown): string | undefined => {
  try {
    work()
    return undefined
  } catch (error) {
    return error instanceof TrustError ? error.code : String(error)
  }
}

describe('RSA keys', () => {
  it('passes a good one, and refuses small moduli and bad exponents', () => {
    const n = modulusOf(3072)
    expect(rsaWeakness(rsa(n))).toBeUndefined()
    expect(rsaWeakness(rsa(modulusOf(2048)))).toBe('RSA_SIZE')
    expect(rsaWeakness(rsa(1n << 9000n))).toBe('RSA_SIZE')
    expect(rsaWeakness(rsa(-n))).toBe('RSA_SIZE')
    for (const e of [1n, 3n, 17n, 65_535n, 65_538n, -65_537n, 1n << 300n])
      expect([e, rsaWeakness(rsa(n, e))]).toEqual([e, 'RSA_EXPONENT'])
  })

  it('refuses a modulus with a small factor', () => {
    expect(rsaWeakness(rsa((modulusOf(3072) / 1009n) * 1009n))).toBe('RSA_SMALL_FACTOR')
  })

  it('refuses factors that stand close together', () => {
    const p = nextPrime((1n << 1535n) + (1n << 1534n) + 12_345n)
    expect(rsaWeakness(rsa(p * nextPrime(p + 2n)))).toBe('RSA_CLOSE_FACTORS')
    expect(rsaWeakness(rsa(p * p))).toBe('RSA_CLOSE_FACTORS')
  }, 60_000)

  it('knows the structure of ROCA keys by their definition', () => {
    // p = k·M + (65537^a mod M), Nemec et al. 2017 §2.1; primes are not needed to see it.
    let M = 1n
    for (let i = 2n, count = 0; count < 126; i++) {
      if (!isPrime(i)) continue
      M *= i
      count++
    }
    const made = (k: bigint, a: bigint): bigint => {
      let r = 1n
      for (let i = 0n; i < a; i++) r = (r * 65_537n) % M
      return k * M + r
    }
    const n = made((1n << 500n) + 11n, 1234n) * made((1n << 501n) + 7n, 4321n)
    expect(hasRocaStructure(n)).toBe(true)
    expect(rsaWeakness(rsa(n))).toBe(n.toString(2).length < 3072 ? 'RSA_SIZE' : 'RSA_ROCA')
    for (let i = 0; i < 3; i++) expect(hasRocaStructure(modulusOf(3072))).toBe(false)
  })
})

describe('points', () => {
  const CURVES = [
    ['SM2', 'SM2', OID.sm2Curve],
    ['P-256', 'prime256v1', OID.p256],
  ] as const
  const spki = (curve: string, point: Uint8Array): Uint8Array => {
    const oids: Readonly<Record<string, string>> = { SM2: '06082a811ccf5501822d', prime256v1: '06082a8648ce3d030107' }
    return encode(SubjectPublicKeyInfo, {
      algorithm: { algorithm: OID.ecPublicKey, parameters: readSingle(fromHex(oids[curve] ?? ''), { path: '' }) },
      subjectPublicKey: point,
    })
  }
  const pointOf = (curve: string, d: Uint8Array): Uint8Array => {
    const ecdh = createECDH(curve)
    ecdh.setPrivateKey(d)
    return new Uint8Array(ecdh.getPublicKey())
  }

  it.each(CURVES)('whose private half is at hand are refused, others pass (%s)', (kind, curve) => {
    for (const d of [1, 2, 3, 77, 128]) {
      const point = pointOf(curve, concat(new Uint8Array(31), Uint8Array.of(d)))
      expect([d, pointWeakness(kind, spki(curve, point))]).toEqual([d, 'TRIVIAL_POINT'])
    }
    for (let i = 0; i < 20; i++)
      expect(pointWeakness(kind, spki(curve, pointOf(curve, random.bytes(32).fill(1, 0, 1))))).toBeUndefined()
  })

  it.each(CURVES)('off the curve are refused (%s)', (kind, curve) => {
    const point = pointOf(curve, new Uint8Array(32).fill(9))
    point[64] = (point[64] as number) ^ 1
    expect(pointWeakness(kind, spki(curve, point))).toBe('OFF_CURVE')
  })

  it('of one key have one digest, however the key is written', async () => {
    const { publicKey } = await newRequest()
    const tongsuo = publicKey.slice()
    // Tongsuo writes the curve's identifier as the algorithm too: another encoding of the same key.
    const point = publicKey.subarray(publicKey.length - 65)
    const other = concat(fromHex('305a301406082a811ccf5501822d06082a811ccf5501822d034200'), point)
    expect(keyDigestOf(nodeCrypto, other)).toEqual(keyDigestOf(nodeCrypto, tongsuo))
  })
})

describe('reading a request', () => {
  const read =
    (csr: Uint8Array, keys: readonly ('SM2' | 'P-256' | 'RSA')[] = ['SM2']) =>
    () =>
      readRequest(nodeCrypto, csr, { keys })

  it('refuses what is no request, a kind of key that the profile does not take, and an unproven key', async () => {
    const { csr } = await newRequest()
    expect(codeOf(read(csr))).toBeUndefined()
    expect(codeOf(read(csr, ['P-256']))).toBe('CERTIFICATE_KEY_REFUSED')
    expect(codeOf(read(csr.subarray(1)))).toBe('CERTIFICATE_REQUEST_REFUSED')
    const forged = csr.slice()
    forged[csr.length - 1] = (forged[csr.length - 1] as number) ^ 1
    expect(codeOf(read(forged))).toBe('CERTIFICATE_POSSESSION_UNPROVEN')
  })

  it('refuses a request whose key is d = 1, before it looks at the signature', async () => {
    const { csr } = await newRequest()
    const g =
      '0432c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0'
    const at = Buffer.from(csr).indexOf(fromHex('034200')) + 3
    const trivial = csr.slice()
    trivial.set(fromHex(g), at)
    expect(codeOf(read(trivial))).toBe('CERTIFICATE_KEY_REFUSED')
  })
})

describe('names that people typed', () => {
  it.each([
    '云湖\u202e示范',
    '云\u200b湖',
    'a\u0000b',
    'раypal',
    '云湖\ufeff',
    '\u3164',
    'a\u0301\u0301\u0301',
    'x\u2028y',
  ])('are refused when they are not what they look like: %j', (name) =>
    expect(codeOf(() => requireTypedName(name, 'request'))).toBe('CERTIFICATE_NAME_REFUSED'),
  )
  it.each(['云湖示范食品有限公司', 'Yunhu Foods Co., Ltd.', '买买提·艾力', 'Müller'])('pass: %s', (name) =>
    expect(codeOf(() => requireTypedName(name, 'request'))).toBeUndefined(),
  )
  it('units are made comparable, and reserved words are ours in every disguise', () => {
    const reserved = ['CA', '信印', 'ROOT']
    expect(requireUnit(' 财务部 (一) ', reserved)).toBe('财务部 （一）')
    expect(requireUnit('CADILLAC', reserved)).toBe('CADILLAC')
    for (const unit of ['CA', 'ca', 'ＣＡ', '信印', '云湖信印部', 'Root CA', '', ' ', 'a<b', '甲'.repeat(65), 'А部'])
      expect([unit, codeOf(() => requireUnit(unit, reserved))]).toEqual([unit, 'CERTIFICATE_NAME_REFUSED'])
  })
})

describe('the policy', () => {
  it('is refused at start-up when it would certify people whom nobody knows, or make no sense', () => {
    expect(codeOf(() => parseEnrolmentPolicy(policy))).toBeUndefined()
    const person = { ...policy.holders.person, automatic: { proofing: 'L2', strength: 'urn:xinyin:acr:2' } }
    const faults = [
      null,
      {},
      { ...policy, applicationDays: 0 },
      { ...policy, overlapDays: 61 },
      { ...policy, reservedUnits: [1] },
      { ...policy, holders: { ...policy.holders, person } },
      { ...policy, holders: { ...policy.holders, office: undefined } },
      { ...policy, holders: { ...policy.holders, entity: { ...policy.holders.entity, certificates: 1.5 } } },
    ]
    for (const fault of faults) expect(codeOf(() => parseEnrolmentPolicy(fault))).toBe('CONFIG_INVALID')
  })
})

describe('the vault', () => {
  const name = { issuerId: 'person-ca-sm2', serialHex: '0a' }
  const key = random.bytes(32)
  const ring = (id: string) => fixedKeyRing([{ id, key: Uint8Array.from({ length: 32 }, (_, i) => i) }], id)
  const vault = makeEscrowVault({ ring: ring('m1'), random })

  it('opens what it sealed, for that certificate only', () => {
    const sealed = vault.seal(key, name)
    expect(vault.open(sealed, name)).toEqual(key)
    expect(vault.isOutdated(sealed)).toBe(false)
    expect(Buffer.from(sealed).includes(Buffer.from(key))).toBe(false)
    expect(codeOf(() => vault.open(sealed, { ...name, serialHex: '0b' }))).toBe('KEY_UNUSABLE')
    expect(codeOf(() => vault.open(sealed, { ...name, issuerId: 'entity-ca-sm2' }))).toBe('KEY_UNUSABLE')
    expect(codeOf(() => makeEscrowVault({ ring: ring('m2'), random }).open(sealed, name))).toBe('KEY_NOT_FOUND')
  })

  it('opens nothing of which any bit was changed, or that was cut', () => {
    const sealed = vault.seal(key, name)
    for (let i = 0; i < sealed.length; i++) {
      const bent = sealed.slice()
      bent[i] = (bent[i] as number) ^ (1 << (i % 8))
      expect(['KEY_UNUSABLE', 'KEY_NOT_FOUND']).toContain(codeOf(() => vault.open(bent, name)))
      expect(['KEY_UNUSABLE', 'KEY_NOT_FOUND']).toContain(codeOf(() => vault.open(sealed.subarray(0, i), name)))
    }
    expect(() => vault.seal(new Uint8Array(31), name)).toThrow(RangeError)
  })
})
