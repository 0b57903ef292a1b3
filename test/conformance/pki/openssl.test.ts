import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { currentCrl, issueCertificate, publishCrls, revokeCertificate } from '../../../src/pki/index.ts'
import { toHex, toPem } from '../../../standards/bytes.ts'
import { parseCertificate, parseCrl, serialHex } from '../../../standards/rfc5280-x509/index.ts'
import { skipWithoutProgram } from '../../support/outside.ts'
import { ACTOR, SEAL_SUBJECT, newPublicKey, pkiWorld } from '../../unit/pki/pki-world.ts'

const DEFAULT_ID = 'distid:1234567812345678'

describe.skipIf(skipWithoutProgram('openssl'))('openssl', () => {
  let folder: string
  let leaves: Record<string, Uint8Array>
  let crls: Record<string, Uint8Array>
  const openssl = (...args: string[]): { ok: boolean; out: string } => {
    const r = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
    return { ok: r.status === 0, out: r.stdout + r.stderr }
  }
  const put = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(folder, name), bytes)

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'xinyin-openssl-'))
    const { deps, certificates } = await pkiWorld()
    for (const { id, der } of certificates) {
      put(`${id}.pem`, toPem(der, 'CERTIFICATE'))
      put(`${id}.tbs`, parseCertificate(der).tbs)
      put(`${id}.sig`, parseCertificate(der).signature)
    }
    const issue = async (profile: string, algorithm: 'SM2' | 'P-256') =>
      issueCertificate(deps, { profile, subject: SEAL_SUBJECT, publicKey: newPublicKey(algorithm), actor: ACTOR })
    const seal = await issue('seal-signer', 'SM2')
    const revoked = await issue('seal-signer', 'SM2')
    leaves = { seal: seal.der, document: (await issue('document-signer', 'P-256')).der, revoked: revoked.der }
    for (const [name, der] of Object.entries(leaves)) put(`${name}.pem`, toPem(der, 'CERTIFICATE'))
    await revokeCertificate(deps, { ...revoked, reason: 'keyCompromise', actor: ACTOR })
    await publishCrls(deps)
    crls = {}
    for (const id of ['root-sm2', 'root-p256', 'office-ca-sm2', 'office-ca-p256']) {
      const { der } = await currentCrl(deps, id)
      crls[id] = der
      put(`${id}.crl`, der)
      put(`${id}.crl.tbs`, parseCrl(der).tbs)
      put(`${id}.crl.sig`, parseCrl(der).signature)
      put(
        `${id}.pub.pem`,
        toPem(parseCertificate(certificates.find((c) => c.id === id)?.der ?? der).publicKey, 'PUBLIC KEY'),
      )
    }
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const LEVELS = [
    ['root-sm2', 'office-ca-sm2'],
    ['seal-maker-ca-sm2', 'seal-maker-sm2'],
    ['infra-ca-sm2', 'status-sm2'],
    ['infra-ca-sm2', 'tsa-sm2'],
    ['entity-ca-sm2', 'entity-ocsp-sm2'],
    ['root-p256', 'root-ocsp-p256'],
    ['office-ca-sm2', 'seal'],
    ['root-p256', 'office-ca-p256'],
    ['infra-ca-p256', 'status-p256'],
    ['office-ca-p256', 'document'],
  ] as const

  it('accepts every certificate under its issuer, level by level', () => {
    for (const [issuer, subject] of LEVELS) {
      const sm2 = issuer.endsWith('sm2') ? ['-vfyopt', DEFAULT_ID] : []
      const r = openssl(
        'verify',
        '-partial_chain',

        '-x509_strict',
        ...sm2,
        '-trusted',
        `${issuer}.pem`,
        `${subject}.pem`,
      )
      expect(r.out.trim(), subject).toBe(`${subject}.pem: OK`)
    }
  })

  it('accepts the signature of every CA certificate, the self-signed roots too, over its to-be-signed bytes', () => {
    for (const [issuer, subject] of [
      ['root-sm2', 'root-sm2'],
      ['root-p256', 'root-p256'],
      ['root-sm2', 'office-ca-sm2'],
    ] as const) {
      const how = issuer.endsWith('sm2') ? ['-sm3', '-sigopt', DEFAULT_ID] : ['-sha256']
      const r = openssl(
        'dgst',
        ...how,
        '-verify',
        `${issuer}.pub.pem`,
        '-signature',
        `${subject}.sig`,
        `${subject}.tbs`,
      )
      expect(r.out.trim(), subject).toBe('Verified OK')
    }
  })

  it('refuses them under the other twin, and SM2 certificates without the id', () => {
    expect(openssl('verify', '-partial_chain', '-trusted', 'office-ca-p256.pem', 'seal.pem').ok).toBe(false)
    expect(
      openssl('verify', '-partial_chain', '-vfyopt', 'distid:other', '-trusted', 'office-ca-sm2.pem', 'seal.pem').ok,
    ).toBe(false)
  })

  it('reads what the profile says', () => {
    const text = openssl('x509', '-in', 'seal.pem', '-noout', '-text', '-nameopt', 'utf8').out
    for (const part of [
      'Signature Algorithm: SM2-with-SM3',
      'ASN1 OID: SM2',
      'O=云湖省住房和城乡建设厅, CN=99010000000017',
      'X509v3 Key Usage: critical',
      'Digital Signature, Non Repudiation',
      'CA:FALSE',
      'URI:http://127.0.0.1:3000/trust/crl/office-ca-sm2.crl',
    ])
      expect(text).toContain(part)
    expect(openssl('x509', '-in', 'document.pem', '-noout', '-text').out).toContain('1.3.6.1.5.5.7.3.36')
  })

  it('accepts the signature of every CRL over its to-be-signed bytes', () => {
    for (const id of Object.keys(crls)) {
      const how = id.endsWith('sm2') ? ['-sm3', '-sigopt', DEFAULT_ID] : ['-sha256']
      const r = openssl('dgst', ...how, '-verify', `${id}.pub.pem`, '-signature', `${id}.crl.sig`, `${id}.crl.tbs`)
      expect(r.out.trim(), id).toBe('Verified OK')
      const other = openssl('dgst', ...how, '-verify', `${id}.pub.pem`, '-signature', `${id}.crl.sig`, `${id}.crl`)
      expect(other.ok, id).toBe(false)
    }
    const p256 = openssl(
      'crl',
      '-inform',
      'DER',
      '-in',
      'office-ca-p256.crl',
      '-noout',
      '-CAfile',
      'office-ca-p256.pem',
      '-verify',
    )
    expect(p256.out).toContain('verify OK')
  })

  it('reads the revoked certificate, its reason and the number of the CRL', () => {
    const text = openssl('crl', '-inform', 'DER', '-in', 'office-ca-sm2.crl', '-noout', '-text').out
    expect(text.toLowerCase()).toContain(serialHex(parseCertificate(leaves['revoked'] as Uint8Array).serial))
    expect(text).toContain('Key Compromise')
    expect(text).toMatch(/X509v3 CRL Number:\s+1\n/)
  })

  it('agrees with two more readers: node and @peculiar/x509', () => {
    for (const der of Object.values(leaves)) {
      const ours = parseCertificate(der)
      const node = new X509Certificate(der)
      expect(node.serialNumber.toLowerCase()).toBe(serialHex(ours.serial))
      expect(new Date(node.validTo)).toEqual(ours.notAfter)
      expect(node.ca).toBe(false)
      const peculiar = new x509.X509Certificate(Buffer.from(der))
      expect(peculiar.notBefore).toEqual(ours.notBefore)
      expect(peculiar.subjectName.getField('CN')).toEqual(['99010000000017'])
      expect(peculiar.getExtension(x509.KeyUsagesExtension)?.critical).toBe(true)
      expect(peculiar.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId).toBe(
        toHex(ours.subjectKeyId ?? new Uint8Array()),
      )
    }
    const list = new x509.X509Crl(Buffer.from(crls['office-ca-sm2'] as Uint8Array))
    expect(list.entries.map((e) => e.serialNumber)).toEqual([
      serialHex(parseCertificate(leaves['revoked'] as Uint8Array).serial),
    ])
  })
})
