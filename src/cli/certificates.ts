/**
 * `xinyin certificates list | show | expiring`: what operators ask of the register of certificates. Reads only: officers act at the desk,
 * two by two. Prints subjects, which stand in the certificates, and nothing else of people.
 */
import { parseArgs } from 'node:util'
import { makeHeldStore } from '../../adapters/postgres/enrolment-held-store.ts'
import { toPem } from '../../standards/bytes.ts'
import { nameText, parseCertificate } from '../../standards/rfc5280-x509/index.ts'
import { readConfig } from '../config.ts'
import { certificateView, stateOf } from '../http/certificate-views.ts'
import type { HeldCertificate, HeldQuery, HeldStore } from '../pki/enrolment/index.ts'
import { EXIT, usage } from './exit.ts'
import { openDatabase } from './open-database.ts'
import { print } from './print.ts'

export const CERTIFICATES_HELP = `xinyin certificates COMMAND

  list [--state in-force|suspended|revoked|expired] [--limit N] [--after ISSUER/SERIAL] [--json]
                         证书清单，最新的在前。Certificates, newest first.
  show ISSUER SERIAL [--json | --pem]
                         一份证书。One certificate.
  expiring [--days N] [--limit N] [--json]
                         N 天内到期、还没有更新的证书。Ending within N days (30), without a successor.

  只读；审批、吊销、恢复须由两名管理员办理。Reads only; officers act two by two.
  退出码 exit: 0 完成 done · 1 没有这份证书 no such certificate · 3 用法不对 wrong usage`

const STATES = ['in-force', 'suspended', 'revoked', 'expired'] as const
const WORDS: Readonly<Record<(typeof STATES)[number], string>> = {
  'in-force': '有效 in force',
  suspended: '冻结 suspended',
  revoked: '吊销 revoked',
  expired: '过期 expired',
}

const OPTIONS = {
  state: { type: 'string' },
  limit: { type: 'string' },
  after: { type: 'string' },
  days: { type: 'string' },
  json: { type: 'boolean' },
  pem: { type: 'boolean' },
} as const
const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    return usage(`${(error as Error).message}\n\n${CERTIFICATES_HELP}`)
  }
}
type Parsed = ReturnType<typeof parse>

const numberIn = (text: string | undefined, fallback: number, name: string): number => {
  if (text === undefined) return fallback
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : usage(`--${name}：1–9999`)
}

const pageOf = ({ values }: Parsed): HeldQuery['page'] => {
  const after = values.after
  if (after !== undefined && !/^[a-z0-9-]+\/[0-9a-f]+$/.test(after)) usage('--after：ISSUER/SERIAL')
  return { limit: numberIn(values.limit, 100, 'limit'), ...(after === undefined ? {} : { after }) }
}

const printJson = (value: unknown): void => print(...JSON.stringify(value, null, 2).split('\n'))

const line = (c: HeldCertificate, at: Date): string => {
  const { subjectFields } = parseCertificate(c.der)
  const end = c.notAfter.toISOString().slice(0, 10)
  return `${c.issuerId}/${c.serialHex}  ${WORDS[stateOf(c, at)]}  ${end}  ${c.profile}  ${nameText(subjectFields)}`
}

const report = (found: readonly HeldCertificate[], { values }: Parsed, at: Date): number => {
  if (values.json === true) printJson(found.map((c) => certificateView(c, at)))
  else print(...found.map((c) => line(c, at)), `${found.length} 份 (certificates)`)
  return EXIT.valid
}

const list = async (store: HeldStore, parsed: Parsed, at: Date): Promise<number> => {
  const text = parsed.values.state
  const state = STATES.find((s) => s === text)
  if (text !== undefined && state === undefined) usage(`--state：${STATES.join(', ')}`)
  const query = { page: pageOf(parsed), at, ...(state === undefined ? {} : { state }) }
  return report(await store.list(query), parsed, at)
}

const expiring = async (store: HeldStore, parsed: Parsed, at: Date): Promise<number> => {
  const before = new Date(at.getTime() + numberIn(parsed.values.days, 30, 'days') * 86_400_000)
  return report(await store.expiring({ at, before }, pageOf(parsed)), parsed, at)
}

const show = async (store: HeldStore, parsed: Parsed, at: Date): Promise<number> => {
  const [, issuerId, serialHex, ...more] = parsed.positionals
  if (issuerId === undefined || serialHex === undefined || more.length > 0) return usage(CERTIFICATES_HELP)
  const found = await store.find({ issuerId, serialHex: serialHex.toLowerCase() })
  if (found === undefined) {
    print('没有这份证书 (no such certificate of a holder)')
    return EXIT.invalid
  }
  if (parsed.values.pem === true) print(...toPem(found.der, 'CERTIFICATE').trimEnd().split('\n'))
  else printJson(certificateView(found, at))
  return EXIT.valid
}

const COMMANDS: Readonly<Record<string, typeof list>> = { list, show, expiring }

export const run = async (args: readonly string[]): Promise<number> => {
  const [name = ''] = args
  if (name === '--help' || name === '-h') {
    print(...CERTIFICATES_HELP.split('\n'))
    return EXIT.valid
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) return usage(CERTIFICATES_HELP)
  const parsed = parse(args)
  if (name !== 'show' && parsed.positionals.length > 1) return usage(CERTIFICATES_HELP)
  const opened = await openDatabase(readConfig(process.env))
  try {
    return await command(makeHeldStore(opened.db), parsed, new Date())
  } finally {
    await opened.close()
  }
}
