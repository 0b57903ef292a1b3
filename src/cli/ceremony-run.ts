/**
 * `xinyin ceremony run`: performs a reviewed script before its custodians. Keys and certificates, transcript, the first CRLs of an
 * offline root, the backup in shares, and only when that was read back and opened, the erasing of the root's key. Needs no database.
 * Refuses a script that was changed or performed, other custodians than it says, and a second run at once.
 */
import { join } from 'node:path'
import { openCrlShelf } from '../../adapters/crl-shelf/index.ts'
import type { Custodian } from '../../keys/backup/index.ts'
import { collectBackup, handOutBackup, openBackup, parseBackup } from '../../keys/backup/index.ts'
import { openCeremonyFolder } from '../../keys/ceremony-folder.ts'
import { beginCeremony } from '../../keys/ceremony-record.ts'
import type { CeremonyRecord } from '../../keys/ceremony-record.ts'
import type { CeremonyScript } from '../../keys/ceremony-script.ts'
import { parseScript, requireSamePlan } from '../../keys/ceremony-script.ts'
import type { CeremonyShelf } from '../../keys/ceremony.ts'
import { runCeremony } from '../../keys/ceremony.ts'
import { standardHierarchy } from '../../keys/hierarchy.ts'
import { rootKeyIds } from '../../keys/root-key-ids.ts'
import { withKeysInMemory } from '../../keys/keys-in-memory.ts'
import type { Custody } from '../../keys/open-custody.ts'
import { openCustody } from '../../keys/open-custody.ts'
import { rootCrlTbs, signRootCrl } from '../../keys/root-crl.ts'
import type { KeyFile } from '../../keys/software/index.ts'
import { eraseKey } from '../../keys/software/index.ts'
import { parseCertificate } from '../../standards/rfc5280-x509/index.ts'
import type { Config } from '../config.ts'
import { readConfig } from '../config.ts'
import type { KeyStore } from '../crypto/index.ts'
import { nodeCrypto, selfCheck } from '../crypto/node.ts'
import { systemClock, systemRandom } from '../kernel/index.ts'
import type { HierarchyCertificate } from '../pki/index.ts'
import { standardProfiles } from '../pki/index.ts'
import { askPassword } from './ask-password.ts'
import { CEREMONY_HELP } from './keys-help.ts'
import { planNow, scriptLines } from './ceremony-script.ts'
import { askCustodians, openShares } from './custodians.ts'
import { readText } from './read-json.ts'
import { EXIT, usage } from './exit.ts'
import { withKeysLock } from './keys-lock.ts'
import { print } from './print.ts'
import type { ReadOptions } from './read-options.ts'
import { readOptions } from './read-options.ts'

const DAY = 86_400_000

interface Session {
  readonly config: Config
  readonly script: CeremonyScript
  readonly custody: Custody
  readonly shelf: CeremonyShelf
  readonly record: CeremonyRecord
  readonly custodians: readonly Custodian[]
  /** Roots out of the shares of an earlier backup. */
  readonly memory: readonly KeyFile[]
  readonly out: string
}

const rootsInMemory = async (options: ReadOptions): Promise<readonly KeyFile[]> => {
  const path = options.find('backup')
  if (path === undefined) return []
  const backup = parseBackup(await readText(path))
  const content = openBackup(nodeCrypto, backup, await openShares(backup, options.all('share')))
  const roots = rootKeyIds(standardHierarchy)
  return content.keys.filter((k) => roots.includes(k.keyId))
}

const perform = ({ config, script, shelf, custodians }: Session, keyStore: KeyStore) =>
  runCeremony({
    keyStore,
    shelf,
    hierarchy: standardHierarchy,
    profiles: standardProfiles,
    crypto: nodeCrypto,
    clock: systemClock,
    random: systemRandom,
    publicUrl: config.publicUrl ?? usage('PUBLIC_URL'),
    session: { script: script.digest, custodians: custodians.map((c) => c.name), threshold: script.plan.threshold },
  })

