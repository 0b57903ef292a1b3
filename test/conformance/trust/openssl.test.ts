/** The published trust folder and the signatures of a sealed OFD, judged by openssl, asn1js and jose; none of our readers takes part. */
import { unzipSync } from 'fflate'
import { flattenedVerify, importX509 } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleOfd } from '../../../examples/sample-documents.ts'
import { systemClock } from '../../../src/kernel/index.ts'
import type { TrustFiles } from '../../../src/verification/index.ts'
import { skipWithoutProgram } from '../../support/outside.ts'
import { makeWorld } from '../../support/world.ts'
import type { Element } from './foreign-der.ts'
import { cutDer, derOfRaw, part } from './foreign-der.ts'
import type { Algorithm, OpensslFolder } from './openssl-folder.ts'
import { opensslFolder } from './openssl-folder.ts'

const TWINS = [
  ['sm2', 'SM2'],
  ['p256', 'P-256'],
] as const

const derOf = (pem: Uint8Array): Uint8Array =>
  Uint8Array.from(
    Buffer.from(
      Buffer.from(pem)
        .toString()
        .replace(/-----[^-]+-----|\s/g, ''),
      'base64',
    ),
  )

const ISSUING = [
  ...['entity-ca', 'infra-ca', 'office-ca', 'person-ca'].flatMap((ca) => [`${ca}-p256`, `${ca}-sm2`]),
  'seal-maker-ca-sm2',
]

