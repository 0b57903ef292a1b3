/**
 * `xinyin <command>`. Each command is a file that exports `run(args)` and gives the exit code; it is loaded only when asked for,
 * so that verifying a file never opens a database. Wrong usage ends with 3 and a sentence, never with a stack.
 */
import { isTrustError } from '../errors.ts'
import { EXIT, UsageError } from './exit.ts'
import { complain, print } from './print.ts'

interface Command {
  run(args: readonly string[]): Promise<number>
}

const HELP = `信印 xinyin

  xinyin verify FILE [--trust DIR] [--at TIME] [--json] [--strict]
      核验印章、签名、证照，不联网。Verify a sealed file or licence, offline.
  xinyin verify-chain LEAF [--trust PEM…] [--intermediates PEM…] [--crl FILE…] …
      核验一份证书的证书链，不联网。Validate a certification path, offline.
  xinyin audit check
      检查审计链是否完整。Check that the audit chain is intact.
  xinyin bootstrap FILE
      正式环境首次设立三名管理员。Production: appoint the first three administrators, once.
  xinyin ceremony script | run | root-crl
      密钥仪式与离线根。Key ceremony, and what an offline root signs.
  xinyin keys status | new-master | rotate-master | retire-master | backup | restore
      主密钥、备份与恢复。Master keys, backup and restore.
  xinyin timestamp status | confirm-clock
      时间戳服务与时钟。Time stamping and its clock.
  xinyin journey [--url URL] [--ofd FILE] [--pdf FILE] [--out DIR]
      对演示服务走完整个流程。Run the whole main job against a demonstration.
  xinyin certificates list | show | expiring
      签发的证书。Certificates that were issued.
  xinyin clients list | add FILE | disable ID | enable ID | rotate-secret ID
      登记的门户和系统。Registered portals and systems.
  xinyin logout dead | retry ID
      没有送达的退出通知。Sign-outs that were not delivered.
  xinyin oidc rotate-key [--now]
      更换登录令牌的签名密钥。Change the key that signs tokens.
  xinyin help [COMMAND]
      帮助。Help.

  启动服务用 npm start。The service itself is started with npm start.`

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  verify: () => import('./verify.ts'),
  'verify-chain': () => import('./verify-chain.ts'),
  audit: () => import('./audit-check.ts'),
  bootstrap: () => import('./bootstrap.ts'),
  certificates: () => import('./certificates.ts'),
  clients: () => import('./clients.ts'),
  logout: () => import('./logout.ts'),
  oidc: () => import('./oidc.ts'),
  ceremony: () => import('./ceremony.ts'),
  keys: () => import('./keys.ts'),
  timestamp: () => import('./timestamp.ts'),
  journey: () => import('./journey.ts'),
}

const find = (name: string): (() => Promise<Command>) | undefined =>
  Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined

const dispatch = async ([name = 'help', ...args]: readonly string[]): Promise<number> => {
  if (['help', '--help', '-h'].includes(name)) {
    const [topic] = args
    const command = topic === undefined ? undefined : find(topic)
    if (command !== undefined) return (await command()).run(['--help'])
    print(...HELP.split('\n'))
    return EXIT.valid
  }
  const command = find(name)
  if (command === undefined) throw new UsageError(`没有 ${name} 这个命令 (no such command)\n\n${HELP}`)
  return (await command()).run(args)
}

/** A reader that closes early (`| head`) is no fault of ours. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

try {
  process.exitCode = await dispatch(process.argv.slice(2))
} catch (error) {
  // A fault of ours must never look like a verdict: only 0 to 2 are verdicts.
  if (error instanceof UsageError) complain(error.message)
  else if (isTrustError(error)) complain(`${error.code}: ${error.message}`)
  else complain('内部错误 (internal error)', (error as Error).stack ?? String(error))
  process.exitCode = error instanceof UsageError || isTrustError(error) ? EXIT.usage : EXIT.bug
}
