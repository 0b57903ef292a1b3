import { describe, expect, it } from 'vitest'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { generatePkcs8, nodeCrypto, signerFromPkcs8 } from '../../../src/crypto/node.ts'
import { encodeElement } from '../../../standards/der/index.ts'
import { DerError } from '../../../standards/errors.ts'
import { OID } from '../../../standards/oid/index.ts'
import type { Attribute } from '../../../standards/rfc2986-pkcs10/index.ts'
import {
  encodeCertificationRequest,
  encodeCertificationRequestInfo,
  extensionRequestAttribute,
  isPossessionProven,
  parseCertificationRequest,
} from '../../../standards/rfc2986-pkcs10/index.ts'
import { encodeName, keyUsageExtension, subjectKeyIdExtension } from '../../../standards/rfc5280-x509/index.ts'

const subject = encodeName([
  { oid: OID.country, text: 'CN' },
  { oid: OID.commonName, text: '云湖示范食品有限公司' },
])
const make = async (algorithm: 'SM2' | 'P-256', attributes: readonly Attribute[] = []) => {
  const signer = signerFromPkcs8(generatePkcs8(algorithm))
  const tbs = encodeCertificationRequestInfo({ subject, publicKey: signer.publicKey, attributes })
  const der = encodeCertificationRequest({ tbs, algorithm: signer.algorithm, signature: await signer.sign(tbs) })
  return { der, signer, tbs }
}
const both = (der: Uint8Array): boolean => {
  const answers = [nodeCrypto, portableCrypto].map((c) => isPossessionProven(parseCertificationRequest(der), c))
  expect(new Set(answers).size).toBe(1)
  return answers[0] === true
}
const replace = (der: Uint8Array, [from, to]: readonly [Uint8Array, Uint8Array]): Uint8Array => {
  const at = Buffer.from(der).indexOf(from)
  const out = der.slice()
  out.set(to, at)
  return out
}

describe('a certification request', () => {
  it.each(['SM2', 'P-256'] as const)(
    'keeps name, key and wishes as written, and proves possession (%s)',
    async (kind) => {
      const wishes = [keyUsageExtension([0, 1]), subjectKeyIdExtension(Uint8Array.of(1, 2))]
      const { der, signer } = await make(kind, [extensionRequestAttribute(wishes)])
      const request = parseCertificationRequest(der)
      expect(request.publicKey).toEqual(signer.publicKey)
      expect(request.subject).toEqual(subject)
      expect(request.requestedExtensions).toEqual(wishes)
      expect(request.leniencies).toEqual([])
      expect(both(der)).toBe(true)
    },
  )

  it('proves nothing when another key signed it', async () => {
    const { tbs } = await make('SM2')
    const other = signerFromPkcs8(generatePkcs8('SM2'))
    const signature = await other.sign(tbs)
    expect(both(encodeCertificationRequest({ tbs, algorithm: 'SM2-SM3', signature }))).toBe(false)
  })

  it('proves nothing when the algorithm is not one of the key, or unknown', async () => {
    const { tbs, signer } = await make('SM2')
    const signature = await signer.sign(tbs)
    expect(both(encodeCertificationRequest({ tbs, algorithm: 'ECDSA-SHA256', signature }))).toBe(false)
    const sm9 = encodeElement(0x06, Uint8Array.of(0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x76))
    const known = encodeElement(0x06, Uint8Array.of(0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75))
    const odd = replace(encodeCertificationRequest({ tbs, algorithm: 'SM2-SM3', signature }), [known, sm9])
    expect(parseCertificationRequest(odd).signatureAlgorithm).toBeUndefined()
    expect(both(odd)).toBe(false)
  })

  it('proves nothing when the name was changed after signing', async () => {
    const { der } = await make('P-256')
    const changed = replace(der, [new TextEncoder().encode('示范'), new TextEncoder().encode('示样')])
    expect(both(changed)).toBe(false)
  })

  it('refuses what is not whole: cut, longer, another version, empty or repeated wishes', async () => {
    const { der, tbs, signer } = await make('SM2')
    const signed = async (bytes: Uint8Array): Promise<Uint8Array> =>
      encodeElement(
        0x30,
        bytes,
        encodeElement(0x30, encodeElement(0x06, Uint8Array.of(0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75))),
        encodeElement(0x03, Uint8Array.of(0), await signer.sign(bytes)),
      )
    const attribute = encodeElement(0x30, encodeElement(0x06, Uint8Array.of(0x2a)), encodeElement(0x31))
    const version0 = encodeElement(0x02, Uint8Array.of(0))
    const withoutValue = encodeElement(0x30, version0, subject, signer.publicKey, encodeElement(0xa0, attribute))
    const version1 = replace(tbs, [Uint8Array.of(2, 1, 0), Uint8Array.of(2, 1, 1)])
    const twice = extensionRequestAttribute([
      subjectKeyIdExtension(Uint8Array.of(1)),
      subjectKeyIdExtension(Uint8Array.of(2)),
    ])
    const faults = [
      der.subarray(0, der.length - 1),
      Uint8Array.of(...der, 0),
      Uint8Array.of(0x31, ...der.subarray(1)),
      await signed(version1),
      await signed(withoutValue),
      (await make('SM2', [twice])).der,
      new Uint8Array(70_000),
      new Uint8Array(),
    ]
    for (const fault of faults)
      for (const mode of ['strict', 'compat'] as const)
        expect(() => parseCertificationRequest(fault, mode)).toThrow(DerError)
  })

  it('takes one attribute twice in compatible mode only, and says so', async () => {
    const wish = (value: number) => extensionRequestAttribute([subjectKeyIdExtension(Uint8Array.of(value))])
    const usage = extensionRequestAttribute([keyUsageExtension([0])])
    const { der } = await make('SM2', [wish(1), usage])
    expect(() => parseCertificationRequest(der)).toThrow(DerError)
    expect(parseCertificationRequest(der, 'compat').leniencies.map((l) => l.code)).toEqual(['ATTRIBUTE_REPEATED'])
    const { der: same } = await make('SM2', [wish(1), wish(2)])
    expect(() => parseCertificationRequest(same, 'compat')).toThrow(DerError)
  })
})