describe.skipIf(skipWithoutProgram('openssl'))('openssl', () => {
  let openssl: OpensslFolder
  let files: TrustFiles
  let sealed: Readonly<Record<string, Uint8Array>>

  const file = (path: string): Uint8Array => {
    const found = files.get(path) ?? sealed[path]
    if (found === undefined) throw new TypeError(`no ${path}`)
    return found
  }
  const certificate = (path: string): Uint8Array => derOf(file(path))
  const issuing = (twin: 'sm2' | 'p256'): Uint8Array => certificate(`intermediates/infra-ca-${twin}.pem`)
  /** Certificates, CRLs: to-be-signed, algorithm, BIT STRING. */
  const isSignedBy = (algorithm: Algorithm, issuer: Uint8Array, signed: Element) =>
    openssl.isSigned(algorithm, {
      certificate: issuer,
      bytes: part(signed, 0).der,
      signature: part(signed, 2).content,
    })

  beforeAll(async () => {
    openssl = opensslFolder()
    const world = await makeWorld({ clock: systemClock })
    try {
      sealed = unzipSync(await world.applySeal(await sampleOfd('2026-11-21')))
      await world.issueLicence()
      files = await world.trustFiles()
    } finally {
      await world.close()
    }
  })
  afterAll(() => openssl.remove())

  it('is given every file that the service publishes', () => {
    const each = (ids: readonly string[], folder: string, end: string) => ids.map((id) => `${folder}/${id}.${end}`)
    expect([...files.keys()].sort()).toEqual([
      ...each(['root-p256', 'root-sm2'], 'anchors', 'pem'),
      ...each([...ISSUING, 'root-p256', 'root-sm2'].sort(), 'crl', 'crl'),
      ...each(ISSUING, 'intermediates', 'pem'),
      'manifest.json',
      ...each(['licences', 'seals'], 'status', 'jws'),
    ])
  })

  it.each(TWINS)('accepts the %s anchor under itself and the issuing authority under the anchor', (twin, algorithm) => {
    const root = certificate(`anchors/root-${twin}.pem`)
    expect(isSignedBy(algorithm, root, cutDer(root)).out).toBe('Verified OK')
    expect(openssl.isIssuedBy(algorithm, { der: issuing(twin), issuer: root }).out).toMatch(/: OK$/)
    const other = certificate(`anchors/root-${twin === 'sm2' ? 'p256' : 'sm2'}.pem`)
    expect(openssl.isIssuedBy(algorithm, { der: issuing(twin), issuer: other }).ok).toBe(false)
  })

  it.each(TWINS)('accepts the signature of every %s CRL, and no other over it', (twin, algorithm) => {
    const root = certificate(`anchors/root-${twin}.pem`)
    const lists = { root, 'infra-ca': issuing(twin) }
    for (const [id, issuer] of Object.entries(lists)) {
      const crl = cutDer(file(`crl/${id}-${twin}.crl`))
      expect(isSignedBy(algorithm, issuer, crl).out, id).toBe('Verified OK')
      expect(isSignedBy(algorithm, issuer === root ? issuing(twin) : root, crl).ok, id).toBe(false)
      const text = openssl.run(
        'crl',
        '-inform',
        'DER',
        '-in',
        openssl.put(file(`crl/${id}-${twin}.crl`)),
        '-noout',
        '-text',
      )
      expect(text.out).toContain('X509v3 CRL Number')
    }
  })

  it('has the digests of the manifest', () => {
    const manifest = JSON.parse(Buffer.from(file('manifest.json')).toString()) as {
      files: { path: string; sm3: string }[]
    }
    expect(manifest.files.map((f) => f.sm3)).toEqual(
      manifest.files.map((f) => openssl.sm3(file(f.path)).toString('hex')),
    )
    expect(manifest.files).toHaveLength(files.size - 1)
  })

  describe('the seal signature inside a sealed OFD', () => {
    // SES_Signature: toSign, cert, signatureAlgID, signature; TBS_Sign: version, eseal, timeInfo, dataHash
    const signature = () => cutDer(file('Doc_0/Signs/Sign_0/SignedValue.dat'))
    // SESeal: eSealInfo, cert, signAlgID, signedValue
    const seal = () => part(signature(), 0, 1)
    const signed = () => ({
      certificate: part(signature(), 1).content,
      bytes: part(signature(), 0).der,
      signature: part(signature(), 3).content,
    })

    it('verifies over TBS_Sign, and not over one bit less', () => {
      expect(openssl.isSigned('SM2', signed()).out).toBe('Verified OK')
      const bytes = signed().bytes.map((b, i) => (i === 4000 ? b ^ 1 : b))
      expect(openssl.isSigned('SM2', { ...signed(), bytes }).ok).toBe(false)
    })

    it('carries a seal that its maker signed, and that is the one beside it', () => {
      const made = {
        certificate: part(seal(), 1).content,
        bytes: part(seal(), 0).der,
        signature: part(seal(), 3).content,
      }
      expect(openssl.isSigned('SM2', made).out).toBe('Verified OK')
      expect(openssl.isSigned('SM2', { ...made, certificate: signed().certificate }).ok).toBe(false)
      expect(Buffer.from(file('Doc_0/Signs/Sign_0/Seal.esl')).equals(seal().der)).toBe(true)
    })

    it.each([
      ['signer', 'office-ca', () => signed().certificate],
      ['maker', 'seal-maker-ca', () => part(seal(), 1).content],
    ])('is by a %s that %s vouches for', (_who, ca, der) => {
      const issuer = certificate(`intermediates/${ca}-sm2.pem`)
      expect(openssl.isIssuedBy('SM2', { der: der(), issuer }).out).toMatch(/: OK$/)
      const text = openssl.run('x509', '-inform', 'DER', '-in', openssl.put(der()), '-noout', '-text').out
      expect(text).toContain('SM2-with-SM3')
    })

    it('covers Signature.xml, which covers every other file, by digests that openssl computes', () => {
      const xml = file('Doc_0/Signs/Sign_0/Signature.xml')
      expect(openssl.sm3(xml).equals(part(signature(), 0, 3).content)).toBe(true)
      const text = Buffer.from(xml).toString()
      const references = [...text.matchAll(/FileRef="\/([^"]+)"[^>]*>\s*<ofd:CheckValue>([^<]+)</g)]
      expect(references.map(([, path = '']) => [path, openssl.sm3(file(path)).toString('base64')])).toEqual(
        references.map(([, path, value]) => [path, value]),
      )
      const outside = [
        'Doc_0/Signs/Signatures.xml',
        'Doc_0/Signs/Sign_0/Signature.xml',
        'Doc_0/Signs/Sign_0/SignedValue.dat',
      ]
      expect([...references.map(([, path]) => path), ...outside].sort()).toEqual(Object.keys(sealed).sort())
    })
  })

  interface List {
    readonly payload: string
    readonly signatures: readonly { readonly protected: string; readonly signature: string }[]
  }
  interface Header {
    readonly alg: string
    readonly x5c: readonly [string, ...string[]]
  }
  const signatureOf = (name: string, alg: string) => {
    const list = JSON.parse(Buffer.from(file(`status/${name}.jws`)).toString()) as List
    for (const entry of list.signatures) {
      const header = JSON.parse(Buffer.from(entry.protected, 'base64url').toString()) as Header
      const signer = Uint8Array.from(Buffer.from(header.x5c[0], 'base64'))
      if (header.alg === alg) return { ...entry, payload: list.payload, signer }
    }
    throw new TypeError(`no ${alg} signature`)
  }

  describe.each(['seals', 'licences'])('the status list of %s', (name) => {
    it('has an ES256 signature that jose accepts, by a signer under the issuing authority', async () => {
      const { signer, ...jws } = signatureOf(name, 'ES256')
      const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(signer).toString('base64')}\n-----END CERTIFICATE-----`
      const key = await importX509(pem, 'ES256')
      const { payload } = await flattenedVerify(jws, key)
      expect(JSON.parse(Buffer.from(payload).toString())).toMatchObject({ kind: name.slice(0, -1) })
      const changed = { ...jws, payload: Buffer.from(payload).fill('0', 20, 21).toString('base64url') }
      await expect(flattenedVerify(changed, key)).rejects.toMatchObject({
        code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
      })
      expect(openssl.isIssuedBy('P-256', { der: signer, issuer: issuing('p256') }).out).toMatch(/: OK$/)
    })

    it('has an SM2 signature that openssl accepts, by a signer under the issuing authority', () => {
      const { signer, ...jws } = signatureOf(name, 'SM2SM3')
      const signature = derOfRaw(Buffer.from(jws.signature, 'base64url'))
      const bytes = Buffer.from(`${jws.protected}.${jws.payload}`)
      expect(openssl.isSigned('SM2', { certificate: signer, bytes, signature }).out).toBe('Verified OK')
      expect(openssl.isSigned('SM2', { certificate: signer, bytes: bytes.subarray(1), signature }).ok).toBe(false)
      expect(openssl.isIssuedBy('SM2', { der: signer, issuer: issuing('sm2') }).out).toMatch(/: OK$/)
    })
  })
})
