/** A subscriber who has only openssl: makes key and request, checks what comes back, and opens the delivered encryption key. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findDeliveries } from '../../../src/pki/enrolment/index.ts'
import { concat, fromHex, fromPem, toHex, toPem } from '../../../standards/bytes.ts'
import { decode, readElements, readSingle } from '../../../standards/der/index.ts'
import { SM2EnvelopedKey, encodeSm2Cipher } from '../../../standards/gbt-35276-sm2-usage/index.ts'
import { encodeSm2PublicKey } from '../../../standards/gbt-32918-sm2/index.ts'
import { parseCertificate } from '../../../standards/rfc5280-x509/index.ts'
import { freshEmbedded } from '../../support/database.ts'
import { skipWithoutProgram } from '../../support/outside.ts'
import { need } from '../../unit/pki/enrolment-acts.ts'
import type { EnrolmentWorld } from '../../unit/pki/enrolment-world.ts'
import { enrolmentWorld } from '../../unit/pki/enrolment-world.ts'

const ID = 'distid:1234567812345678'
/** PrivateKeyInfo of an SM2 key without its public half, up to the 32 bytes. */
const PKCS8_HEAD = fromHex('3041020100301306072a8648ce3d020106082a811ccf5501822d042730250201010420')

describe.skipIf(skipWithoutProgram('openssl'))('a subscriber with openssl', () => {
  let w: EnrolmentWorld
  let folder: string
  beforeAll(async () => {
    w = await enrolmentWorld(await freshEmbedded())
    folder = mkdtempSync(join(tmpdir(), 'xinyin-subscriber-'))
    for (const { id, der } of w.certificates) put(`${id}.pem`, toPem(der, 'CERTIFICATE'))
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true })
    await w.db.close()
  })
  const put = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(folder, name), bytes)
  const take = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)))
  const openssl = (...args: string[]): { ok: boolean; out: string } => {
    const r = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8', timeout: 60_000 })
    return { ok: r.status === 0, out: r.stdout + r.stderr }
  }
  const run = (...args: string[]): string => {
    const { ok, out } = openssl(...args)
    expect({ args, ok, out }).toMatchObject({ ok: true })
    return out
  }
  const KEYS = {
    SM2: [
      ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:SM2'],
      ['-sm3', '-sigopt', ID],
    ],
    'P-256': [['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'], ['-sha256']],
    RSA: [['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:3072'], ['-sha256']],
  } as const
  const enrol = async (kind: keyof typeof KEYS, dual = false) => {
    const [generate, sign] = KEYS[kind]
    run('genpkey', ...generate, '-out', `${kind}.key`)
    run('req', '-new', '-key', `${kind}.key`, ...sign, '-subj', '/CN=anything', '-out', `${kind}.csr`)
    const [csr] = fromPem(readFileSync(join(folder, `${kind}.csr`), 'latin1'), 'CERTIFICATE REQUEST')
    const key = { csr: need(csr), pkcs8: new Uint8Array(), publicKey: new Uint8Array() }
    const { application } = await w.certify('citizen', { key, dual })
    for (const use of ['signing', 'encryption'] as const) {
      const name = application[use]
      const found = name && (await w.deps.pki.store.findBySerial(name.issuerId, name.serialHex))
      if (found !== undefined) put(`${kind}-${use}.pem`, toPem(found.der, 'CERTIFICATE'))
    }
    return application
  }

  it.each(['P-256', 'RSA'] as const)('gets a certificate that its chain holds, root to leaf (%s)', async (kind) => {
    await enrol(kind)
    const chain = ['-CAfile', 'root-p256.pem', '-untrusted', 'person-ca-p256.pem']
    expect(run('verify', '-x509_strict', ...chain, `${kind}-signing.pem`)).toContain('OK')
    const [certified, own] = [
      run('x509', '-in', `${kind}-signing.pem`, '-noout', '-pubkey'),
      run('pkey', '-in', `${kind}.key`, '-pubout'),
    ]
    expect(certified).toBe(own)
  })

  it('gets an SM2 pair that its CA holds, one to sign, one to encrypt', async () => {
    await enrol('SM2', true)
    for (const use of ['signing', 'encryption'])
      expect(
        run(
          'verify',
          '-partial_chain',
          '-x509_strict',
          '-vfyopt',
          ID,
          '-trusted',
          'person-ca-sm2.pem',
          `SM2-${use}.pem`,
        ),
      ).toContain('OK')
    expect(run('x509', '-in', 'SM2-signing.pem', '-noout', '-ext', 'keyUsage')).toMatch(
      /Digital Signature, Non Repudiation\s*$/,
    )
    expect(run('x509', '-in', 'SM2-encryption.pem', '-noout', '-ext', 'keyUsage')).toMatch(
      /Key Encipherment, Data Encipherment, Key Agreement\s*$/,
    )
    expect(run('x509', '-in', 'SM2-signing.pem', '-noout', '-pubkey')).toBe(run('pkey', '-in', 'SM2.key', '-pubout'))
  })

  it('opens the delivered key with the signing key, and it is that of the encryption certificate', async () => {
    const application = await enrol('SM2', true)
    const [delivery] = await findDeliveries(w.deps, need(application.encryption))
    const { symEncryptedKey, sm2PublicKey, sm2EncryptedPrivateKey } = decode(SM2EnvelopedKey, need(delivery).envelope)
    // What stands in the envelope, as it stands there: nothing is taken through our own cipher.
    const parts = readElements(readSingle(need(delivery).envelope, { path: '' }).content, { path: '' })
    expect(encodeSm2Cipher(symEncryptedKey)).toEqual(parts[1]?.der)
    put('sm4.enc', need(parts[1]).der)
    put('d.enc', sm2EncryptedPrivateKey)
    run('pkeyutl', '-decrypt', '-inkey', 'SM2.key', '-in', 'sm4.enc', '-out', 'sm4.key')
    run('enc', '-d', '-sm4-ecb', '-nopad', '-K', toHex(take('sm4.key')), '-in', 'd.enc', '-out', 'd')
    expect(take('d')).toHaveLength(32)
    put('encryption.key', toPem(concat(PKCS8_HEAD, take('d')), 'PRIVATE KEY'))
    const opened = run('pkey', '-in', 'encryption.key', '-pubout')
    expect(opened).toBe(run('x509', '-in', 'SM2-encryption.pem', '-noout', '-pubkey'))
    const [der] = fromPem(readFileSync(join(folder, 'SM2-encryption.pem'), 'latin1'), 'CERTIFICATE')
    expect(encodeSm2PublicKey(sm2PublicKey)).toEqual(parseCertificate(need(der)).publicKey)
  })

  it('cannot open it with any other key', async () => {
    const application = await enrol('SM2', true)
    const [delivery] = await findDeliveries(w.deps, need(application.encryption))
    put('sm4.enc', encodeSm2Cipher(decode(SM2EnvelopedKey, need(delivery).envelope).symEncryptedKey))
    run('genpkey', ...KEYS.SM2[0], '-out', 'other.key')
    expect(openssl('pkeyutl', '-decrypt', '-inkey', 'other.key', '-in', 'sm4.enc', '-out', 'x').ok).toBe(false)
  })
})
