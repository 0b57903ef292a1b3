import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { generatePkcs8, nodeCrypto, signerFromPkcs8 } from '../../../src/crypto/node.ts'
import { fromPem, toPem } from '../../../standards/bytes.ts'
import { DerError } from '../../../standards/errors.ts'
import { OID } from '../../../standards/oid/index.ts'
import type { CertificationRequest } from '../../../standards/rfc2986-pkcs10/index.ts'
import {
  encodeCertificationRequest,
  encodeCertificationRequestInfo,
  extensionRequestAttribute,
  isPossessionProven,
  parseCertificationRequest,
} from '../../../standards/rfc2986-pkcs10/index.ts'
import { encodeName, keyUsageExtension, publicKeyKind } from '../../../standards/rfc5280-x509/index.ts'
import { skipWithoutProgram, skipWithoutVectors, vectorsDir } from '../../support/outside.ts'

const LABEL = 'CERTIFICATE REQUEST'
const proves = (request: CertificationRequest): boolean => {
  const answers = [nodeCrypto, portableCrypto].map((crypto) => isPossessionProven(request, crypto))
  expect(new Set(answers).size).toBe(1)
  return answers[0] === true
}

/** File, deviations, whether its signature is its own key's. */
const VECTORS = [
  ['tongsuo/sm2-csr.pem', [], true],
  ['tongsuo/sm2-noza-csr.pem', [], false],
  ['gmsm/csrFromAli.pem', ['ATTRIBUTE_REPEATED'], true],
  ['gmsm/sadkGeneratedCSR.pem', ['ATTRIBUTE_WITHOUT_SET', 'ATTRIBUTE_WITHOUT_SET'], true],
  ['gmsm/trustAsiaCSR.pem', ['ATTRIBUTE_WITHOUT_SET', 'ATTRIBUTE_WITHOUT_SET'], false],
] as const

describe.skipIf(skipWithoutVectors())('SM2 certification requests of others', () => {
  it.each(VECTORS)('%s', (file, deviations, own) => {
    const [der] = fromPem(readFileSync(join(vectorsDir() ?? '', file), 'latin1'), LABEL)
    if (der === undefined) throw new Error('no request')
    const request = parseCertificationRequest(der, 'compat')
    expect(request.leniencies.map((l) => l.code)).toEqual(deviations)
    expect(publicKeyKind(request.publicKey)).toBe('SM2')
    expect(proves(request)).toBe(own)
    if (deviations.length > 0) expect(() => parseCertificationRequest(der)).toThrow(DerError)
  })
})

describe.skipIf(skipWithoutProgram('openssl'))('openssl req', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'xinyin-pkcs10-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  const openssl = (...args: string[]): { ok: boolean; out: string } => {
    const r = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8', timeout: 60_000 })
    return { ok: r.status === 0, out: r.stdout + r.stderr }
  }
  const DEFAULT_ID = ['distid:1234567812345678'] as const

  const KEYS = [
    ['SM2', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:SM2'], ['-sm3', '-sigopt', ...DEFAULT_ID]],
    ['P-256', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'], ['-sha256']],
    ['RSA', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:3072'], ['-sha256']],
  ] as const

  it.each(KEYS)('makes requests that we read and believe (%s)', (kind, generate, sign) => {
    expect(openssl('genpkey', ...generate, '-out', 'key.pem').out).not.toContain('rror')
    const wishes = ['-addext', 'subjectAltName=DNS:example.cn', '-addext', 'keyUsage=critical,digitalSignature']
    const subject = ['-utf8', '-subj', '/C=CN/O=云湖示范食品有限公司/CN=云湖示范食品有限公司']
    const made = openssl('req', '-new', '-key', 'key.pem', ...sign, ...subject, ...wishes, '-out', 'made.pem')
    expect(made).toMatchObject({ ok: true })
    const [der] = fromPem(readFileSync(join(folder, 'made.pem'), 'latin1'), LABEL)
    const request = parseCertificationRequest(der as Uint8Array)
    expect(publicKeyKind(request.publicKey)).toBe(kind)
    expect(request.requestedExtensions.map((e) => e.extnID)).toEqual([OID.subjectAltName, OID.keyUsage])
    expect(request.subjectFields.at(-1)?.text).toBe('云湖示范食品有限公司')
    expect(proves(request)).toBe(true)
  })

  it('SM2 with the empty id is not a proof', () => {
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:SM2', '-out', 'empty.key')
    expect(openssl('req', '-new', '-key', 'empty.key', '-sm3', '-subj', '/CN=x', '-out', 'empty.pem').ok).toBe(true)
    const [der] = fromPem(readFileSync(join(folder, 'empty.pem'), 'latin1'), LABEL)
    expect(proves(parseCertificationRequest(der as Uint8Array))).toBe(false)
  })

  it.each(['SM2', 'P-256'] as const)('accepts ours and sees our wishes (%s)', async (kind) => {
    const signer = signerFromPkcs8(generatePkcs8(kind))
    const subject = encodeName([{ oid: OID.commonName, text: '周示范' }])
    const attributes = [extensionRequestAttribute([keyUsageExtension([0, 1])])]
    const tbs = encodeCertificationRequestInfo({ subject, publicKey: signer.publicKey, attributes })
    const der = encodeCertificationRequest({ tbs, algorithm: signer.algorithm, signature: await signer.sign(tbs) })
    writeFileSync(join(folder, 'ours.pem'), toPem(der, LABEL))
    const id = kind === 'SM2' ? ['-vfyopt', ...DEFAULT_ID] : []
    const { ok, out } = openssl('req', '-in', 'ours.pem', '-noout', '-verify', '-text', ...id)
    expect({ ok, out }).toMatchObject({ ok: true, out: expect.stringContaining('Digital Signature, Non Repudiation') })
    expect(out).toContain('verify OK')
  })
})
