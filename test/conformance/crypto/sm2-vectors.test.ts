/**
 * Our negative vectors (test/vectors/sm2): made again to the same bytes, and run against everything of SM2 that stands here.
 * Ours must give every stated result. Where OpenSSL differs, the difference is listed in differences.json with its reason.
 */
import { createPrivateKey, createPublicKey, createVerify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { nodeCrypto, signerFromPkcs8 } from '../../../src/crypto/node.ts'
import { fromHex, toHex } from '../../../standards/bytes.ts'
import type { Sm2Ciphertext, Sm2SecretScalars } from '../../../standards/gbt-32918-sm2/index.ts'
import {
  computeZ,
  decryptSm2,
  isSm2DigestSignedBy,
  kernelScalars,
  makeSm2Verifier,
  openKernel,
  openSm2Secrets,
  parseRawSm2Ciphertext,
  parseSm2Point,
  parseSm2PublicKey,
  parseSm2Signature,
  rawFromSm2Signature,
  referenceScalars,
} from '../../../standards/gbt-32918-sm2/index.ts'
import { parseSm2Cipher, parseSm2PrivateKey } from '../../../standards/gbt-35276-sm2-usage/index.ts'
import { makeSm2Vectors, SM2_VECTOR_FILES } from '../../../tools/make-sm2-vectors.ts'
import type { WycheproofCase, WycheproofFile, WycheproofGroup } from './wycheproof-file.ts'
import { sayCount } from './wycheproof-file.ts'

const folder = new URL('../../vectors/sm2/', import.meta.url)
const textOf = (name: string): string => readFileSync(fileURLToPath(new URL(name, folder)), 'utf8')
const fileOf = (name: string): WycheproofFile => JSON.parse(textOf(name)) as WycheproofFile
const hex = (holder: WycheproofCase | WycheproofGroup, field: string): Uint8Array => fromHex(String(holder[field]))

describe('the files', () => {
  it.each(SM2_VECTOR_FILES)('%s is what its maker makes', (name) => expect(makeSm2Vectors(name)).toBe(textOf(name)))

  it.each(SM2_VECTOR_FILES)('%s has the stated form, and more negative cases than others', (name) => {
    const isValid = new Ajv2020({ strictTypes: false }).compile(JSON.parse(textOf('sm2_vectors_schema.json')) as object)
    expect([isValid(JSON.parse(textOf(name))), isValid.errors]).toEqual([true, null])
    const { numberOfTests, testGroups } = fileOf(name)
    const cases = testGroups.flatMap((g) => g.tests)
    expect(cases.map((c) => c.tcId)).toEqual(Array.from({ length: numberOfTests }, (_, i) => i + 1))
    if (name !== 'sm2_verify_digest_test.json')
      expect(cases.filter((c) => c.result === 'invalid').length).toBeGreaterThan(numberOfTests / 2)
  })
})

type Accepts = (test: WycheproofCase, group: WycheproofGroup) => boolean

const orFalse = (act: () => boolean): boolean => {
  try {
    return act()
  } catch {
    return false
  }
}

interface Difference {
  readonly implementation: string
  readonly file: string
  readonly accepts: readonly number[]
  readonly refuses: readonly number[]
  readonly reason: string
}
const differences = JSON.parse(textOf('differences.json')) as readonly Difference[]

/** `acceptable` may go either way; all else must go as stated, or as listed. */
const run = (
  implementation: string,
  name: string,
  accepts: Accepts,
  wanted: (g: WycheproofGroup) => boolean = () => true,
): void => {
  const cases = fileOf(name)
    .testGroups.filter(wanted)
    .flatMap((group) => group.tests.map((test) => ({ test, accepted: orFalse(() => accepts(test, group)) })))
  const listed = differences.filter((d) => d.implementation === implementation && d.file === name)
  const of = (result: string, accepted: boolean): number[] =>
    cases.filter((c) => c.test.result === result && c.accepted === accepted).map((c) => c.test.tcId)
  const sorted = (ids: readonly number[]): number[] => ids.toSorted((a, b) => a - b)
  expect({ accepts: of('invalid', true), refuses: of('valid', false) }).toEqual({
    accepts: sorted(listed.flatMap((d) => d.accepts)),
    refuses: sorted(listed.flatMap((d) => d.refuses)),
  })
  sayCount(`${name}, ${implementation}`, {
    cases: cases.length,
    'wrongly accepted': of('invalid', true).length,
    'wrongly refused': of('valid', false).length,
    'acceptable accepted': of('acceptable', true).length,
    'acceptable refused': of('acceptable', false).length,
  })
}

const DEFAULT_ID = '31323334353637383132333435363738'
const isDefault = (group: WycheproofGroup): boolean => group['id'] === DEFAULT_ID

const pointOf = (group: WycheproofGroup): Uint8Array => parseSm2PublicKey(hex(group, 'publicKeyDer'))
const digestOf: (test: WycheproofCase, group: WycheproofGroup) => Uint8Array = (test, group) =>
  nodeCrypto.digest('sm3', computeZ(nodeCrypto, pointOf(group), hex(group, 'id')), hex(test, 'msg'))

describe('sm2_verify_test.json', () => {
  const name = 'sm2_verify_test.json'
  it('the reference', () =>
    run('reference', name, (test, group) => {
      const signature = parseSm2Signature(hex(test, 'sig'))
      return isSm2DigestSignedBy({ point: pointOf(group), e: digestOf(test, group), signature })
    }))

  it.each(Object.entries({ portable: portableCrypto, native: nodeCrypto }))('the %s crypto port', (port, crypto) =>
    run(
      port,
      name,
      (test, group) =>
        crypto.isSignedBy({
          algorithm: 'SM2-SM3',
          publicKey: hex(group, 'publicKeyDer'),
          message: hex(test, 'msg'),
          signature: hex(test, 'sig'),
        }),
      isDefault,
    ),
  )

  it('OpenSSL in this Node, Z made by us', () =>
    run('OpenSSL', name, (test, group) => {
      const key = createPublicKey({ key: Buffer.from(hex(group, 'publicKeyDer')), format: 'der', type: 'spki' })
      const z = computeZ(nodeCrypto, pointOf(group), hex(group, 'id'))
      return createVerify('sm3').update(z).update(hex(test, 'msg')).verify(key, hex(test, 'sig'))
    }))
})

const kernels = (['fma', 'integer'] as const).flatMap((name) => {
  const kernel = openKernel(name)
  return kernel === undefined ? [] : [[name, makeSm2Verifier(kernel)] as const]
})

describe('sm2_verify_digest_test.json', () => {
  const name = 'sm2_verify_digest_test.json'
  it('the reference', () =>
    run('reference', name, (test, group) => {
      const signature = parseSm2Signature(hex(test, 'sig'))
      return isSm2DigestSignedBy({ point: pointOf(group), e: hex(test, 'e'), signature })
    }))

  it('is run on a kernel', () => expect(kernels.map(([kernel]) => kernel)).toContain('integer'))
  it.each(kernels)('the kernel, %s, with a new key each time', (kernel, verifier) =>
    run(`kernel ${kernel}`, name, (test, group) => {
      const signature = rawFromSm2Signature(hex(test, 'sig'))
      return verifier.isSigned({ key: verifier.keyOf(pointOf(group)), e: hex(test, 'e'), signature })
    }),
  )

  it.each(kernels)('the kernel, %s, with a table for each key', (kernel, verifier) => {
    const kept = new Map<WycheproofGroup, ReturnType<typeof verifier.keyOf>>()
    for (const group of fileOf(name).testGroups) {
      const key = verifier.keyOf(pointOf(group))
      for (let i = 0; i < 4; i++)
        verifier.isSigned({ key, e: new Uint8Array(32), signature: new Uint8Array(64).fill(1) })
      kept.set(group, key)
    }
    run(`kernel ${kernel}`, name, (test, group) => {
      const key = [...kept].find(([g]) => g['publicKeyDer'] === group['publicKeyDer'])?.[1]
      const signature = rawFromSm2Signature(hex(test, 'sig'))
      return key !== undefined && verifier.isSigned({ key, e: hex(test, 'e'), signature })
    })
  })
})

const secrets = openSm2Secrets()
const scalars: readonly (readonly [string, Sm2SecretScalars])[] = [
  ['reference', referenceScalars],
  ...(secrets === undefined ? [] : [['kernel', kernelScalars(secrets)] as const]),
]

describe('sm2_encrypt_test.json', () => {
  const name = 'sm2_encrypt_test.json'
  const parsed = (test: WycheproofCase, group: WycheproofGroup): Sm2Ciphertext =>
    group['encoding'] === 'DER' ? parseSm2Cipher(hex(test, 'ct')) : parseRawSm2Ciphertext(hex(test, 'ct'))

  it('is run on the kernel', () => expect(scalars.length).toBe(2))
  it.each(scalars)('decryptSm2 with the scalars of the %s', (_, port) =>
    run('decryptSm2', name, (test, group) => {
      const privateKey = fromHex((group['privateKey'] as { d: string }).d)
      const opened = decryptSm2({ digests: nodeCrypto, privateKey, ciphertext: parsed(test, group), scalars: port })
      return toHex(opened) === test['msg']
    }),
  )
})

describe('sm2_key_test.json', () => {
  const name = 'sm2_key_test.json'
  const ours: Readonly<Record<string, (key: Uint8Array) => unknown>> = {
    SubjectPublicKeyInfo: (key) => parseSm2PublicKey(key),
    Point: (key) => parseSm2Point(key),
    PrivateKeyInfo: (key) => signerFromPkcs8(key).algorithm === 'SM2-SM3' || undefined,
    SM2PrivateKey: (key) => parseSm2PrivateKey(key),
  }
  const openssl: Readonly<Record<string, (key: Uint8Array) => unknown>> = {
    SubjectPublicKeyInfo: (key) => createPublicKey({ key: Buffer.from(key), format: 'der', type: 'spki' }),
    PrivateKeyInfo: (key) => createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' }),
  }
  const reads =
    (readers: typeof ours): Accepts =>
    (test, group) =>
      readers[String(group['encoding'])]?.(hex(test, 'key')) !== undefined

  it('our readers', () => run('ours', name, reads(ours)))
  it('OpenSSL in this Node', () =>
    run('OpenSSL', name, reads(openssl), (group) => openssl[String(group['encoding'])] !== undefined))
})
