/**
 * `xinyin ceremony root-crl request | sign | install`: lists of a root that is kept offline, in three steps, so that its key and the
 * register need not meet on one machine. Refuses a list that is older than the one that is published, or not by our root.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openCrlShelf } from '../../adapters/crl-shelf/index.ts'
import { makeUnitOfWork } from '../../adapters/postgres/db.ts'
import { makePkiStore } from '../../adapters/postgres/pki-store.ts'
import { openBackup, parseBackup } from '../../keys/backup/index.ts'
import type { BackupContent } from '../../keys/backup/index.ts'
import { openCeremonyFolder } from '../../keys/ceremony-folder.ts'
import { standardHierarchy } from '../../keys/hierarchy.ts'
import { withKeysInMemory } from '../../keys/keys-in-memory.ts'
import { openCustody } from '../../keys/open-custody.ts'
import type { RootCrlRequest } from '../../keys/root-crl.ts'
import { encodeRootCrlRequests, parseRootCrlRequests, rootCrlTbs, signRootCrl } from '../../keys/root-crl.ts'
import { rootKeyIds } from '../../keys/root-key-ids.ts'
import { fromPem, fromUtf8 } from '../../standards/bytes.ts'
import type { Certificate } from '../../standards/rfc5280-x509/index.ts'
import { isSignatureValid, parseCertificate, parseCrl } from '../../standards/rfc5280-x509/index.ts'
import type { Config } from '../config.ts'
import { readConfig } from '../config.ts'
import { nodeCrypto, selfCheck } from '../crypto/node.ts'
import { TrustError } from '../errors.ts'
import { systemClock, systemRandom } from '../kernel/index.ts'
import { askPassword } from './ask-password.ts'
import { CEREMONY_HELP } from './keys-help.ts'
import { openShares } from './custodians.ts'
import { readText } from './read-json.ts'
import { EXIT, fileFault, usage } from './exit.ts'
import { openDatabase } from './open-database.ts'
import { print } from './print.ts'
import { readOptions } from './read-options.ts'

const DAY = 86_400_000

const writeNew = (path: string, bytes: string | Uint8Array): Promise<void> =>
  writeFile(path, bytes, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) =>
    error.code === 'EEXIST' ? usage(`${path}：已经有了 (is there already)`) : fileFault(error, path),
  )

const rootsAway = async (config: Config): Promise<readonly string[]> => {
  const { keyStore } = await openCustody({
    config,
    folder: config.dataFolder,
    random: systemRandom,
    ask: askPassword,
  })
  const away: string[] = []
  for (const id of rootKeyIds(standardHierarchy)) if (!(await keyStore.has(id))) away.push(id)
  return away.length > 0
    ? away
    : usage('根密钥都在线，服务自己发布列表 (the roots are online; the service publishes their lists)')
}

const request = async (args: readonly string[]): Promise<number> => {
  const options = readOptions(args, { days: 'one', out: 'one' }, CEREMONY_HELP)
  const config = readConfig(process.env)
  const days = options.number('days', 180)
  if (days < 1 || days > 400) usage('--days：1–400')
  const roots = await rootsAway(config)
  const shelf = openCrlShelf(join(config.dataFolder, 'crl'))
  const { db, close } = await openDatabase(config)
  try {
    const store = makePkiStore(db)
    const thisUpdate = new Date(Math.floor(systemClock.now().getTime() / 1000) * 1000)
    const requests: RootCrlRequest[] = []
    for (const issuerId of roots) {
      const next = await store.nextCrlNumber(issuerId)
      const number = Math.max(next, ((await shelf.newest(issuerId))?.number ?? 0) + 1)
      const revoked = await makeUnitOfWork(db).run((tx) => store.listForCrl(issuerId, tx))
      requests.push({ issuerId, number, thisUpdate, nextUpdate: new Date(thisUpdate.getTime() + days * DAY), revoked })
    }
    await writeNew(options.get('out'), encodeRootCrlRequests(requests))
    print(...requests.map(requestLine), '  带到离线的机器上签 (carry it to the offline machine)')
  } finally {
    await close()
  }
  return EXIT.valid
}

const requestLine = ({ issuerId, number, nextUpdate, revoked }: RootCrlRequest): string =>
  `  ${issuerId} #${number}：吊销 ${revoked.length} 张 (revoked)，到 ${nextUpdate.toISOString()} (until)${revoked.map((r) => `\n    ${r.serialHex}`).join('')}`

const certificateIn = ({ files }: BackupContent, id: string): Certificate => {
  const file = files.find((f) => f.path === `ceremony/${id}.pem`)
  const [der] = file === undefined ? [] : fromPem(fromUtf8(file.bytes), 'CERTIFICATE')
  if (der === undefined) throw new TrustError('BACKUP_UNREADABLE', `no certificate of ${id} in the backup`)
  return parseCertificate(der)
}

const nobody = {
  generate: () => Promise.reject(new TrustError('KEY_NOT_FOUND', 'no key is made here')),
  has: () => Promise.resolve(false),
  signer: (id: string) => Promise.reject(new TrustError('KEY_NOT_FOUND', `no key ${id} in the backup`)),
}

const sign = async (args: readonly string[]): Promise<number> => {
  const options = readOptions(args, { request: 'one', backup: 'one', share: 'many', out: 'one' }, CEREMONY_HELP)
  const requests = parseRootCrlRequests(await readText(options.get('request')))
  const backup = parseBackup(await readText(options.get('backup')))
  const out = options.get('out')
  selfCheck()
  print('要签的列表 (lists to sign):', ...requests.map(requestLine))
  const content = openBackup(nodeCrypto, backup, await openShares(backup, options.all('share')))
  const wanted = content.keys.filter((k) => requests.some((r) => r.issuerId === k.keyId))
  const store = withKeysInMemory(nobody, wanted)
  for (const key of content.keys) key.privateKey.fill(0)
  await mkdir(out, { recursive: true })
  for (const one of requests) {
    const certificate = certificateIn(content, one.issuerId)
    const root = { certificate, signer: await store.signer(one.issuerId), crypto: nodeCrypto }
    const path = join(out, `${one.issuerId}-${one.number}.crl`)
    await writeNew(path, await signRootCrl(root, rootCrlTbs(certificate, one)))
    print(`✓ ${path}`)
  }
  return EXIT.valid
}

const FILE_NAME = /([a-z0-9]+(?:-[a-z0-9]+)*)-(\d{1,15})\.crl$/

/** Where, and what is published once it stands there. @throws TrustError CHAIN_INVALID */
const requireOurs = async (config: Config, path: string) => {
  const [, id = '', numberText = ''] = FILE_NAME.exec(path) ?? []
  if (!rootKeyIds(standardHierarchy).includes(id)) return usage(`${path}：名字要像 root-sm2-2.crl (a name like that)`)
  const der = new Uint8Array(await readFile(path).catch((error: unknown) => fileFault(error, path)))
  const refuse = (what: string): never => {
    throw new TrustError('CHAIN_INVALID', `${path}: ${what}`)
  }
  const pem = await openCeremonyFolder(join(config.dataFolder, 'ceremony')).read(`${id}.pem`)
  const [certificateDer] = pem === undefined ? [] : fromPem(fromUtf8(pem), 'CERTIFICATE')
  if (certificateDer === undefined) return refuse(`no certificate of ${id} here`)
  const crl = parseCrl(der)
  if (!isSignatureValid(crl, parseCertificate(certificateDer).publicKey, nodeCrypto)) refuse('not signed by this root')
  if (crl.number === undefined || crl.number !== BigInt(numberText)) refuse('has another number')
  if (crl.nextUpdate === undefined || crl.nextUpdate <= systemClock.now()) refuse('has run out')
  return { id, number: Number(numberText), der }
}

const install = async (args: readonly string[]): Promise<number> => {
  const { positionals } = readOptions(args, {}, CEREMONY_HELP)
  if (positionals.length === 0) usage(CEREMONY_HELP)
  const config = readConfig(process.env)
  const shelf = openCrlShelf(join(config.dataFolder, 'crl'))
  // All are looked at before the first is put in its place.
  const lists = []
  for (const path of positionals) lists.push(await requireOurs(config, path))
  for (const { id, number } of lists) {
    const newest = (await shelf.newest(id))?.number ?? 0
    if (number <= newest) throw new TrustError('CONFLICT', `${id}: list ${newest} is published, ${number} is not newer`)
  }
  for (const { id, number, der } of lists) {
    await shelf.intend(id, number, parseCrl(der).tbs)
    await shelf.put(id, number, der)
    print(`✓ ${id} #${number}：服务一分钟内发布 (the service publishes it within a minute)`)
  }
  return EXIT.valid
}

const STEPS: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = { request, sign, install }

export const run = async ([name = '', ...args]: readonly string[]): Promise<number> => {
  const step = Object.hasOwn(STEPS, name) ? STEPS[name] : undefined
  return step === undefined ? usage(CEREMONY_HELP) : step(args)
}
