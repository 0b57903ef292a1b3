/** Seals and seal signatures that ofdrw made, and the known answers of them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import type { Check } from '../../../src/kernel/index.ts'
import { verifySeal, verifySealSignature } from '../../../src/seal/offline.ts'
import { concat, toHex } from '../../../standards/bytes.ts'
import { computeZ } from '../../../standards/gbt-32918-sm2/index.ts'
import { parseSeal, parseSealSignature } from '../../../standards/gmt-0031-2025-seal/index.ts'
import { parseCertificate } from '../../../standards/rfc5280-x509/index.ts'
import { skipWithoutVectors, vectorsDir } from '../../support/outside.ts'

const vector = (name: string): Uint8Array => new Uint8Array(readFileSync(join(vectorsDir() ?? '', 'ofdrw', name)))
const trust = { anchors: [], intermediates: [], crls: [], statuses: [] }
const outcome = (checks: readonly Check[], name: string): string | undefined =>
  checks.find((c) => c.name === name)?.outcome

const seals = [
  ['UserV1.esl', 'V1', '2020-06-01', 'pass'],
  ['UserV4.esl', 'V4', '2020-06-01', 'pass'],
  ['UserV5.esl', 'V5', '2026-06-01', 'pass'],
  ['UserV5_ts.esl', 'V5', '2026-06-01', 'pass'],
  ['SESealData.DER', 'V4', '2020-12-01', 'fail'],
] as const

describe.skipIf(skipWithoutVectors()).each([
  ['portable', portableCrypto],
  ['native', nodeCrypto],
] as const)('seals of ofdrw, %s crypto', (_, crypto) => {
  it.each(seals)('%s is %s; its maker signature at %s: %s', (file, layout, at, expected) => {
    const checks = verifySeal({ seal: vector(file), crypto, trust, at: new Date(at), mode: 'strict' })
    expect(outcome(checks, 'seal.format')).toBe('pass')
    expect(checks[0]?.detail).toMatchObject({ layout })
    expect(outcome(checks, 'seal.maker-signature')).toBe(expected)
    expect(outcome(checks, 'seal.compatibility')).toBeUndefined()
  })

  it.each([
    ['SignedValueV4.dat', 'V4', '2020-10-12T11:14:03.000Z'],
    ['SignedValueV5.dat', 'V5', '2026-04-24T08:53:26.000Z'],
  ])('%s: signature and seal good, dataHash is zero', (file, layout, time) => {
    const signature = vector(file)
    const ask = (original: { digest: Uint8Array }) =>
      verifySealSignature({ signature, original, crypto, trust, at: new Date(time), mode: 'strict' })
    const { checks, seal, signingTime } = ask({ digest: new Uint8Array(32) })
    for (const name of [
      'signature.format',
      'seal.maker-signature',
      'signature.value',
      'signature.signer-in-seal',
      'signature.data-hash',
    ])
      expect([name, outcome(checks, name)]).toEqual([name, 'pass'])
    expect(seal?.layout).toBe(layout)
    expect(signingTime?.toISOString()).toBe(time)
    expect(outcome(ask({ digest: new Uint8Array(32).fill(1) }).checks, 'signature.data-hash')).toBe('fail')
  })
})

describe.skipIf(skipWithoutVectors())('known answers of what the maker signed', () => {
  const sm3 = (...parts: Uint8Array[]): string => toHex(portableCrypto.digest('sm3', ...parts))

  it('V4: SES_SealInfo alone', () => {
    const { signedBytes, makerCert, makerSignature } = parseSeal(vector('UserV4.esl'), 'strict').value
    expect(signedBytes).toEqual(vector('UserV4.esl').subarray(4, 16397))
    expect(sm3(signedBytes)).toBe('6aefcd84f3d768777d0031628defada2f9626b3ea46c06dacc669fb0b2737449')
    const { publicKey } = parseCertificate(makerCert)
    expect(toHex(publicKey)).toContain('047e580cf8c4b5d80623e49a392cf4730ba2cc463bbe19e4c9e38f412d55fcd11e')
    const z = computeZ(portableCrypto, publicKey)
    expect(toHex(z)).toBe('5c92fdaead7c45e6eea2194573113a34568c9c28e300581e566048a7313d6468')
    expect(sm3(concat(z, signedBytes))).toBe('93788669d714f0dbf04b1830ecd63a90b2146953fa1936e9454bafef360c6ded')
    expect(toHex(makerSignature)).toBe(
      '30450220096d09d5ae1d24a2d719e2bab1062cfe7d956be588ce9599fa2eb9c0fa22bd35022100f9215f8f3caf793a976ebc303b69e1db27605dd4e325a38e51c1374b034406b3',
    )
  })

  it('V1: the sequence of SES_SealInfo, certificate and algorithm', () => {
    const { signedBytes, makerCert } = parseSeal(vector('UserV1.esl'), 'strict').value
    expect(signedBytes.length).toBe(16925)
    expect(sm3(signedBytes)).toBe('ded50a45fbb77d6122bc6390b85c094544e5feef167dcf408d0e40f90d52d2af')
    const z = computeZ(portableCrypto, parseCertificate(makerCert).publicKey)
    expect(sm3(concat(z, signedBytes))).toBe('4c031ee99ac902b4f5e06e4fd533763dd823a90a90103a50a4254e43452ec96a')
  })

  it('the seal inside a signature is the seal as issued', () => {
    expect(parseSealSignature(vector('SignedValueV4.dat'), 'strict').value.seal.der).toEqual(vector('UserV4.esl'))
  })
})
