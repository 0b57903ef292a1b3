/**
 * What a backup of the hierarchy holds: its private keys, the master keys, and the files of the ceremony. Keys of seals are not
 * inside: their files are copied with the data folder and open with the master keys that are. Refuses a hierarchy with a key
 * missing, unless it is a root that was taken offline, which then has a backup of its own.
 */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FieldKey } from '../../src/crypto/node.ts'
import { TrustError } from '../../src/errors.ts'
import type { RandomSource } from '../../src/kernel/index.ts'
import type { Hierarchy } from '../hierarchy.ts'
import { keyIdOf } from '../hierarchy.ts'
import type { Custody } from '../open-custody.ts'
import type { KeyFile } from '../software/index.ts'
import { takeKey } from '../software/index.ts'
import type { BackupContent } from './bundle-file.ts'

export interface BackupSource {
  /** XINYIN_DATA. */
  readonly folder: string
  readonly custody: Custody
  readonly hierarchy: Hierarchy
  readonly random: RandomSource
  /** Keys that are in memory for this session. */
  readonly more?: readonly KeyFile[]
}

export interface Collected {
  readonly content: BackupContent
  readonly deviceKeys: readonly string[]
  /** Roots whose key is not here. */
  readonly offline: readonly string[]
}

const filesOf = async (folder: string, within: string, wanted: (name: string) => boolean) => {
  const names = await readdir(join(folder, within)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[]
    throw error
  })
  return Promise.all(
    names
      .filter(wanted)
      .sort()
      .map(async (name) => ({
        path: `${within}/${name}`,
        bytes: new Uint8Array(await readFile(join(folder, within, name))),
      })),
  )
}

const rawKey = ({ key }: FieldKey): Uint8Array => (key instanceof Uint8Array ? key : new Uint8Array(key.export()))

/** The caller zeroes what it was given. @throws TrustError KEY_NOT_FOUND, KEY_UNUSABLE */
export const collectBackup = async ({
  folder,
  custody,
  hierarchy,
  random,
  more = [],
}: BackupSource): Promise<Collected> => {
  const keyFolder = { folder: custody.keyFolder, ring: custody.masterKeys, random }
  const keys: BackupContent['keys'][number][] = []
  const [deviceKeys, offline]: [string[], string[]] = [[], []]
  for (const spec of hierarchy.keys)
    for (const algorithm of spec.algorithms) {
      const keyId = keyIdOf(spec.id, algorithm)
      if (custody.isInDevice(keyId)) {
        deviceKeys.push(keyId)
        continue
      }
      const file = more.find((k) => k.keyId === keyId) ?? (await takeKey(keyFolder, keyId))
      if (file !== undefined) keys.push(file)
      else if (spec.issuer === spec.id) offline.push(keyId)
      else throw new TrustError('KEY_NOT_FOUND', `no key ${keyId}: nothing to back up`)
    }
  const masterKeys = custody.masterKeys.ids().flatMap((id) => {
    const key = custody.masterKeys.find(id)
    return key === undefined ? [] : [{ id, key: rawKey(key) }]
  })
  const ceremony = await filesOf(folder, 'ceremony', (name) => /\.(pem|tbs|json|crl)$/.test(name))
  const lists = await filesOf(folder, 'crl', (name) => name.endsWith('.crl'))
  const salts = await filesOf(folder, 'secrets', (name) => /^master-salt-m\d+$/.test(name))
  return { content: { keys, masterKeys, files: [...ceremony, ...lists, ...salts] }, deviceKeys, offline }
}
