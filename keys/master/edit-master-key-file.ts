/**
 * Changes to a file of master keys, each in one step: a reader sees the old file or the new one, and so does whoever starts
 * after a power cut. Refuses to take the current key away.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { toBase64, toHex } from '../../standards/bytes.ts'
import { TrustError } from '../../src/errors.ts'
import type { RandomSource } from '../../src/kernel/index.ts'
import type { NamedSecret } from './parse-master-keys.ts'
import { parseMasterKey, parseSecretLines } from './parse-master-keys.ts'

const HEAD = '# master keys: one a line, the current one first. Keep a copy where this machine is not.\n'

const read = (path: string): readonly NamedSecret[] => {
  const secrets = parseSecretLines(readFileSync(path, 'utf8'))
  for (const secret of secrets) parseMasterKey(secret).fill(0)
  return secrets
}

const write = (path: string, secrets: readonly NamedSecret[], random: RandomSource): void => {
  const part = `${path}.${toHex(random.bytes(8))}.part`
  const file = openSync(part, 'wx', 0o600)
  writeSync(file, HEAD + secrets.map((s) => `${s.id}:${s.value}\n`).join(''))
  fsyncSync(file)
  closeSync(file)
  renameSync(part, path)
  if (process.platform === 'win32') return
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
}

/** A new random key becomes the current one; the others stay below it. Returns its version. @throws TrustError CONFIG_INVALID */
export const addMasterKey = (path: string, random: RandomSource): string => {
  const before = read(path)
  const id = `m${Math.max(...before.map((s) => Number(s.id.slice(1)))) + 1}`
  const key = random.bytes(32)
  write(path, [{ id, value: toBase64(key) }, ...before], random)
  key.fill(0)
  return id
}

/** @throws TrustError INPUT_INVALID for the current key, NOT_FOUND */
export const removeMasterKey = (path: string, id: string, random: RandomSource): void => {
  const before = read(path)
  if (before[0]?.id === id) throw new TrustError('INPUT_INVALID', `${id} is the current master key`)
  if (!before.some((s) => s.id === id)) throw new TrustError('NOT_FOUND', `no master key ${id} in this file`)
  write(
    path,
    before.filter((s) => s.id !== id),
    random,
  )
}
