/**
 * The master keys of this process: the current one for what is written now, earlier ones for what is still under them.
 * From the environment they stand until the restart. A file is read again when it changed, so that a rotation needs no restart:
 * a process that meets a version it does not know looks there at once. Keys are held as KeyObjects, which print as nothing.
 * Refuses other bytes under a known version, and goes on with what it had while a file is broken.
 */
import { createSecretKey } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import type { FieldKey, KeyRing } from '../../src/crypto/node.ts'
import { TrustError } from '../../src/errors.ts'
import { deriveFromPassphrase } from './derive-master-key.ts'
import type { NamedSecret } from './parse-master-keys.ts'
import { parseMasterKey, parseSecretLines } from './parse-master-keys.ts'

export type MasterKeySource =
  /** Lines as in a file: `MASTER_KEY` and then `MASTER_KEYS_PREVIOUS`. */
  | { readonly kind: 'keys'; readonly lines: string }
  | { readonly kind: 'passphrase'; readonly lines: string }
  | { readonly kind: 'key-file' | 'passphrase-file'; readonly path: string }

export interface MasterKeysOptions {
  readonly source: MasterKeySource
  /** 16 bytes for the passphrase of this version, made at first use and kept in the data folder. */
  readonly saltOf: (id: string) => Uint8Array
  /** Milliseconds between two looks at the file; 2,000. */
  readonly every?: number
}

/** `ids` are the versions, the current one first. */
export interface MasterKeys extends KeyRing {
  ids(): readonly string[]
}

type Ring = ReadonlyMap<string, FieldKey>

const held = (id: string, bytes: Uint8Array): FieldKey => {
  const key = createSecretKey(bytes)
  bytes.fill(0)
  return { id, key }
}

const keyOf = (options: MasterKeysOptions, secret: NamedSecret): Uint8Array =>
  options.source.kind.startsWith('passphrase')
    ? deriveFromPassphrase(secret.value, options.saltOf(secret.id))
    : parseMasterKey(secret)

const sameKey = (a: FieldKey, b: FieldKey): boolean =>
  !(a.key instanceof Uint8Array) && !(b.key instanceof Uint8Array) && a.key.equals(b.key)

const readRing = (options: MasterKeysOptions, lines: string, before: Ring): Ring => {
  const ring = new Map<string, FieldKey>()
  for (const secret of parseSecretLines(lines)) {
    const made = held(secret.id, keyOf(options, secret))
    const known = before.get(secret.id)
    if (known !== undefined && !sameKey(known, made))
      throw new TrustError(
        'CONFIG_INVALID',
        `master key ${secret.id} is another than before: give a new key a new version`,
      )
    ring.set(secret.id, known ?? made)
  }
  return ring
}

const readText = (path: string): { text: string; stamp: string } => {
  try {
    const { mtimeMs, size, ino, mode } = statSync(path)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new TrustError('CONFIG_INVALID', `${path}: others can read it; chmod 600`)
    return { text: readFileSync(path, 'utf8'), stamp: `${mtimeMs} ${size} ${ino}` }
  } catch (cause) {
    if (cause instanceof TrustError) throw cause
    const code = (cause as NodeJS.ErrnoException).code ?? 'unreadable'
    throw new TrustError('CONFIG_INVALID', `master keys, ${path}: ${code}`)
  }
}

const fixed = (ring: Ring): MasterKeys => {
  const [current] = ring.values()
  return { current: () => current as FieldKey, find: (id) => ring.get(id), ids: () => [...ring.keys()] }
}

const watching = (options: MasterKeysOptions, path: string): MasterKeys => {
  const every = options.every ?? 2_000
  const first = readText(path)
  let ring = readRing(options, first.text, new Map())
  let stamp = first.stamp
  let lookedAt = performance.now()
  const look = (): void => {
    lookedAt = performance.now()
    try {
      const now = readText(path)
      if (now.stamp === stamp) return
      ring = readRing(options, now.text, ring)
      stamp = now.stamp
    } catch (error) {
      // A file being edited, or a disk away: what is held still opens everything it opened.
      if (!(error instanceof TrustError)) throw error
    }
  }
  return {
    current: () => {
      if (performance.now() - lookedAt > every) look()
      return fixed(ring).current()
    },
    find: (id) => {
      if (!ring.has(id)) look()
      return ring.get(id)
    },
    ids: () => {
      look()
      return [...ring.keys()]
    },
  }
}

/** @throws TrustError CONFIG_INVALID */
export const openMasterKeys = (options: MasterKeysOptions): MasterKeys => {
  const { source } = options
  return 'path' in source ? watching(options, source.path) : fixed(readRing(options, source.lines, new Map()))
}
