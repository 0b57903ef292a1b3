/** What we issue, before BouncyCastle's PKIX library: certificates, CRLs, OCSP answers, time stamps, GB/T 35275 messages, requests. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generatePkcs8, nodeCrypto, signerFromPkcs8 } from '../../../src/crypto/node.ts'
import { currentCrl, issueCertificate, publishCrls, revokeCertificate } from '../../../src/pki/index.ts'
import { fromPem, toHex, utf8 } from '../../../standards/bytes.ts'
import { encodeSm2SignedData } from '../../../standards/gbt-35275-sm2-cms/index.ts'
import { OID } from '../../../standards/oid/index.ts'
import { encodeCertificationRequest, encodeCertificationRequestInfo } from '../../../standards/rfc2986-pkcs10/index.ts'
import { encodeName, parseCertificate } from '../../../standards/rfc5280-x509/index.ts'
import { buildSignedAttributes } from '../../../standards/rfc5652-cms/index.ts'
import { skipWithoutVectors, vectorsDir } from '../../support/outside.ts'
import { ocspWorld } from '../../unit/ocsp/service-world.ts'
import { ACTOR, SEAL_SUBJECT, newPublicKey, pkiWorld } from '../../unit/pki/pki-world.ts'
import { MESSAGE, queryOf, tsaWorld } from '../../unit/timestamp/tsa-world.ts'
import type { Argument, BouncyCastle } from './bouncy-castle.ts'
import { skipWithoutBouncyCastle, startBouncyCastle } from './bouncy-castle.ts'

const flip = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((octet, i) => (i === at ? octet ^ 1 : octet))
/** The signature is at the end of what is asked about. */
const broken = (bytes: Uint8Array): Uint8Array => flip(bytes, bytes.length - 5)

