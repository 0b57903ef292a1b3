/** SM2 and SM3 on the test data of OpenSSL and Tongsuo. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parsePublicKey, portableCrypto } from '../../../src/crypto/index.ts'
import { nodeCrypto, signerFromPkcs8 } from '../../../src/crypto/node.ts'
import { concat, fromHex, fromPem, toHex } from '../../../standards/bytes.ts'
import { decode, encodeElement, readSingle } from '../../../standards/der/index.ts'
import { sm3 } from '../../../standards/gbt-32905-sm3/index.ts'
import {
  encodeSm2PublicKey,
  isSm2DigestSignedBy,
  parseSm2PublicKey,
  parseSm2Signature,
} from '../../../standards/gbt-32918-sm2/index.ts'
import { CertificateSchema, parseCertificate } from '../../../standards/rfc5280-x509/index.ts'
import { skipWithoutVectors, vectorsDir } from '../../support/outside.ts'
import { readEvpFile } from './evp-file.ts'

const folder = join(vectorsDir() ?? '', 'tongsuo')
const pem = (name: string, label: string): Uint8Array =>
  fromPem(readFileSync(join(folder, name), 'utf8'), label)[0] as Uint8Array

describe.skipIf(skipWithoutVectors())('SM3, evpmd_sm3.txt', () => {
  const stanzas = readEvpFile(join(folder, 'evpmd_sm3.txt')).filter((s) => s.kind === 'Digest' && s.value === 'SM3')
  it('finds the entries', () => expect(stanzas.length).toBeGreaterThanOrEqual(8))
  it.each(stanzas.map((s, i) => [i, s.get('Input') ?? '', s.get('Output') ?? '']))('entry %i', (_, input, output) => {
    const bytes = fromHex(String(input))
    expect(toHex(sm3(bytes))).toBe(String(output).toLowerCase())
    expect(toHex(nodeCrypto.digest('sm3', bytes))).toBe(String(output).toLowerCase())
  })
})

describe.skipIf(skipWithoutVectors())('SM2, evppkey_sm2.txt', () => {
  const text = readFileSync(join(folder, 'evppkey_sm2.txt'), 'utf8')
  const signer = signerFromPkcs8(fromPem(text, 'PRIVATE KEY')[0] as Uint8Array)
  const point = parseSm2PublicKey(signer.publicKey)
  const entries = readEvpFile(join(folder, 'evppkey_sm2.txt')).filter((s) => s.kind === 'Verify')
  const usable = entries.filter((s) => s.get('Result') === undefined)

  it('finds the entries', () => expect([entries.length, usable.length]).toEqual([3, 2]))

  it.each(usable.map((s, i) => [i, s.get('Input') ?? '', s.get('Output') ?? '']))(
    'entry %i verifies on its digest e and on no other',
    (_, input, output) => {
      const e = fromHex(String(input))
      const signature = parseSm2Signature(fromHex(String(output)))
      expect(isSm2DigestSignedBy({ point, e, signature })).toBe(true)
      e[31] = (e[31] as number) ^ 1
      expect(isSm2DigestSignedBy({ point, e, signature })).toBe(false)
    },
  )
})

describe.skipIf(skipWithoutVectors())('SM2 keys', () => {
  it.each(['sm2_bad_0.pem', 'sm2_bad_1.pem', 'sm2_bad_neg1.pem'])('refuses %s, outside [1, n-2]', (name) => {
    expect(() => signerFromPkcs8(pem(name, 'PRIVATE KEY'))).toThrow(expect.objectContaining({ code: 'KEY_UNUSABLE' }))
  })

  const spkiWith = (parameters: Uint8Array, point: Uint8Array): Uint8Array => {
    const oid = fromHex('06072a8648ce3d0201')
    return encodeElement(
      0x30,
      encodeElement(0x30, oid, parameters),
      encodeElement(0x03, concat(Uint8Array.of(0), point)),
    )
  }
  const explicit = (): Uint8Array => pem('sm2-begin-sm2-explicit.pem', 'SM2 PARAMETERS')
  const point = (): Uint8Array => parseSm2PublicKey(parseCertificate(pem('sm2-leaf.crt', 'CERTIFICATE')).publicKey)

  it('reads explicit parameters that equal the curve', () => {
    const spki = spkiWith(explicit(), point())
    expect(parsePublicKey(spki)).toEqual({ kind: 'SM2', point: point() })
  })

  it('verifies with such a key on both ports', () => {
    const root = parseCertificate(pem('sm2-root-cert.pem', 'CERTIFICATE'))
    const publicKey = spkiWith(explicit(), parseSm2PublicKey(root.publicKey))
    const check = { algorithm: 'SM2-SM3', publicKey, message: root.tbs, signature: signatureOf(root.der) } as const
    expect(portableCrypto.isSignedBy(check)).toBe(true)
    expect(nodeCrypto.isSignedBy(check)).toBe(true)
  })

  it('refuses explicit parameters of which one byte differs', () => {
    const parameters = explicit()
    expect(readSingle(parameters, { path: '' }).tag).toBe(0x30)
    for (let i = 0; i < parameters.length; i += 7) {
      const other = Uint8Array.from(parameters, (b, j) => (j === i ? b ^ 1 : b))
      expect(() => parsePublicKey(spkiWith(other, point()))).toThrow()
    }
  })

  it('writes the named curve', () => {
    expect(toHex(encodeSm2PublicKey(point())).slice(0, 54)).toBe(
      '3059301306072a8648ce3d020106082a811ccf5501822d03420004',
    )
  })
})

const certificates = (name: string): Uint8Array[] => fromPem(readFileSync(join(folder, name), 'utf8'), 'CERTIFICATE')
const signatureOf = (der: Uint8Array): Uint8Array => decode(CertificateSchema, der).signatureValue

describe.skipIf(skipWithoutVectors())('SM2 certificates', () => {
  const isIssued = (name: string, issuer: string, issuerAt = 0) =>
    [portableCrypto, nodeCrypto].map((crypto) =>
      crypto.isSignedBy({
        algorithm: 'SM2-SM3',
        publicKey: parseCertificate(certificates(issuer)[issuerAt] as Uint8Array).publicKey,
        message: parseCertificate(certificates(name)[0] as Uint8Array).tbs,
        signature: signatureOf(certificates(name)[0] as Uint8Array),
      }),
    )

  it.each([
    ['sm2-root-cert.pem', 'sm2-root-cert.pem', 0],
    ['sm2-cert.pem', 'sm2-root-cert.pem', 0],
    ['sm2-first-crt.pem', 'sm2-root-cert.pem', 0],
    ['sm2-leaf.crt', 'sm2-chain-ca.crt', 0],
    ['sm2-chain-ca.crt', 'sm2-chain-ca.crt', 1],
    ['sm2_dual_chain-ca.crt', 'sm2_dual_chain-ca.crt', 0],
    ['sm2_dual_server_sign.crt', 'sm2_dual_chain-ca.crt', 1],
    ['sm2_dual_server_enc.crt', 'sm2_dual_chain-ca.crt', 1],
    ['sm2_dual_client_sign.crt', 'sm2_dual_chain-ca.crt', 1],
    ['sm2_dual_client_enc.crt', 'sm2_dual_chain-ca.crt', 1],
  ])('%s is signed by %s', (name, issuer, at) => expect(isIssued(name, issuer, at)).toEqual([true, true]))

  it.each([
    ['sm2-noza-root-cert.pem', 'sm2-noza-root-cert.pem'],
    ['sm2-noza-cert.pem', 'sm2-noza-root-cert.pem'],
    ['sm2-leaf.crt', 'sm2_dual_chain-ca.crt'],
    ['sm2_dual_server_sign.crt', 'sm2-chain-ca.crt'],
  ])('refuses %s under %s: signed without Z, or by another', (name, issuer) =>
    expect(isIssued(name, issuer)).toEqual([false, false]),
  )

  it('would accept the ones without Z if it left Z out: they fail for that reason alone', () => {
    const [der] = certificates('sm2-noza-root-cert.pem') as [Uint8Array]
    const { tbs, publicKey } = parseCertificate(der)
    const signature = parseSm2Signature(signatureOf(der))
    expect(isSm2DigestSignedBy({ point: parseSm2PublicKey(publicKey), e: sm3(tbs), signature })).toBe(true)
  })
})
