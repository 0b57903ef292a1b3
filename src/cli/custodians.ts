/**
 * The people of a ceremony at the terminal: each types the beginning of the script's digest and sets a passphrase, or opens a share
 * with it. `XINYIN_CUSTODIANS_FILE` answers for them in rehearsals: `{ "name": { "confirm": "…", "passphrase": "…" } }`.
 * Refuses one person twice, a digest that is another, and passphrases that two have in common.
 */
import { createInterface } from 'node:readline/promises'
import { z } from 'zod'
import type { BackupFile, Custodian, SecretShare, ShareFile } from '../../keys/backup/index.ts'
import { openShareFile, parseShareFile } from '../../keys/backup/index.ts'
import { TrustError } from '../errors.ts'
import { askHidden, askPassword } from './ask-password.ts'
import { usage } from './exit.ts'
import { readJson, readText } from './read-json.ts'

const schema = z.record(z.string(), z.strictObject({ confirm: z.string().optional(), passphrase: z.string() }))
type Answers = z.infer<typeof schema>

const readAnswers = async (): Promise<Answers | undefined> => {
  const path = process.env['XINYIN_CUSTODIANS_FILE']
  if (path === undefined || path === '') return undefined
  return readJson(path, schema, '{"name": {"confirm": "…", "passphrase": "…"}}')
}

const answerOf = (answers: Answers, name: string): Answers[string] =>
  answers[name] ?? usage(`XINYIN_CUSTODIANS_FILE：里面没有 ${name} (is not in it)`)

const askConfirm = async (name: string, digest: string): Promise<string> => {
  if (!process.stdin.isTTY)
    return usage('没有终端可以输入：请设置 XINYIN_CUSTODIANS_FILE (no terminal; set the variable)')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await terminal.question(
      `${name}：脚本摘要 (script digest) ${digest}\n  与您手里的核对无误，请输入前 8 位 (compare it with yours, then type its first 8 characters): `,
    )
  } finally {
    terminal.close()
  }
}

/** `digest` undefined: nobody confirms anything, as in a backup outside of a ceremony. @throws UsageError, TrustError CEREMONY_REFUSED */
export const askCustodians = async (names: readonly string[], digest?: string): Promise<readonly Custodian[]> => {
  if (new Set(names.map((n) => n.normalize('NFKC').trim())).size !== names.length || names.some((n) => n.trim() === ''))
    return usage('每位保管人要有自己的名字 (custodians are different people)')
  const answers = await readAnswers()
  const custodians: Custodian[] = []
  for (const name of names) {
    if (digest !== undefined) {
      const typed = answers === undefined ? await askConfirm(name, digest) : answerOf(answers, name).confirm
      if (typed?.trim().toLowerCase() !== digest.slice(0, 8))
        throw new TrustError('CEREMONY_REFUSED', 'a custodian has confirmed another script')
    }
    const passphrase = answers === undefined ? await askPassword(name) : answerOf(answers, name).passphrase
    if (custodians.some((c) => c.passphrase === passphrase))
      return usage('两位保管人的口令一样 (two passphrases are equal)')
    custodians.push({ name, passphrase })
  }
  return custodians
}

/** What can be seen before anybody types: shares of another backup, one twice, too few. */
const requireUsable = ({ header }: BackupFile, files: readonly (ShareFile & { readonly path: string })[]): void => {
  for (const { share, backupId, path } of files) {
    const refuse = (what: string): never => {
      throw new TrustError('BACKUP_SHARE_INVALID', `share ${share} (${path}): ${what}`, { field: `share-${share}` })
    }
    if (backupId !== header.backupId) refuse('belongs to another backup')
    if (files.filter((f) => f.share === share).length > 1) refuse('given twice')
  }
  if (files.length < header.threshold)
    throw new TrustError('BACKUP_SHARES_TOO_FEW', `${files.length} of the ${header.threshold} shares that are needed`)
}

/** @throws TrustError BACKUP_SHARE_INVALID naming the share, BACKUP_SHARES_TOO_FEW */
export const openShares = async (backup: BackupFile, paths: readonly string[]): Promise<readonly SecretShare[]> => {
  const files: (ShareFile & { readonly path: string })[] = []
  for (const path of paths) files.push({ ...parseShareFile(await readText(path)), path })
  requireUsable(backup, files)
  const answers = await readAnswers()
  if (answers === undefined && !process.stdin.isTTY)
    usage('没有终端可以输入：请设置 XINYIN_CUSTODIANS_FILE (no terminal; set the variable)')
  const shares: SecretShare[] = []
  for (const file of files) {
    const passphrase =
      answers === undefined
        ? await askHidden(`${file.custodian}（${file.share}）的口令 (passphrase): `)
        : answerOf(answers, file.custodian).passphrase
    shares.push(openShareFile(file, passphrase))
  }
  return shares
}
