/**
 * Puts every key file under the current master key: each is opened, sealed again, and takes the old one's place in one step, so
 * that a kill at any moment leaves every key readable. Run again, it goes on with what is left. Refuses nothing by itself:
 * files that do not open are named at the end, and keep their old content.
 */
import { open, readFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex } from '../../standards/bytes.ts'
import type { KeyRing } from '../../src/crypto/node.ts'
import { TrustError } from '../../src/errors.ts'
import type { RandomSource } from '../../src/kernel/index.ts'
import { encodeKeyFile, masterKeyOf, parseKeyFile } from './key-file.ts'
import { syncFolder } from './write-once.ts'

export interface RewrapOptions {
  readonly folder: string
  readonly ring: KeyRing
  readonly random: RandomSource
}

export interface Rewrapped {
  readonly rewrapped: number
  /** Under the current key before. */
  readonly current: number
}

const LEFT_AFTER = 60_000
const SUFFIX = '.key.json'

const namesIn = async (folder: string): Promise<string[]> => {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** How many key files are under which version. Files that are malformed count under `?`. */
export const countKeyFiles = async (folder: string): Promise<ReadonlyMap<string, number>> => {
  const counts = new Map<string, number>()
  for (const name of await namesIn(folder)) {
    if (!name.endsWith(SUFFIX)) continue
    const text = await readFile(join(folder, name), 'utf8')
    let version = '?'
    try {
      version = masterKeyOf(text)
    } catch (error) {
      if (!(error instanceof TrustError)) throw error
    }
    counts.set(version, (counts.get(version) ?? 0) + 1)
  }
  return counts
}

const replace = async (path: string, text: string, unique: string): Promise<void> => {
  const part = `${path}.${unique}.part`
  const handle = await open(part, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(part, path)
}

const rewrapFile = async ({ folder, ring, random }: RewrapOptions, name: string): Promise<boolean> => {
  const path = join(folder, name)
  const text = await readFile(path, 'utf8')
  if (masterKeyOf(text) === ring.current().id) return false
  const file = parseKeyFile(ring, name.slice(0, -SUFFIX.length), text)
  try {
    await replace(path, encodeKeyFile(ring, file, random), toHex(random.bytes(8)))
  } finally {
    file.privateKey.fill(0)
  }
  return true
}

/** What a killed run left: never a key's only copy. A young one may be a key that the service is making now. */
const removeLeft = async (path: string): Promise<void> => {
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }))
  if (mtimeMs < performance.timeOrigin + performance.now() - LEFT_AFTER) await rm(path, { force: true })
}

/** One at a time per folder (the caller holds its lock). @throws TrustError KEY_UNUSABLE naming the files that do not open */
export const rewrapKeys = async (options: RewrapOptions): Promise<Rewrapped> => {
  const names = await namesIn(options.folder)
  for (const name of names.filter((n) => n.endsWith('.part'))) await removeLeft(join(options.folder, name))
  let rewrapped = 0
  let current = 0
  const bad: string[] = []
  for (const name of names.filter((n) => n.endsWith(SUFFIX)))
    try {
      if (await rewrapFile(options, name)) rewrapped++
      else current++
    } catch (error) {
      if (!(error instanceof TrustError)) throw error
      bad.push(name)
    }
  if (rewrapped > 0) await syncFolder(options.folder)
  if (bad.length > 0) throw new TrustError('KEY_UNUSABLE', `these key files do not open: ${bad.join(', ')}`)
  return { rewrapped, current }
}
