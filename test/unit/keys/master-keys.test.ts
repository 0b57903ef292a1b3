import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  addMasterKey,
  deriveFromPassphrase,
  openMasterKeys,
  openSaltFolder,
  removeMasterKey,
} from '../../../keys/master/index.ts'
import type { MasterKeys } from '../../../keys/master/index.ts'
import type { FieldKey } from '../../../src/crypto/node.ts'
import { systemRandom } from '../../../src/kernel/index.ts'
import { fromHex, toBase64, toHex } from '../../../standards/bytes.ts'

const code = (value: string): unknown => expect.objectContaining({ code: value })
const newKey = (): string => toBase64(systemRandom.bytes(32))
const bytesOf = (key: FieldKey | undefined): string =>
  key === undefined || key.key instanceof Uint8Array ? 'none' : key.key.export().toString('base64')

let folder = ''
let path = ''
const open = (kind: 'key-file' | 'passphrase-file' = 'key-file'): MasterKeys =>
  openMasterKeys({ source: { kind, path }, saltOf: openSaltFolder(join(folder, 'secrets'), systemRandom), every: 0 })
let writes = 0
const write = (...lines: readonly string[]): void => {
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 })
  // The clock of a file system may stand still between two writes.
  utimesSync(path, new Date(), new Date(Date.now() + ++writes * 1000))
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xinyin-master-'))
  path = join(folder, 'master-keys')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('master keys from a file', () => {
  it('gives the first line as the current key and opens with the others', () => {
    const [one, two] = [newKey(), newKey()]
    write('# kept in two places', `m2:${two}`, '', one)
    const keys = open()
    expect([keys.current().id, bytesOf(keys.current())]).toEqual(['m2', two])
    expect(bytesOf(keys.find('m1'))).toBe(one)
    expect(keys.ids()).toEqual(['m2', 'm1'])
    expect(keys.find('m3')).toBeUndefined()
  })

  it('takes up a new key without a restart, at the first sight of its version too', () => {
    const [one, two] = [newKey(), newKey()]
    write(`m1:${one}`)
    const keys = openMasterKeys({ source: { kind: 'key-file', path }, saltOf: () => new Uint8Array(16), every: 1e9 })
    write(`m2:${two}`, `m1:${one}`)
    expect(keys.current().id).toBe('m1')
    expect(bytesOf(keys.find('m2'))).toBe(two)
    expect(keys.current().id).toBe('m2')
  })

  it.each([
    ['another key under a known version', () => [`m1:${newKey()}`]],
    ['no key at all', () => ['# nothing']],
    ['a line cut off', () => ['m2:AAAA']],
    ['a version twice', () => [`m2:${newKey()}`, `m2:${newKey()}`]],
  ])('goes on with what it had while the file holds %s', (_, lines) => {
    const one = newKey()
    write(`m1:${one}`)
    const keys = open()
    write(...lines())
    expect([keys.current().id, bytesOf(keys.current())]).toEqual(['m1', one])
    expect(keys.find('m2')).toBeUndefined()
    rmSync(path)
    expect(bytesOf(keys.find('m1'))).toBe(one)
  })

  it.each([
    ['nothing', ''],
    ['31 bytes', toBase64(new Uint8Array(31))],
    ['no base64', `m1:${'*'.repeat(44)}`],
    ['a version of another form', `k1:${toBase64(new Uint8Array(32))}`],
    ['a version twice', `m1:${toBase64(new Uint8Array(32))}\n${toBase64(new Uint8Array(32))}`],
  ])('refuses %s, and does not repeat it', (_, text) => {
    write(text)
    expect(open).toThrow(code('CONFIG_INVALID'))
    try {
      open()
    } catch (error) {
      expect(String(error)).not.toMatch(/AAAA|\*\*/)
    }
  })

  it('refuses a file that others can read, and none', () => {
    expect(open).toThrow(code('CONFIG_INVALID'))
    writeFileSync(path, newKey(), { mode: 0o644 })
    expect(open).toThrow(code('CONFIG_INVALID'))
  })

  it('never shows a key when it is printed', () => {
    const one = newKey()
    write(one)
    const keys = open()
    const shown = inspect([keys, keys.current()], { depth: 9 }) + JSON.stringify([keys, keys.current()])
    expect(shown).not.toContain(one.slice(0, 8))
    expect(shown).not.toContain(Buffer.from(one, 'base64').toString('hex').slice(0, 8))
  })
})

describe('the file of master keys', () => {
  it('gets a new current key in front, and loses an old one', () => {
    const one = newKey()
    write(one)
    expect(addMasterKey(path, systemRandom)).toBe('m2')
    expect(addMasterKey(path, systemRandom)).toBe('m3')
    expect(open().ids()).toEqual(['m3', 'm2', 'm1'])
    expect(bytesOf(open().find('m1'))).toBe(one)
    removeMasterKey(path, 'm2', systemRandom)
    expect(open().ids()).toEqual(['m3', 'm1'])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['master-keys'])
  })

  it('keeps its current key, and stays as it is when something is wrong with it', () => {
    write(newKey())
    expect(() => removeMasterKey(path, 'm1', systemRandom)).toThrow(code('INPUT_INVALID'))
    expect(() => removeMasterKey(path, 'm7', systemRandom)).toThrow(code('NOT_FOUND'))
    write('m1:broken')
    expect(() => addMasterKey(path, systemRandom)).toThrow(code('CONFIG_INVALID'))
    expect(readFileSync(path, 'utf8')).toBe('m1:broken\n')
  })
})

describe('master keys from passphrases', () => {
  it('are argon2id as RFC 9106 has it: a figure by the reference implementation', () => {
    // argon2-cffi 25.1.0: hash_secret_raw(…, time_cost=3, memory_cost=65536, parallelism=4, hash_len=32, type=ID)
    const salt = new TextEncoder().encode('somesaltsomesalt')
    expect(toHex(deriveFromPassphrase('correct horse battery staple', salt))).toBe(
      '9ad07bbd9285b844035737997b9953b5fdc13c2d5ee412f550acbb216fd2a55d',
    )
  })

  it('are the same after a restart, other with another salt, and same for full-width letters', () => {
    write('Ｃorrect horse battery staple')
    const first = bytesOf(open('passphrase-file').current())
    expect(bytesOf(open('passphrase-file').current())).toBe(first)
    write('Correct horse battery staple')
    expect(bytesOf(open('passphrase-file').current())).toBe(first)
    rmSync(join(folder, 'secrets'), { recursive: true })
    expect(bytesOf(open('passphrase-file').current())).not.toBe(first)
  })

  it('refuses short and monotonous ones, and a salt cut off', () => {
    for (const passphrase of ['short', 'a'.repeat(40), 'x'.repeat(2000)]) {
      write(passphrase)
      expect(() => open('passphrase-file')).toThrow(expect.anything())
    }
    write('correct horse battery staple')
    open('passphrase-file')
    writeFileSync(join(folder, 'secrets', 'master-salt-m1'), fromHex('0011'))
    expect(() => open('passphrase-file')).toThrow(code('CONFIG_INVALID'))
  })
})
