/**
 * The service on a hierarchy from a ceremony, its root away: it starts, publishes the root's list, checks its keys, and enters the
 * transcript. Then the folder is lost and comes back from shares, and numbers go on.
 */
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDataFolder } from '../../../adapters/data-folder/index.ts'
import type { Assembly } from '../../../src/assemble.ts'
import { assemble } from '../../../src/assemble.ts'
import { readConfig } from '../../../src/config.ts'
import { silentLogger, systemClock, systemRandom } from '../../../src/kernel/index.ts'
import { publishCrls, revokeCertificate } from '../../../src/pki/index.ts'
import { fromPem, toBase64 } from '../../../standards/bytes.ts'
import { parseCertificate, serialHex } from '../../../standards/rfc5280-x509/index.ts'
import { skipWithoutPostgres, startPostgres } from '../../support/database.ts'
import type { PostgresServer } from '../../support/database.ts'
import { runCommand } from './run-command.ts'

describe.skipIf(skipWithoutPostgres())('a service whose root is offline', () => {
  let server: PostgresServer
  let root: string
  let env: Record<string, string>
  const data = (): string => join(root, 'data')
  const inOut = (pattern: RegExp): string =>
    join(root, 'out', readdirSync(join(root, 'out')).find((n) => pattern.test(n)) ?? 'none')
  const shares = (): string[] => [
    '--backup',
    inOut(/^backup/),
    '--share',
    inOut(/^share-1/),
    '--share',
    inOut(/^share-2/),
  ]
  const withService = async <T>(work: (assembly: Assembly) => Promise<T>): Promise<T> => {
    const config = readConfig(env)
    const folder = await openDataFolder(data(), { exclusive: false })
    const assembly = await assemble({
      config,
      folder,
      publicUrl: env['PUBLIC_URL'] ?? '',
      clock: systemClock,
      logger: silentLogger,
      registries: config.registries,
    })
    try {
      return await work(assembly)
    } finally {
      await assembly.sequencer.stop()
      await assembly.db.close()
      await folder.release()
    }
  }
  const serialOf = (id: string): string => {
    const [der] = fromPem(readFileSync(join(data(), 'ceremony', `${id}.pem`), 'utf8'), 'CERTIFICATE')
    return serialHex(parseCertificate(der ?? new Uint8Array()).serial)
  }
  const ok = async (...args: readonly string[]): Promise<void> => {
    const { code, err } = await runCommand(args, env)
    expect([code, err]).toEqual([0, ''])
  }

  beforeAll(async () => {
    server = startPostgres()
    root = mkdtempSync(join(tmpdir(), 'xinyin-offline-'))
    const [url, script] = [await server.newDatabase(), join(root, 'script.json')]
    env = {
      XINYIN_DATA: data(),
      PUBLIC_URL: 'https://xinyin.yunhu.example',
      MASTER_KEY: toBase64(systemRandom.bytes(32)),
      DATABASE_URL: url,
      XINYIN_CUSTODIANS_FILE: join(root, 'people.json'),
    }
    const made = await runCommand(
      ['ceremony', 'script', '--custodians', '2', '--threshold', '2', '--offline-root', '--out', script],
      env,
    )
    const confirm = /SM3: ([0-9a-f]{8})[0-9a-f]{56}\s+文件/.exec(made.out)?.[1] ?? ''
    const person = (passphrase: string) => ({ confirm, passphrase })
    writeFileSync(
      join(root, 'people.json'),
      JSON.stringify({ one: person('passphrase of one'), two: person('passphrase of two') }),
    )
    await ok(
      'ceremony',
      'run',
      '--script',
      script,
      '--custodian',
      'one',
      '--custodian',
      'two',
      '--out',
      join(root, 'out'),
    )
  })
  afterAll(() => {
    server.stop()
    rmSync(root, { recursive: true, force: true })
  })

  it('starts, publishes the list of the ceremony, and enters the transcript into its audit once', async () => {
    for (let start = 0; start < 2; start++)
      await withService(async ({ pki, db }) => {
        await publishCrls(pki)
        for (const id of ['root-sm2', 'root-p256']) expect((await pki.store.currentCrl(id))?.number).toBe(1)
        const rows = await db.query(`SELECT detail FROM audit_event WHERE action = 'ceremony.recorded'`)
        expect(rows).toHaveLength(1)
        expect(rows[0]?.['detail']).toMatchObject({ custodians: 2, threshold: 2 })
        expect(JSON.stringify(rows)).not.toContain('"one"')
      })
  })

  it('asks for a list with what was revoked, has it signed by the shares, and publishes it', async () => {
    const revoked = await withService(async ({ pki }) => {
      const serial = serialOf('person-ca-sm2')
      const actor = { kind: 'system', id: 'test' } as const
      await revokeCertificate(pki, { issuerId: 'root-sm2', serialHex: serial, reason: 'superseded', actor })
      await publishCrls(pki)
      return serial
    })
    const request = join(root, 'request.json')
    await ok('ceremony', 'root-crl', 'request', '--days', '200', '--out', request)
    expect(readFileSync(request, 'utf8')).toContain(revoked)
    await ok('ceremony', 'root-crl', 'sign', '--request', request, ...shares(), '--out', join(root, 'lists'))
    const lists = readdirSync(join(root, 'lists')).map((n) => join(root, 'lists', n))
    await ok('ceremony', 'root-crl', 'install', ...lists)
    await withService(async ({ pki }) => {
      await publishCrls(pki)
      const current = await pki.store.currentCrl('root-sm2')
      expect(current?.number).toBeGreaterThan(1)
      expect((current?.nextUpdate.getTime() ?? 0) - Date.now()).toBeGreaterThan(190 * 86_400_000)
    })
  })

  it.each([
    ['cut off', (path: string) => truncateSync(path, 100), 'KEY_UNUSABLE'],
    ['gone', (path: string) => rmSync(path), 'KEY_NOT_FOUND'],
    ["another's", (path: string, other: string) => writeFileSync(path, readFileSync(other)), 'KEY_UNUSABLE'],
  ])('does not start with a key file that is %s, whichever key it is', async (_, spoil, code) => {
    const [path, other] = [join(data(), 'keys', 'tsa-p256.key.json'), join(data(), 'keys', 'tsa-sm2.key.json')]
    const kept = readFileSync(path)
    spoil(path, other)
    await expect(withService(() => Promise.resolve())).rejects.toMatchObject({ code })
    writeFileSync(path, kept, { mode: 0o600 })
  })

  it('does not start with a transcript that was changed', async () => {
    const path = join(data(), 'ceremony', 'transcript.json')
    const kept = readFileSync(path, 'utf8')
    writeFileSync(path, kept.replace('"threshold\\": 2', '"threshold\\": 1').replace('\\"one\\"', '\\"eve\\"'))
    await expect(withService(() => Promise.resolve())).rejects.toMatchObject({ code: 'CHAIN_INVALID' })
    writeFileSync(path, kept)
  })

  it('comes back from two shares when the data folder is destroyed: same keys, numbers go on', async () => {
    const before = await withService(async ({ pki }) => ({
      certificates: pki.authorities.map((a) => a.certificate.der.toString()),
      number: (await pki.store.currentCrl('office-ca-sm2'))?.number ?? 0,
    }))
    renameSync(data(), join(root, 'lost'))
    await expect(
      withService(() => Promise.resolve()),
      'no keys, and nobody makes others',
    ).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
    rmSync(data(), { recursive: true, force: true })
    await ok('keys', 'restore', ...shares())
    expect(existsSync(join(data(), 'keys', 'root-sm2.key.json'))).toBe(false)
    await withService(async ({ pki }) => {
      expect(pki.authorities.map((a) => a.certificate.der.toString())).toEqual(before.certificates)
      const actor = { kind: 'system', id: 'test' } as const
      const responder = await pki.store.findBySerial('office-ca-sm2', serialOf('office-ocsp-sm2'))
      expect(responder).toBeDefined()
      await revokeCertificate(pki, {
        issuerId: 'office-ca-sm2',
        serialHex: responder?.serialHex ?? '',
        reason: 'superseded',
        actor,
      })
      await publishCrls(pki)
      expect((await pki.store.currentCrl('office-ca-sm2'))?.number).toBeGreaterThan(before.number)
    })
  })
})