/** Numbers go on where the shelf has lists already. */
const signFirstLists = async (
  { config, script }: Session,
  keyStore: KeyStore,
  certificates: readonly HierarchyCertificate[],
): Promise<void> => {
  const lists = openCrlShelf(join(config.dataFolder, 'crl'))
  for (const { id, der } of certificates.filter((c) => c.id === c.issuerId)) {
    if ((await lists.newest(id)) !== undefined) continue
    const thisUpdate = new Date(Math.floor(systemClock.now().getTime() / 1000) * 1000)
    const nextUpdate = new Date(thisUpdate.getTime() + script.plan.rootCrlDays * DAY)
    const root = { certificate: parseCertificate(der), signer: await keyStore.signer(id), crypto: nodeCrypto }
    const content = { issuerId: id, number: 1, thisUpdate, nextUpdate, revoked: [] }
    // What a run that was cut off wrote down is what gets signed.
    const tbs = await lists.intend(id, 1, rootCrlTbs(root.certificate, content))
    await lists.put(id, 1, await signRootCrl(root, tbs))
  }
}

const backUp = async (session: Session): Promise<void> => {
  const { config, script, custody, custodians, memory, out, record } = session
  const folder = config.dataFolder
  const { content, deviceKeys } = await collectBackup({
    folder,
    custody,
    hierarchy: standardHierarchy,
    random: systemRandom,
    more: memory,
  })
  const handed = await handOutBackup({
    content,
    deviceKeys,
    custodians,
    threshold: script.plan.threshold,
    folder: out,
    at: systemClock.now(),
    crypto: nodeCrypto,
    random: systemRandom,
  })
  for (const key of content.keys) key.privateKey.fill(0)
  await record.noteBackup(handed.backupId)
  print('  备份和分片 (backup and shares):', ...handed.files.map((f) => `    ${join(out, f)}`))
}

const eraseRoots = async ({ custody, script }: Session): Promise<void> => {
  const { keyFolder: folder, masterKeys: ring } = custody
  for (const { keyId } of script.plan.keys.filter((k) => k.keptIn === 'shares'))
    if (await eraseKey({ folder, ring, random: systemRandom }, keyId))
      print(`  ${keyId}：在线的那一份已抹去 (the online copy is erased)`)
}

const complete = async (session: Session): Promise<void> => {
  const { script, record, custody, memory } = session
  if ((await record.backup()) === undefined) {
    const own = memory.map((k) => ({ ...k, privateKey: Uint8Array.from(k.privateKey) }))
    const keyStore = withKeysInMemory(custody.keyStore, own)
    const { certificates } = await perform(session, keyStore)
    print(`  ${certificates.length} 张证书，记录已由根签名 (certificates; the transcript is signed by the roots)`)
    if (script.plan.offlineRoot) await signFirstLists(session, keyStore, certificates)
    await backUp(session)
  }
  await eraseRoots(session)
  await record.noteEnd()
}

const start = async (config: Config, options: ReadOptions): Promise<void> => {
  const text = await readText(options.get('script'))
  const script = parseScript(nodeCrypto, text)
  const { custodians, threshold, offlineRoot, rootCrlDays } = script.plan
  requireSamePlan(script.plan, planNow(config, { custodians, threshold, offlineRoot, rootCrlDays }))
  const names = options.all('custodian')
  if (names.length !== custodians)
    usage(`脚本要 ${custodians} 位保管人 (the script asks for that many custodians): --custodian NAME`)
  const out = options.get('out')
  const shelf = openCeremonyFolder(join(config.dataFolder, 'ceremony'))
  print(...scriptLines(script))
  const people = await askCustodians(names, script.digest)
  const memory = await rootsInMemory(options)
  const custody = await openCustody({ config, folder: config.dataFolder, random: systemRandom, ask: askPassword })
  const record = await beginCeremony({ shelf, crypto: nodeCrypto }, text)
  if (record.resumed) print('  接着上次中断的地方 (going on where it was cut off)')
  await complete({ config, script, custody, shelf, record, custodians: people, memory, out })
}

export const run = async (args: readonly string[]): Promise<number> => {
  const kinds = { script: 'one', custodian: 'many', out: 'one', backup: 'one', share: 'many' } as const
  const options = readOptions(args, kinds, CEREMONY_HELP)
  if (options.positionals.length > 0) return usage(CEREMONY_HELP)
  const config = readConfig(process.env)
  if (config.masterKey === undefined)
    return usage('请设置主密钥 (set a master key): MASTER_KEY, MASTER_KEY_FILE, MASTER_KEY_PASSPHRASE_FILE')
  selfCheck()
  await withKeysLock(config, () => start(config, options))
  print(
    '✓ 仪式完成 (the ceremony is done)',
    '  分片交给各自的保管人，备份另存一处 (shares to their keepers, the backup to another place)',
    '  服务启动时把记录写入审计 (the service enters the transcript into its audit when it starts)',
  )
  return EXIT.valid
}
