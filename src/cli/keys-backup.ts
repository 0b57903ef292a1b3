/**
 * `xinyin keys backup | restore`: a hierarchy into a bundle with shares for custodians, and back from some of them. A root that was
 * kept offline stays so. Refuses a share that is wrong by its number, and to put a key over another.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackupContent } from '../../keys/backup/index.ts'
import { collectBackup, handOutBackup, openBackup, parseBackup, restoreBackup } from '../../keys/backup/index.ts'
import { readScripts } from '../../keys/ceremony-record.ts'
import { standardHierarchy } from '../../keys/hierarchy.ts'
import { openCustody } from '../../keys/open-custody.ts'
import { equalBytes, toBase64, toHex } from '../../standards/bytes.ts'
import type { Config } from '../config.ts'
import { readConfig } from '../config.ts'
import type { KeyRing } from '../crypto/node.ts'
import { fixedKeyRing, nodeCrypto } from '../crypto/node.ts'
import { TrustError } from '../errors.ts'
import { systemClock, systemRandom } from '../kernel/index.ts'
import { askPassword } from './ask-password.ts'
import { askCustodians, openShares } from './custodians.ts'
import { readText } from './read-json.ts'
import { EXIT, fileFault, usage } from './exit.ts'
import { withKeysLock } from './keys-lock.ts'
import { KEYS_HELP } from './keys-help.ts'
import { print } from './print.ts'
import type { ReadOptions } from './read-options.ts'
import { readOptions } from './read-options.ts'

const makeBackup = async (config: Config, options: ReadOptions): Promise<void> => {
  const out = options.get('out')
  const threshold = options.number('threshold')
  const custodians = await askCustodians(options.all('custodian'))
  const custody = await openCustody({ config, folder: config.dataFolder, random: systemRandom, ask: askPassword })
  const { content, deviceKeys, offline } = await collectBackup({
    folder: config.dataFolder,
    custody,
    hierarchy: standardHierarchy,
    random: systemRandom,
  })
  const { files } = await handOutBackup({
    content,
    deviceKeys,
    custodians,
    threshold,
    folder: out,
    at: systemClock.now(),
    crypto: nodeCrypto,
    random: systemRandom,
  })
  for (const key of content.keys) key.privateKey.fill(0)
  print(
    '✓ 备份和分片，都读回来打开过 (backup and shares, read back and opened):',
    ...files.map((f) => `    ${join(out, f)}`),
  )
  if (offline.length > 0)
    print(`  不在里面，在仪式的备份里 (not inside; in the ceremony's backup): ${offline.join(', ')}`)
  if (deviceKeys.length > 0) print(`  不在里面，在密码设备里 (not inside; in the device): ${deviceKeys.join(', ')}`)
}

export const backup = async (args: readonly string[]): Promise<number> => {
  const options = readOptions(args, { custodian: 'many', threshold: 'one', out: 'one' }, KEYS_HELP)
  const config = readConfig(process.env)
  await withKeysLock(config, () => makeBackup(config, options))
  return EXIT.valid
}

/** Roots that the last script of the backup kept in shares only. */
const offlineIn = async ({ files }: BackupContent): Promise<readonly string[]> => {
  const shelf = {
    read: (name: string) => Promise.resolve(files.find((f) => f.path === `ceremony/${name}`)?.bytes),
  }
  const last = (await readScripts(nodeCrypto, shelf)).at(-1)
  return (last?.plan.keys ?? []).filter((k) => k.keptIn === 'shares').map((k) => k.keyId)
}

const exportMasterKeys = async (path: string, { masterKeys }: BackupContent): Promise<void> => {
  const lines = masterKeys.map(({ id, key }) => `${id}:${toBase64(key)}\n`).join('')
  await writeFile(path, lines, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) =>
    error.code === 'EEXIST' ? usage(`${path}：已经有了 (is there already)`) : fileFault(error, path),
  )
  print(`  主密钥写到 (master keys are in) ${path}：设为 MASTER_KEY_FILE (set MASTER_KEY_FILE to it)`)
}

/** Files will be under the configured master key, or without one under that of the backup. */
const ringFor = async (config: Config, { masterKeys }: BackupContent): Promise<KeyRing> => {
  const current = masterKeys[0]?.id ?? ''
  if (config.masterKey === undefined) return fixedKeyRing(masterKeys, current)
  const custody = await openCustody({ config, folder: config.dataFolder, random: systemRandom, ask: askPassword })
  for (const { id, key } of masterKeys) {
    const configured = custody.masterKeys.find(id)?.key
    const bytes = configured === undefined || configured instanceof Uint8Array ? configured : configured.export()
    if (bytes !== undefined && !equalBytes(new Uint8Array(bytes), key))
      throw new TrustError('CONFLICT', `the configured master key ${id} is not the one of the backup`)
  }
  return custody.masterKeys
}

const restoreFrom = async (config: Config, options: ReadOptions): Promise<void> => {
  const file = parseBackup(await readText(options.get('backup')))
  const content = openBackup(nodeCrypto, file, await openShares(file, options.all('share')))
  const exportTo = options.find('master-keys-out')
  if (exportTo === undefined && config.masterKey === undefined)
    usage('没有设置主密钥：用 --master-keys-out FILE 取出备份里的 (no master key is set; take out those of the backup)')
  const { dataFolder: folder } = config
  const request = { content, folder, random: systemRandom }
  // Salts first: a configured passphrase is no key without them.
  const salts = content.files.filter((f) => f.path.startsWith('secrets/'))
  const offline = options.has('with-root') ? [] : await offlineIn(content)
  const without = (keyId: string): boolean => offline.includes(keyId)
  await restoreBackup({
    ...request,
    content: { keys: [], masterKeys: [], files: salts },
    ring: fixedKeyRing(content.masterKeys, content.masterKeys[0]?.id ?? ''),
    without,
  })
  const ring = await ringFor(config, content)
  if (exportTo !== undefined) await exportMasterKeys(exportTo, content)
  const { keys, files } = await restoreBackup({ ...request, ring, without })
  for (const key of [...content.keys.map((k) => k.privateKey), ...content.masterKeys.map((k) => k.key)]) key.fill(0)
  const sm3 = toHex(nodeCrypto.digest('sm3', file.sealed)).slice(0, 16)
  print(
    `✓ 恢复了 (restored) ${keys} 个密钥 (keys)，${files + salts.length} 个文件 (files)；备份 (backup) ${file.header.backupId} ${sm3}`,
  )
  if (offline.length > 0) print(`  仍然离线 (still offline): ${offline.join(', ')}`)
  if (file.header.deviceKeys.length > 0) print(`  在密码设备里 (in the device): ${file.header.deviceKeys.join(', ')}`)
}

export const restore = async (args: readonly string[]): Promise<number> => {
  const kinds = { backup: 'one', share: 'many', 'with-root': 'flag', 'master-keys-out': 'one' } as const
  const options = readOptions(args, kinds, KEYS_HELP)
  const config = readConfig(process.env)
  await withKeysLock(config, () => restoreFrom(config, options))
  return EXIT.valid
}
