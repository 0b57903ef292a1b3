import { mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { countKeyFiles, openSoftwareKeyStore, rewrapKeys } from '../../../keys/software/index.ts'
import type { KeyRing } from '../../../src/crypto/node.ts'
import { fixedKeyRing } from '../../../src/crypto/node.ts'
import { systemRandom } from '../../../src/kernel/index.ts'
import { toHex } from '../../../standards/bytes.ts'

const code = (value: string): unknown => expect.objectContaining({ code: value })
const one = { id: 'm1', key: systemRandom.bytes(32) }
const two = { id: 'm2', key: systemRandom.bytes(32) }
const before = fixedKeyRing([one], 'm1')
const during = fixedKeyRing([two, one], 'm2')
const after = fixedKeyRing([two], 'm2')

let folder = ''
const store = (ring: KeyRing) => openSoftwareKeyStore({ folder, masterKey: ring, random: systemRandom })
const rewrap = () => rewrapKeys({ folder, ring: during, random: systemRandom })
const fileOf = (keyId: string): string => join(folder, `${keyId}.key.json`)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xinyin-rewrap-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('key files under another master key', () => {
  it('hold the same keys, and open no more with the old one', async () => {
    const publicKey = await store(before).generate('root-sm2', 'SM2')
    await store(during).generate('status-p256', 'P-256')
    expect(await rewrap()).toEqual({ rewrapped: 1, current: 1 })
    expect(await rewrap()).toEqual({ rewrapped: 0, current: 2 })
    expect(toHex((await store(after).signer('root-sm2')).publicKey)).toBe(toHex(publicKey))
    await expect(store(before).signer('root-sm2')).rejects.toEqual(code('KEY_UNUSABLE'))
    expect([...(await countKeyFiles(folder))]).toEqual([['m2', 2]])
    expect(readdirSync(folder).sort()).toEqual(['root-sm2.key.json', 'status-p256.key.json'])
  })

  it('are read as before by a service that opened them before', async () => {
    const running = store(during)
    await store(before).generate('root-sm2', 'SM2')
    const signer = await running.signer('root-sm2')
    await rewrap()
    expect(await running.signer('root-sm2')).toBe(signer)
  })

  it('cannot be given another version by hand', async () => {
    await store(during).generate('root-sm2', 'SM2')
    const text = readFileSync(fileOf('root-sm2'), 'utf8')
    const same = fixedKeyRing([{ id: 'm3', key: two.key }, two], 'm2')
    writeFileSync(fileOf('root-sm2'), text.replace('"m2"', '"m3"'))
    await expect(store(same).signer('root-sm2')).rejects.toEqual(code('KEY_UNUSABLE'))
    writeFileSync(fileOf('root-sm2'), text.replace('"version": 2', '"version": 1'))
    await expect(store(fixedKeyRing([{ ...two, id: 'm1' }], 'm1')).signer('root-sm2')).rejects.toEqual(
      code('KEY_UNUSABLE'),
    )
  })

  it('names the files that do not open, leaves them, and does the others', async () => {
    const keys = store(before)
    for (const id of ['a', 'b', 'c', 'd']) await keys.generate(id, 'P-256')
    truncateSync(fileOf('b'), 40)
    writeFileSync(fileOf('d'), readFileSync(fileOf('a')))
    const broken = [readFileSync(fileOf('b'), 'utf8'), readFileSync(fileOf('d'), 'utf8')]
    const failure = await rewrap().catch((error: unknown) => error as Error)
    expect(failure).toEqual(code('KEY_UNUSABLE'))
    expect(String(failure)).toMatch(/b\.key\.json, d\.key\.json/)
    expect([readFileSync(fileOf('b'), 'utf8'), readFileSync(fileOf('d'), 'utf8')]).toEqual(broken)
    await store(after).signer('a')
    await store(after).signer('c')
  })

  it('clears away what a killed run left, and not what is being written now', async () => {
    await store(before).generate('a', 'P-256')
    for (const name of ['old', 'young']) writeFileSync(join(folder, `a.key.json.${name}.part`), 'half')
    utimesSync(join(folder, 'a.key.json.old.part'), new Date(0), new Date(0))
    await rewrap()
    expect(readdirSync(folder).sort()).toEqual(['a.key.json', 'a.key.json.young.part'])
  })

  it('has nothing to do where there is no folder', async () => {
    const nowhere = join(folder, 'none')
    expect(await rewrapKeys({ folder: nowhere, ring: during, random: systemRandom })).toEqual({
      rewrapped: 0,
      current: 0,
    })
  })
})
