/** Our vectors before openssl's program, which takes a digest e and ciphertexts: some hundred processes, in the extended run. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fromHex, toHex, toPem } from '../../../standards/bytes.ts'
import { encode, objectIdentifier, octetString, sequence, smallInteger } from '../../../standards/der/index.ts'
import { skipWithoutProgram } from '../../support/outside.ts'
import type { WycheproofCase, WycheproofFile, WycheproofGroup } from './wycheproof-file.ts'
import { sayCount } from './wycheproof-file.ts'

const textOf = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../vectors/sm2/${name}`, import.meta.url)), 'utf8')
const hex = (holder: WycheproofCase | WycheproofGroup, field: string): Uint8Array => fromHex(String(holder[field]))

interface Difference {
  readonly implementation: string
  readonly file: string
  readonly accepts: readonly number[]
  readonly refuses: readonly number[]
}
const isExtended = process.env['XINYIN_EXTENDED'] !== undefined
if (!isExtended) process.stderr.write('skipped: vectors before openssl pkeyutl, which run with XINYIN_EXTENDED=1\n')

const ECPrivateKey = sequence({ version: smallInteger(), privateKey: octetString() })
const PrivateKeyInfo = sequence({
  version: smallInteger(),
  algorithm: sequence({ algorithm: objectIdentifier(), parameters: objectIdentifier() }),
  privateKey: octetString(),
})
const pkcs8Of = (d: Uint8Array): Uint8Array =>
  encode(PrivateKeyInfo, {
    version: 0,
    algorithm: { algorithm: '1.2.840.10045.2.1', parameters: '1.2.156.10197.1.301' },
    privateKey: encode(ECPrivateKey, { version: 1, privateKey: d }),
  })

describe.skipIf(!isExtended || skipWithoutProgram('openssl'))('openssl pkeyutl', () => {
  let folder = ''
  const at = (name: string): string => join(folder, name)
  const openssl = (...args: readonly string[]): boolean =>
    spawnSync('openssl', args, { stdio: 'ignore', timeout: 10_000 }).status === 0
  const openPkeyutl = (...args: readonly string[]): boolean => openssl('pkeyutl', ...args)
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'xinyin-vectors-'))))
  afterAll(() => rmSync(folder, { recursive: true }))

  const run = (
    name: string,
    accepts: (test: WycheproofCase, group: WycheproofGroup) => boolean,
    only: (group: WycheproofGroup) => boolean = () => true,
  ): void => {
    const { testGroups } = JSON.parse(textOf(name)) as WycheproofFile
    const cases = testGroups
      .filter(only)
      .flatMap((group) => group.tests.map((test) => ({ test, accepted: accepts(test, group) })))
    const of = (result: string, accepted: boolean): number[] =>
      cases.filter((c) => c.test.result === result && c.accepted === accepted).map((c) => c.test.tcId)
    const listed = (JSON.parse(textOf('differences.json')) as readonly Difference[]).filter(
      (d) => d.implementation === 'openssl pkeyutl' && d.file === name,
    )
    expect({ accepts: of('invalid', true), refuses: of('valid', false) }).toEqual({
      accepts: listed.flatMap((d) => d.accepts).toSorted((a, b) => a - b),
      refuses: listed.flatMap((d) => d.refuses).toSorted((a, b) => a - b),
    })
    sayCount(`${name}, openssl pkeyutl`, {
      cases: cases.length,
      'wrongly accepted': of('invalid', true).length,
      'wrongly refused': of('valid', false).length,
    })
  }

  it('on sm2_verify_digest_test.json', { timeout: 120_000 }, () => {
    run('sm2_verify_digest_test.json', (test, group) => {
      writeFileSync(at('key.pem'), toPem(hex(group, 'publicKeyDer'), 'PUBLIC KEY'))
      writeFileSync(at('e'), hex(test, 'e'))
      writeFileSync(at('sig'), hex(test, 'sig'))
      const key = ['-pubin', '-inkey', at('key.pem')]
      return openPkeyutl('-verify', ...key, '-in', at('e'), '-sigfile', at('sig'))
    })
  })

  it('on the DER ciphertexts of sm2_encrypt_test.json', { timeout: 120_000 }, () => {
    run(
      'sm2_encrypt_test.json',
      (test, group) => {
        writeFileSync(at('key.pem'), toPem(pkcs8Of(fromHex((group['privateKey'] as { d: string }).d)), 'PRIVATE KEY'))
        writeFileSync(at('ct'), hex(test, 'ct'))
        rmSync(at('msg'), { force: true })
        if (!openPkeyutl('-decrypt', '-inkey', at('key.pem'), '-in', at('ct'), '-out', at('msg'))) return false
        return toHex(new Uint8Array(readFileSync(at('msg')))) === test['msg']
      },
      (group) => group['encoding'] === 'DER',
    )
  })
})
