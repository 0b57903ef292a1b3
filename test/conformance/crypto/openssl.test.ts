/** OpenSSL's own program accepts what we sign, and we what it signs. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { generatePkcs8, nodeCrypto, signerFromPkcs8 } from '../../../src/crypto/node.ts'
import { fromPem, toPem } from '../../../standards/bytes.ts'
import { skipWithoutProgram } from '../../support/outside.ts'

const DISTID = ['-sigopt', 'distid:1234567812345678']
const cases = [
  ['SM2', '-sm3', DISTID],
  ['P-256', '-sha256', []],
] as const

describe.skipIf(skipWithoutProgram('openssl')).each(cases)('openssl dgst, %s', (algorithm, digest, options) => {
  let folder = ''
  const at = (name: string): string => join(folder, name)
  const openssl = (...args: readonly string[]): number => spawnSync('openssl', args, { stdio: 'ignore' }).status ?? -1
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'xinyin-openssl-'))
    writeFileSync(at('message'), '签章数据')
    writeFileSync(at('other'), '签章数据.')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('accepts our signature over this message only', async () => {
    const signer = signerFromPkcs8(generatePkcs8(algorithm))
    writeFileSync(at('public.pem'), toPem(signer.publicKey, 'PUBLIC KEY'))
    writeFileSync(at('signature'), await signer.sign(readFileSync(at('message'))))
    const check = ['dgst', digest, '-verify', at('public.pem'), ...options, '-signature', at('signature')]
    expect(openssl(...check, at('message'))).toBe(0)
    expect(openssl(...check, at('other'))).not.toBe(0)
  })

  it('signs what we accept', () => {
    const pkcs8 = generatePkcs8(algorithm)
    const { publicKey, algorithm: name } = signerFromPkcs8(pkcs8)
    writeFileSync(at('private.pem'), toPem(pkcs8, 'PRIVATE KEY'))
    expect(
      openssl('dgst', digest, '-sign', at('private.pem'), ...options, '-out', at('signature'), at('message')),
    ).toBe(0)
    const signature = new Uint8Array(readFileSync(at('signature')))
    for (const crypto of [portableCrypto, nodeCrypto]) {
      const check = { algorithm: name, publicKey, message: new Uint8Array(readFileSync(at('message'))), signature }
      expect(crypto.isSignedBy(check)).toBe(true)
      expect(crypto.isSignedBy({ ...check, message: new Uint8Array(readFileSync(at('other'))) })).toBe(false)
    }
  })

  it('makes keys that we can sign with', async () => {
    const curve = algorithm === 'SM2' ? 'SM2' : 'P-256'
    expect(
      openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`, '-out', at('theirs.pem')),
    ).toBe(0)
    const signer = signerFromPkcs8(fromPem(readFileSync(at('theirs.pem'), 'utf8'), 'PRIVATE KEY')[0] as Uint8Array)
    writeFileSync(at('signature'), await signer.sign(readFileSync(at('message'))))
    openssl('pkey', '-in', at('theirs.pem'), '-pubout', '-out', at('public.pem'))
    const check = ['dgst', digest, '-verify', at('public.pem'), ...options, '-signature', at('signature')]
    expect(openssl(...check, at('message'))).toBe(0)
  })
})