describe.skipIf(skipWithoutBouncyCastle())('BouncyCastle', () => {
  let bc: BouncyCastle
  const ask = (kind: string, ...args: readonly Argument[]): Promise<string> => bc.ask(kind, ...args)
  beforeAll(async () => {
    bc = startBouncyCastle()
    process.stdout.write(`${await ask('version')}\n`)
  })
  afterAll(() => bc.close())

  const found = (certificates: readonly { id: string; der: Uint8Array }[], id: string): Uint8Array => {
    const der = certificates.find((c) => c.id === id)?.der
    if (der === undefined) throw new Error(`no ${id}`)
    return der
  }

  const SM2 = 'accepted 1.2.156.10197.1.501'
  const P256 = 'accepted 1.2.840.10045.4.3.2'

  it('accepts every certificate of the hierarchy under its issuer and no other', async () => {
    const { certificates } = await pkiWorld()
    const bySubject = new Map(certificates.map((c) => [toHex(parseCertificate(c.der).subject), c]))
    expect(certificates.length).toBeGreaterThan(20)
    for (const { id, der } of certificates) {
      const issuer = bySubject.get(toHex(parseCertificate(der).issuer))
      if (issuer === undefined) throw new Error(`no issuer of ${id}`)
      expect([id, await ask('certificate', der, issuer.der)]).toEqual([id, id.endsWith('-sm2') ? SM2 : P256])
      expect(await ask('certificate', broken(der), issuer.der)).toMatch(/^refused/)
    }
    const [root, leaf] = [found(certificates, 'root-sm2'), found(certificates, 'seal-maker-sm2')]
    expect(await ask('certificate', leaf, root)).toMatch(/^refused/)
  })

  it('accepts lists, full, of SM2 and P-256, and reads what they revoke', async () => {
    const { deps, certificates } = await pkiWorld()
    const wish = { profile: 'seal-signer', subject: SEAL_SUBJECT, publicKey: newPublicKey('SM2'), actor: ACTOR }
    const seal = await issueCertificate(deps, wish)
    await revokeCertificate(deps, { ...seal, reason: 'keyCompromise', actor: ACTOR })
    await publishCrls(deps)
    for (const [id, entries] of [
      ['office-ca-sm2', 1],
      ['root-sm2', 0],
      ['office-ca-p256', 0],
    ] as const) {
      const { der } = await currentCrl(deps, id)
      expect(await ask('crl', der, found(certificates, id))).toBe(`accepted ${entries} entries`)
      expect(await ask('crl', broken(der), found(certificates, id))).toMatch(/^refused/)
    }
    const { der } = await currentCrl(deps, 'office-ca-sm2')
    expect(await ask('crl', der, found(certificates, 'root-sm2'))).toMatch(/^refused/)
  })

  it('accepts OCSP answers of SM2 and P-256: good, revoked, unknown', async () => {
    const w = await ocspWorld()
    for (const [profile, issuer] of [
      ['seal-signer', 'office-ca-sm2'],
      ['document-signer', 'office-ca-p256'],
    ] as const) {
      const issuerDer = found(w.certificates, issuer)
      const one = await w.issue(profile)
      const answer = async () => (await w.ask(one.serialHex, { issuer })).der
      const good = await answer()
      expect(await ask('ocsp', good, one.der, issuerDer)).toBe('accepted good')
      expect(await ask('ocsp', good, (await w.issue(profile)).der, issuerDer)).toBe('refused')
      expect(await ask('ocsp', flip(good, 60), one.der, issuerDer)).toMatch(/^refused/)
      await revokeCertificate(w.deps, { ...one, reason: 'keyCompromise', actor: ACTOR })
      w.pass(120_000)
      expect(await ask('ocsp', await answer(), one.der, issuerDer)).toBe('accepted revoked')
    }
  })

  it.each(['sm2', 'p256'] as const)('accepts a time stamp, %s, over what was stamped', async (suite) => {
    const w = await tsaWorld()
    for (const algorithm of ['sm3', 'sha256'] as const) {
      const response = await w.service.answer(suite, queryOf({ algorithm }))
      if (response === undefined) throw new Error('no answer')
      expect(await ask('timestamp', response, MESSAGE)).toMatch(/^accepted 2026-11-21T08:00:0/)
      expect(await ask('timestamp', response, utf8('something else'))).toBe('refused')
      expect(await ask('timestamp', broken(response), MESSAGE)).toMatch(/^refused/)
    }
  })

  const message = async (content: Uint8Array, isAttached = false): Promise<Uint8Array> => {
    const { deps } = await pkiWorld()
    const key = signerFromPkcs8(generatePkcs8('SM2'))
    const wish = { profile: 'seal-signer', subject: SEAL_SUBJECT, publicKey: key.publicKey, actor: ACTOR }
    const certificate = (await issueCertificate(deps, wish)).der
    const { issuer, serial } = parseCertificate(certificate)
    const signedAttributes = buildSignedAttributes({
      suite: 'SM2-SM3',
      content: [content],
      certificate,
      digests: nodeCrypto,
      contentType: OID.gmData,
    })
    return encodeSm2SignedData({
      signedAttributes,
      signature: await key.sign(signedAttributes),
      signer: { issuer, serial },
      certificates: [certificate],
      ...(isAttached && { content }),
    })
  }

  it('accepts a GB/T 35275 message of ours, with its content inside and beside', async () => {
    const content = utf8('同意签章')
    const inside = await message(content, true)
    expect(await ask('message', inside)).toBe(`accepted ${OID.gmData} 1 signers`)
    expect(await ask('message', await message(content), content)).toBe(`accepted ${OID.gmData} 1 signers`)
    expect(await ask('message', await message(content), utf8('同意签章。'))).toMatch(/^refused/)
    expect(await ask('message', broken(inside))).toMatch(/^refused/)
  })

  it.skipIf(skipWithoutVectors())('and a message of CFCA, as we do', async () => {
    const file = join(vectorsDir() ?? '', 'gmsm', 'sadkSignedData.p7s')
    const text = readFileSync(file, 'latin1').trim()
    const der = text.startsWith('-----') ? (fromPem(text, 'PKCS7')[0] ?? new Uint8Array()) : undefined
    const bytes = der ?? new Uint8Array(readFileSync(file))
    expect(await ask('message', bytes[0] === 0x30 ? bytes : new Uint8Array(Buffer.from(text, 'base64')))).toMatch(
      /^accepted/,
    )
  })

  it('accepts an SM2 certification request', async () => {
    const key = signerFromPkcs8(generatePkcs8('SM2'))
    const subject = encodeName([{ oid: OID.commonName, text: '签章' }])
    const tbs = encodeCertificationRequestInfo({ subject, publicKey: key.publicKey })
    const request = encodeCertificationRequest({ tbs, algorithm: 'SM2-SM3', signature: await key.sign(tbs) })
    expect(await ask('request', request)).toMatch(/^accepted CN=/)
    expect(await ask('request', broken(request))).toMatch(/^refused/)
  })

  it('reads files, too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'xinyin-bc-'))
    const { certificates } = await pkiWorld()
    const path = join(folder, 'root.der')
    writeFileSync(path, found(certificates, 'root-sm2'))
    expect(await ask('certificate', path, path)).toBe(SM2)
    expect(await ask('certificate', join(folder, 'absent'), path)).toMatch(/^refused NoSuchFileException/)
    rmSync(folder, { recursive: true })
  })
})
