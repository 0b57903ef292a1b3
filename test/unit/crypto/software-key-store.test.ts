import { mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSoftwareKeyStore } from '../../../keys/software/index.ts'
import type { KeyStore } from '../../../src/crypto/index.ts'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { systemRandom } from '../../../src/kernel/index.ts'
import { toHex, utf8 } from '../../../standards/bytes.ts'

let folder = ''
let masterKey: Uint8Array
const open = (): KeyStore => openSoftwareKeyStore({ folder, masterKey, random: systemRandom })
const fileOf = (keyId: string): string => join(folder, `${keyId}.key.json`)
const code = (value: string): unknown => expect.objectContaining({ code: value })
const change = (keyId: string, edit: (file: Record<string, string>) => void): void => {
  const file = JSON.parse(readFileSync(fileOf(keyId), 'utf8')) as Record<string, string>
  edit(file)
  writeFileSync(fileOf(keyId), JSON.stringify(file))
}

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'xinyin-keys-')), 'keys')
  masterKey = systemRandom.bytes(32)
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }))

describe.each(['SM2', 'P-256', 'RSA-3072'] as const)('the software key store, %s', (algorithm) => {
  it('keeps a key over a restart', async () => {
    const publicKey = await open().generate('issuing-sm2', algorithm)
    const signer = await open().signer('issuing-sm2')
    expect(toHex(signer.publicKey)).toBe(toHex(publicKey))
    const message = utf8('a')
    const check = { algorithm: signer.algorithm, publicKey, message, signature: await signer.sign(message) }
    expect(portableCrypto.isSignedBy(check)).toBe(true)
  })

  it('writes one file for the owner alone, with nothing of the private key in clear', async () => {
    await open().generate('issuing-sm2', algorithm)
    expect(readdirSync(folder)).toEqual(['issuing-sm2.key.json'])
    expect(statSync(fileOf('issuing-sm2')).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    const { privateKey } = JSON.parse(readFileSync(fileOf('issuing-sm2'), 'utf8')) as { privateKey: string }
    expect(
      Buffer.from(privateKey, 'base64').includes(
        Buffer.from(algorithm === 'RSA-3072' ? '06092a864886f70d010101' : '06072a8648ce3d0201', 'hex'),
      ),
    ).toBe(false)
  })
})

describe('the software key store', () => {
  it('refuses an id in use, and leaves its key as it is', async () => {
    const store = open()
    const publicKey = await store.generate('root', 'SM2')
    await expect(store.generate('root', 'SM2')).rejects.toEqual(code('CONFLICT'))
    await expect(open().generate('root', 'P-256')).rejects.toEqual(code('CONFLICT'))
    expect(toHex((await open().signer('root')).publicKey)).toBe(toHex(publicKey))
    expect(readdirSync(folder)).toEqual(['root.key.json'])
  })

  it('lets one of several win who make the same id at once', async () => {
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => open().generate('root', 'P-256')))
    const won = results.filter((r) => r.status === 'fulfilled')
    expect(won).toHaveLength(1)
    expect(toHex((await open().signer('root')).publicKey)).toBe(toHex(won[0]?.value ?? new Uint8Array()))
  })

  it('hands out the same signer again', async () => {
    const store = open()
    await store.generate('root', 'SM2')
    expect(await store.signer('root')).toBe(await store.signer('root'))
  })

  it('knows which keys it has', async () => {
    const store = open()
    expect(await store.has('root')).toBe(false)
    await store.generate('root', 'SM2')
    expect(await store.has('root')).toBe(true)
  })

  it('says KEY_NOT_FOUND, and finds the key once it is there', async () => {
    const store = open()
    await expect(store.signer('root')).rejects.toEqual(code('KEY_NOT_FOUND'))
    await store.generate('root', 'SM2')
    await expect(store.signer('root')).resolves.toHaveProperty('algorithm', 'SM2-SM3')
  })

  it.each([
    '',
    '.',
    '..',
    '../root',
    'a/b',
    'a\\b',
    '/etc/passwd',
    'A',
    'a_b',
    '-a',
    'a-',
    'a--b',
    'a.b',
    'a\0',
    'a\n',
    '印',
    'a'.repeat(121),
  ])('refuses the key id %j everywhere', async (keyId) => {
    const store = open()
    for (const attempt of [store.generate(keyId, 'SM2'), store.signer(keyId), store.has(keyId)])
      await expect(attempt).rejects.toEqual(code('INPUT_INVALID'))
  })

  it('refuses a master key of wrong length', () => {
    for (const length of [0, 16, 31, 33]) {
      masterKey = systemRandom.bytes(length)
      expect(open).toThrow(code('CONFIG_INVALID'))
    }
  })

  it('refuses a public half of another key', async () => {
    await open().generate('one', 'SM2')
    await open().generate('two', 'SM2')
    const { publicKey } = JSON.parse(readFileSync(fileOf('two'), 'utf8')) as { publicKey: string }
    change('one', (file) => (file['publicKey'] = publicKey))
    await expect(open().signer('one')).rejects.toEqual(code('KEY_UNUSABLE'))
  })

  it('refuses a file moved to another id', async () => {
    await open().generate('one', 'SM2')
    renameSync(fileOf('one'), fileOf('two'))
    await expect(open().signer('two')).rejects.toEqual(code('KEY_UNUSABLE'))
  })

  it('refuses another master key', async () => {
    await open().generate('one', 'SM2')
    masterKey = systemRandom.bytes(32)
    await expect(open().signer('one')).rejects.toEqual(code('KEY_UNUSABLE'))
  })

  it.each(['', '{', '[]', '{}', 'null', '{"version":2}', '{"version":1,"publicKey":"x","privateKey":"AA=="}'])(
    'refuses a broken file: %j',
    async (text) => {
      await open().generate('one', 'SM2')
      writeFileSync(fileOf('one'), text)
      await expect(open().signer('one')).rejects.toEqual(code('KEY_UNUSABLE'))
    },
  )

  it('refuses a changed or shortened private half', async () => {
    await open().generate('one', 'SM2')
    const whole = (JSON.parse(readFileSync(fileOf('one'), 'utf8')) as { privateKey: string }).privateKey
    for (const other of [
      '',
      'AAAA',
      whole.slice(0, 24),
      `A${whole.slice(1)}`.replace(/^A/, whole[0] === 'A' ? 'B' : 'A'),
      '*',
    ]) {
      change('one', (file) => (file['privateKey'] = other))
      await expect(open().signer('one')).rejects.toEqual(code('KEY_UNUSABLE'))
    }
  })
})
