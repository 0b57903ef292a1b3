/** A PDF sealed as the service seals: pdfsig and openssl judge it, without any of our readers where they can do without. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplePdf } from '../../../examples/sample-documents.ts'
import { systemClock } from '../../../src/kernel/index.ts'
import type { TrustFiles } from '../../../src/verification/index.ts'
import { skipWithoutProgram } from '../../support/outside.ts'
import { makeWorld } from '../../support/world.ts'
import { cutDer, part } from '../trust/foreign-der.ts'
import type { OpensslFolder } from '../trust/openssl-folder.ts'
import { opensslFolder } from '../trust/openssl-folder.ts'

const P256 = 1

describe.skipIf(skipWithoutProgram('pdfsig') || skipWithoutProgram('openssl'))('a PDF sealed by the service', () => {
  let openssl: OpensslFolder
  let files: TrustFiles
  let sealed: Buffer

  beforeAll(async () => {
    openssl = opensslFolder()
    const world = await makeWorld({ clock: systemClock })
    try {
      sealed = Buffer.from(await world.applySeal(samplePdf()))
      files = await world.trustFiles()
    } finally {
      await world.close()
    }
  })
  afterAll(() => openssl.remove())

  const pdfsig = (bytes: Uint8Array): readonly string[] => {
    const path = join(openssl.path, openssl.put(bytes))
    const { stdout } = spawnSync('pdfsig', ['-nocert', path], { encoding: 'utf8' })
    return stdout.split(/Signature #\d+:/).slice(1)
  }
  const file = (path: string): Uint8Array => {
    const found = files.get(path)
    if (found === undefined) throw new TypeError(`no ${path}`)
    return found
  }

  /** The n-th signature dictionary as it stands in the text: the message without its padding, and the bytes it is about. */
  const signature = (n: number, pdf = sealed): { readonly cms: Uint8Array; readonly content: Buffer } => {
    const text = pdf.toString('latin1')
    const [, a, b, c, d] = [...text.matchAll(/\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g)][n] ?? []
    const [from, length, second, rest] = [Number(a), Number(b), Number(c), Number(d)]
    const hole = Buffer.from(text.slice(length, second).replace(/[<>\s]/g, ''), 'hex')
    // A DER length of two octets: messages are between 256 and 65,535 bytes.
    expect(hole[1]).toBe(0x82)
    const cms = Uint8Array.from(hole.subarray(0, 4 + hole.readUInt16BE(2)))
    const content = Buffer.concat([pdf.subarray(from, from + length), pdf.subarray(second, second + rest)])
    return { cms, content }
  }
  const pem = (path: string): Buffer => openssl.run('crl', '-inform', 'DER', '-in', openssl.put(file(path))).bytes
  const verifyCms = (content: Uint8Array, { anchor = 'root-p256', crls = [] as readonly string[] } = {}) => {
    const { cms } = signature(P256)
    const inputs = ['-inform', 'DER', '-in', openssl.put(cms), '-content', openssl.put(content)]
    const trusted = Buffer.concat([file(`anchors/${anchor}.pem`), ...crls.map(pem)])
    const ca = ['-no-CApath', '-no-CAstore', '-CAfile', openssl.put(trusted), '-purpose', 'any']
    const how = crls.length === 0 ? [] : ['-crl_check_all']
    return openssl.run('cms', '-verify', '-binary', '-cades', ...inputs, ...ca, ...how, '-out', openssl.put(''))
  }

  it('has two signatures; pdfsig calls the P-256 one valid, over the whole document', () => {
    const said = pdfsig(sealed)
    expect(said).toHaveLength(2)
    expect(said[P256]).toContain('Signature Validation: Signature is Valid.')
    expect(said[P256]).toContain('Total document signed')
    expect(said[P256]).toContain('Signing Hash Algorithm: SHA-256')
    // The SM2 one is a fact that poppler cannot judge; it must at least be able to read it.
    expect(said[0]).toContain('ETSI.CAdES.detached')
  })

  it.each([
    ['a page', (pdf: Buffer) => pdf.indexOf('Administrative')],
    ['the seal', (pdf: Buffer) => pdf.indexOf('/ByteRange') - 40],
  ])('is not valid to pdfsig with a byte of %s changed', (_, where) => {
    const changed = Buffer.from(sealed)
    const at = where(changed)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(pdfsig(changed).join()).not.toContain('Signature is Valid')
  })

  it('carries a P-256 message that openssl verifies up to our published anchor, CRLs included', () => {
    const { content } = signature(P256)
    expect(verifyCms(content).out).toMatch(/CAdES Verification successful/)
    const all = ['crl/root-p256.crl', 'crl/office-ca-p256.crl']
    expect(verifyCms(content, { crls: all }).out).toMatch(/CAdES Verification successful/)
    expect(verifyCms(content, { crls: all.slice(1) }).out).toMatch(/unable to get certificate CRL/)
  })

  it('is refused by openssl over other bytes, and under the SM2 anchor alone', () => {
    const { content } = signature(P256)
    expect(verifyCms(content, { anchor: 'root-sm2' }).out).toMatch(/unable to get (local )?issuer certificate/)
    content[100] = (content[100] ?? 0) ^ 1
    expect(verifyCms(content).out).toMatch(/verification failure/i)
  })

  it('carries an SM2 message whose signer, attributes and digest openssl confirms one by one', () => {
    const { cms, content } = signature(0)
    // ContentInfo › SignedData; the signer info is its last element, certificates stand before it under [0].
    const signedData = part(cutDer(cms), 1, 0)
    const signerInfo = part(signedData.parts.at(-1) ?? signedData, 0)
    const serial = part(signerInfo, 1, 1).der
    const [certificates] = signedData.parts.filter((p) => p.der[0] === 0xa0)
    const signer = certificates?.parts.find((c) => Buffer.from(part(c, 0, 1).der).equals(serial))
    const attributes = part(signerInfo, 3)
    const issuing = openssl.run('x509', '-in', openssl.put(file('intermediates/office-ca-sm2.pem')), '-outform', 'DER')
    expect(signer).toBeDefined()
    const certificate = signer?.der ?? new Uint8Array()
    expect(openssl.isIssuedBy('SM2', { der: certificate, issuer: issuing.bytes }).out).toMatch(/: OK$/)
    // RFC 5652 5.4: signed as a SET, carried as [0].
    const bytes = Uint8Array.from(attributes.der)
    bytes[0] = 0x31
    const value = part(signerInfo, 5).content
    expect(openssl.isSigned('SM2', { certificate, bytes, signature: value }).out).toBe('Verified OK')
    expect(openssl.isSigned('SM2', { certificate, bytes: attributes.der, signature: value }).ok).toBe(false)
    const digest = attributes.parts.map((a) => part(a, 1, 0).content).filter((v) => v.length === 32)
    expect(digest.map((d) => Buffer.from(d).toString('hex'))).toEqual([openssl.sm3(content).toString('hex')])
  })
})
