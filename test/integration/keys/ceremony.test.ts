/** The ceremony as operators run it: script, custodians, offline root, backup, disaster, restore; and everything that must be refused. */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCeremonyFolder } from '../../../keys/ceremony-folder.ts'
import { readTranscripts, requireGenuine } from '../../../keys/ceremony-transcript.ts'
import { openSoftwareKeyStore } from '../../../keys/software/index.ts'
import { fixedKeyRing, nodeCrypto } from '../../../src/crypto/node.ts'
import { systemRandom } from '../../../src/kernel/index.ts'
import { fromBase64, fromPem, toBase64, toHex } from '../../../standards/bytes.ts'
import { isSignatureValid, parseCertificate, parseCrl } from '../../../standards/rfc5280-x509/index.ts'
import type { CliResult } from '../verification/run-cli.ts'
import { runCommand } from './run-command.ts'

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url))
const PEOPLE = ['keeper-a', 'keeper-b', 'keeper-c']
const passphraseOf = (name: string): string => `the passphrase of ${name}`

describe('the ceremony of operators', () => {
  let root: string
  let script: string
  let digest: string
  const masterKey = toBase64(systemRandom.bytes(32))
  const data = (): string => join(root, 'data')
  const env = (more: Record<string, string> = {}): Record<string, string> => ({
    XINYIN_DATA: data(),
    PUBLIC_URL: 'https://xinyin.yunhu.example',
    MASTER_KEY: masterKey,
    XINYIN_CUSTODIANS_FILE: join(root, 'custodians.json'),
    ...more,
  })
  const answers = (
    change: (all: Record<string, { confirm: string; passphrase: string }>) => void = () => undefined,
  ): void => {
    const all = Object.fromEntries(
      PEOPLE.map((name) => [name, { confirm: digest.slice(0, 8), passphrase: passphraseOf(name) }]),
    )
    change(all)
    writeFileSync(join(root, 'custodians.json'), JSON.stringify(all))
  }
  const custodians = PEOPLE.flatMap((name) => ['--custodian', name])
  const perform = (out = 'out', more: Record<string, string> = {}): Promise<CliResult> =>
    runCommand(['ceremony', 'run', '--script', script, ...custodians, '--out', join(root, out)], env(more))
  const pick = (out: string, pattern: RegExp): string => {
    const name = readdirSync(join(root, out)).find((n) => pattern.test(n))
    return join(root, out, name ?? 'none')
  }
  const share = (n: number, out = 'out'): string[] => ['--share', pick(out, new RegExp(`^share-${n}-`))]
  const bundle = (out = 'out'): string[] => ['--backup', pick(out, /^backup-/)]
  const keyFiles = (): string[] => readdirSync(join(data(), 'keys')).filter((n) => n.endsWith('.key.json'))
  const certificate = (id: string) =>
    parseCertificate(
      fromPem(readFileSync(join(data(), 'ceremony', `${id}.pem`), 'utf8'), 'CERTIFICATE')[0] ?? new Uint8Array(),
    )
  const allKeysMatch = async (): Promise<number> => {
    const ring = fixedKeyRing([{ id: 'm1', key: fromBase64(masterKey) }], 'm1')
    const store = openSoftwareKeyStore({ folder: join(data(), 'keys'), masterKey: ring, random: systemRandom })
    for (const name of keyFiles()) {
      const id = name.replace('.key.json', '')
      expect(toHex((await store.signer(id)).publicKey), id).toBe(toHex(certificate(id).publicKey))
    }
    return keyFiles().length
  }

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'xinyin-ceremony-'))
    script = join(root, 'script.json')
    const made = await runCommand(
      ['ceremony', 'script', '--custodians', '3', '--threshold', '2', '--offline-root', '--out', script],
      env(),
    )
    expect([made.code, made.err]).toEqual([0, ''])
    digest = /SM3: ([0-9a-f]{64})\s+文件/.exec(made.out)?.[1] ?? ''
    expect(made.out).toContain('root-sm2')
    expect(existsSync(data()), 'a script makes nothing').toBe(false)
    answers()
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  describe('refuses, before any key is made,', () => {
    const refused = async (result: Promise<CliResult>, what: string): Promise<void> => {
      const { code, err } = await result
      expect([code, err]).toEqual([3, expect.stringContaining(what)])
      expect(existsSync(join(data(), 'keys'))).toBe(false)
    }

    it('a script with any letter changed: the custodians hold another digest', async () => {
      const text = readFileSync(script, 'utf8')
      const changed = join(root, 'changed.json')
      writeFileSync(changed, text.replace('"nonce": "', '"nonce": "0'))
      await refused(
        runCommand(['ceremony', 'run', '--script', changed, ...custodians, '--out', join(root, 'out')], env()),
        'CEREMONY_REFUSED',
      )
      writeFileSync(changed, text.replace('"threshold": 2', '"threshold": 3'))
      await refused(
        runCommand(['ceremony', 'run', '--script', changed, ...custodians, '--out', join(root, 'out')], env()),
        'CEREMONY_REFUSED',
      )
    })

    it('a script for other keys, another address, or a device that the settings name now', async () => {
      const changed = join(root, 'changed.json')
      writeFileSync(changed, readFileSync(script, 'utf8').replace('"years": 20', '"years": 30'))
      const run = ['ceremony', 'run', '--script', changed, ...custodians, '--out', join(root, 'out')]
      await refused(runCommand(run, env()), 'keys')
      await refused(perform('out', { PUBLIC_URL: 'https://other.example' }), 'publicUrl')
      const device = { PKCS11_MODULE: '/x.so', PKCS11_TOKEN_LABEL: 't', PKCS11_PIN_FILE: '/p', PKCS11_KEYS: 'root-*' }
      await refused(perform('out', device), 'keys')
      writeFileSync(changed, '{}')
      await refused(runCommand(run, env()), 'CEREMONY_REFUSED')
    })

    it('other custodians than the script says, one twice, two with one passphrase, a weak one', async () => {
      const run = ['ceremony', 'run', '--script', script, '--out', join(root, 'out')]
      await refused(runCommand([...run, '--custodian', 'keeper-a', '--custodian', 'keeper-b'], env()), '3')
      const twice = ['--custodian', 'keeper-a', '--custodian', 'keeper-a', '--custodian', 'keeper-b']
      await refused(runCommand([...run, ...twice], env()), '保管人')
      answers((all) => (all['keeper-b'] = { confirm: digest, passphrase: passphraseOf('keeper-a') }))
      await refused(perform(), '')
      answers((all) => (all['keeper-b'] = { confirm: '00000000', passphrase: passphraseOf('keeper-b') }))
      await refused(perform(), 'CEREMONY_REFUSED')
      answers()
    })

    it('a ceremony without a master key of its own', async () => {
      const { MASTER_KEY: _, ...without } = env()
      const run = ['ceremony', 'run', '--script', script, ...custodians, '--out', join(root, 'out')]
      await refused(runCommand(run, without), 'MASTER_KEY')
    })
  })

  it(
    'is finished after kill -9 at several points, with the same keys, and then refuses its script',
    { timeout: 90_000 },
    async () => {
      const marks = ['keys/root-p256.key.json', 'ceremony/office-ca-sm2.pem', 'ceremony/transcript.json']
      let rootKey: string | undefined
      for (const mark of marks) {
        const child = spawn(
          process.execPath,
          [MAIN, 'ceremony', 'run', '--script', script, ...custodians, '--out', join(root, 'out')],
          { env: { PATH: process.env['PATH'] ?? '', ...env() }, stdio: 'ignore' },
        )
        const ended = new Promise((resolve) => child.once('exit', resolve))
        while (!existsSync(join(data(), mark)) && child.exitCode === null) await sleep(1)
        child.kill('SIGKILL')
        await ended
        const now = readFileSync(join(data(), 'ceremony', 'root-sm2.pem'), 'utf8')
        expect(now).toBe((rootKey ??= now))
      }
      expect(existsSync(join(data(), 'ceremony', 'ceremony-1.end.json')), 'not ended yet').toBe(false)
      const other = spawn(
        process.execPath,
        [MAIN, 'ceremony', 'run', '--script', script, ...custodians, '--out', join(root, 'out')],
        {
          env: { PATH: process.env['PATH'] ?? '', ...env() },
          stdio: 'ignore',
        },
      )
      const ended = new Promise<number | null>((resolve) => other.once('exit', resolve))
      const lock = join(data(), 'keys-lock', 'lock')
      const holder = (): string => {
        try {
          return readFileSync(lock, 'utf8')
        } catch {
          // Between the lock of the killed run and the new one.
          return ''
        }
      }
      while (!holder().startsWith(`${other.pid} `) && other.exitCode === null) await sleep(1)
      expect(await perform(), 'two at once').toMatchObject({ code: 3, err: expect.stringContaining('another command') })
      expect(await ended).toBe(0)
      expect(readFileSync(join(data(), 'ceremony', 'root-sm2.pem'), 'utf8')).toBe(rootKey)
      const again = await perform()
      expect([again.code, again.err]).toEqual([3, expect.stringContaining('performed already')])
    },
  )

  it('leaves no root key online, keys that fit their certificates, and a transcript signed by both roots', async () => {
    expect(keyFiles().filter((n) => /^root-(sm2|p256)\./.test(n))).toEqual([])
    expect(await allKeysMatch()).toBeGreaterThan(20)
    const shelf = openCeremonyFolder(join(data(), 'ceremony'))
    const [transcript, ...more] = await readTranscripts(shelf)
    expect(more).toEqual([])
    if (transcript === undefined) throw new Error('no transcript')
    await requireGenuine({ shelf, crypto: nodeCrypto }, transcript)
    expect(transcript.session).toEqual({ script: digest, custodians: PEOPLE, threshold: 2 })
    const forged = { ...transcript, payload: transcript.payload.replace('keeper-a', 'keeper-x') }
    await expect(requireGenuine({ shelf, crypto: nodeCrypto }, forged)).rejects.toMatchObject({ code: 'CHAIN_INVALID' })
    for (const id of ['root-sm2', 'root-p256']) {
      const crl = parseCrl(new Uint8Array(readFileSync(join(data(), 'crl', `${id}-1.crl`))))
      expect(isSignatureValid(crl, certificate(id).publicKey, nodeCrypto)).toBe(true)
      expect(crl.nextUpdate?.getTime()).toBeGreaterThan(Date.now() + 170 * 86_400_000)
    }
    expect(readdirSync(join(root, 'out')).length).toBe(4)
    const everything = readdirSync(join(root, 'out')).map((n) => readFileSync(join(root, 'out', n), 'utf8'))
    expect(everything.join()).not.toContain(masterKey.slice(0, 20))
  })

  describe('restores', () => {
    const restore = (...args: readonly string[]): Promise<CliResult> =>
      runCommand(['keys', 'restore', ...args], env({ XINYIN_DATA: join(root, 'restored') }))
    const untouched = (): void => {
      for (const name of ['keys', 'ceremony']) expect(existsSync(join(root, 'restored', name))).toBe(false)
    }

    it('nothing from one share of two, twice the same, or one of another backup', async () => {
      const other = await runCommand(
        ['keys', 'backup', ...custodians, '--threshold', '2', '--out', join(root, 'other')],
        env(),
      )
      expect([other.code, other.err]).toEqual([0, ''])
      const cases = [
        [[...bundle(), ...share(1)], 'BACKUP_SHARES_TOO_FEW'],
        [[...bundle(), ...share(2), ...share(2)], 'share 2'],
        [[...bundle(), ...share(1), ...share(3, 'other')], 'share 3'],
        [[...bundle('other'), ...share(1), ...share(2)], 'share 1'],
        [bundle(), 'BACKUP_SHARES_TOO_FEW'],
      ] as const
      for (const [args, what] of cases) {
        const { code, err } = await restore(...args)
        expect([code, err]).toEqual([3, expect.stringContaining(what)])
      }
      untouched()
    })

    it('nothing from a share or a bundle that was changed, and says which; nothing with a wrong passphrase', async () => {
      const bad = join(root, 'bad')
      cpSync(join(root, 'out'), bad, { recursive: true })
      const path = pick('bad', /^share-2-/)
      const text = readFileSync(path, 'utf8')
      for (const [from, to] of [
        [/"sealed": "(.)/, (_: string, c: string) => `"sealed": "${c === 'A' ? 'B' : 'A'}`],
        [/"custodian": "keeper-b"/, () => '"custodian": "keeper-c"'],
        [/"share": 2/, () => '"share": 3'],
        [/[\s\S]{40}$/, () => ''],
      ] as const) {
        writeFileSync(path, text.replace(from, to as (...groups: string[]) => string))
        const { code, err } = await restore(...bundle('bad'), '--share', path, ...share(1, 'bad'))
        expect([code, err]).toEqual([3, expect.stringMatching(/BACKUP_SHARE_INVALID/)])
      }
      writeFileSync(path, text)
      const bundlePath = pick('bad', /^backup-/)
      const whole = readFileSync(bundlePath, 'utf8')
      writeFileSync(
        bundlePath,
        whole.replace(/"sealed": "(.{100})./, (_, before: string) => `"sealed": "${before}*`),
      )
      expect((await restore(...bundle('bad'), ...share(1, 'bad'), ...share(2, 'bad'))).err).toContain(
        'BACKUP_UNREADABLE',
      )
      writeFileSync(bundlePath, whole.replace('2026', '2025').replace(/\\"madeAt\\":\\"20../, '\\"madeAt\\":\\"1999'))
      expect((await restore(...bundle('bad'), ...share(1, 'bad'), ...share(2, 'bad'))).err).toContain(
        'BACKUP_UNREADABLE',
      )
      answers((all) => (all['keeper-b'] = { confirm: '', passphrase: 'another passphrase' }))
      const wrong = await restore(...bundle(), ...share(2), ...share(1))
      expect([wrong.code, wrong.err]).toEqual([3, expect.stringContaining('share 2')])
      answers()
      untouched()
    })

    it('the same keys from any two shares after the data folder is gone; the root stays offline', async () => {
      const before = keyFiles()
      rmSync(data(), { recursive: true })
      const run = ['keys', 'restore', ...bundle(), ...share(3), ...share(1)]
      const restored = await runCommand(run, env())
      expect([restored.code, restored.err]).toEqual([0, ''])
      expect(keyFiles().sort()).toEqual(before.sort())
      await allKeysMatch()
      expect((await runCommand(run, env())).code, 'again, and nothing changes').toBe(0)
    })

    it('master keys too, for whoever has lost them', async () => {
      const { MASTER_KEY: _, ...without } = env({ XINYIN_DATA: join(root, 'restored') })
      const keys = join(root, 'master-keys')
      const run = ['keys', 'restore', ...bundle(), ...share(1), ...share(2)]
      expect((await runCommand(run, without)).code, 'nowhere to put them').toBe(3)
      expect((await runCommand([...run, '--master-keys-out', keys], without)).code).toBe(0)
      expect(readFileSync(keys, 'utf8')).toBe(`m1:${masterKey}\n`)
    })

    it('nothing under another master key of the same version, and nothing over another key', async () => {
      const fresh = { XINYIN_DATA: join(root, 'fresh') }
      const run = ['keys', 'restore', ...bundle(), ...share(1), ...share(2)]
      const other = await runCommand(run, env({ ...fresh, MASTER_KEY: toBase64(systemRandom.bytes(32)) }))
      expect([other.code, other.err]).toEqual([3, expect.stringContaining('CONFLICT')])
      const ring = fixedKeyRing([{ id: 'm1', key: fromBase64(masterKey) }], 'm1')
      const store = openSoftwareKeyStore({ folder: join(root, 'fresh', 'keys'), masterKey: ring, random: systemRandom })
      await store.generate('tsa-sm2', 'SM2')
      const over = await runCommand(run, env(fresh))
      expect([over.code, over.err]).toEqual([3, expect.stringContaining('tsa-sm2')])
      expect(readdirSync(join(root, 'fresh', 'keys'))).toEqual(['tsa-sm2.key.json'])
    })
  })

  describe('lists of the offline root', () => {
    const request = (number: number, more: object = {}): string => {
      const path = join(root, `request-${number}.json`)
      const requests = ['root-sm2', 'root-p256'].map((issuerId) => ({
        issuerId,
        number,
        thisUpdate: new Date().toISOString(),
        nextUpdate: new Date(Date.now() + 86_400_000).toISOString(),
        revoked: [{ serialHex: '1234', at: new Date().toISOString(), reasonCode: 4 }],
        ...more,
      }))
      writeFileSync(path, JSON.stringify({ what: 'xinyin root crl request', version: 1, requests }))
      return path
    }
    const sign = (path: string, out: string, ...shares: readonly string[]): Promise<CliResult> =>
      runCommand(
        ['ceremony', 'root-crl', 'sign', '--request', path, ...bundle(), ...shares, '--out', join(root, out)],
        env({ XINYIN_DATA: join(root, 'nothing-here') }),
      )
    const install = (...paths: readonly string[]): Promise<CliResult> =>
      runCommand(['ceremony', 'root-crl', 'install', ...paths], env())

    it('are signed with two shares on a machine that has nothing else, and installed', async () => {
      const signed = await sign(request(2), 'crls', ...share(2), ...share(3))
      expect([signed.code, signed.err]).toEqual([0, ''])
      const paths = ['root-sm2-2.crl', 'root-p256-2.crl'].map((n) => join(root, 'crls', n))
      const installed = await install(...paths)
      expect([installed.code, installed.err]).toEqual([0, ''])
      for (const id of ['root-sm2', 'root-p256']) {
        const crl = parseCrl(new Uint8Array(readFileSync(join(data(), 'crl', `${id}-2.crl`))))
        expect([crl.number, isSignatureValid(crl, certificate(id).publicKey, nodeCrypto)]).toEqual([2n, true])
      }
      expect((await install(...paths)).err, 'once').toContain('CONFLICT')
    })

    it('are not signed with one share, for another CA, or by a request that is none', async () => {
      expect((await sign(request(3), 'no', ...share(2))).err).toContain('BACKUP_SHARES_TOO_FEW')
      for (const bad of [
        { number: 0 },
        { revoked: [{ serialHex: 'xyz' }] },
        { nextUpdate: '2001-01-01' },
        { issuerId: '../x' },
      ])
        expect((await sign(request(3, bad), 'no', ...share(1), ...share(2))).code).toBe(3)
      const unknown = await sign(request(3, { issuerId: 'other-root' }), 'no', ...share(1), ...share(2))
      expect([unknown.code, unknown.err]).toEqual([3, expect.stringContaining('no certificate of other-root')])
      expect(existsSync(join(root, 'no', 'root-sm2-3.crl'))).toBe(false)
    })

    it('are not installed under another number or name, changed, or by another root', async () => {
      const good = join(root, 'crls', 'root-sm2-2.crl')
      const der = readFileSync(good)
      const renamed = join(root, 'root-sm2-9.crl')
      writeFileSync(renamed, der)
      expect((await install(renamed)).err).toContain('another number')
      const other = join(root, 'root-p256-2.crl')
      writeFileSync(other, der)
      expect((await install(other)).err).toContain('not signed by this root')
      expect((await install(join(root, 'script.json'))).code).toBe(3)
      expect(readdirSync(join(data(), 'crl')).sort()).toContain('root-sm2-2.crl')
      expect(readdirSync(join(data(), 'crl'))).not.toContain('root-sm2-9.crl')
    })
  })
})
