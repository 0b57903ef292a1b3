/** `xinyin keys …`: master keys, backup and restore. Each part is loaded when it is asked for. */
import { readConfig } from '../config.ts'
import { EXIT, usage } from './exit.ts'
import { print } from './print.ts'

export const KEYS_HELP = `xinyin keys COMMAND

  主密钥 master keys（服务不用停 while the service runs）
  status                 每个主密钥之下有多少文件和字段。What is under which master key.
  new-master             在 MASTER_KEY_FILE 里加一个新的当前主密钥。Adds a new current key to that file.
  rotate-master          把密钥文件和加密字段都换到当前主密钥之下；中断了再运行一次。
                         Puts key files and encrypted fields under the current key; run it again after an interruption.
  retire-master ID       确认 ID 之下什么都没有，把它从文件里删去。Takes a key out once nothing is under it.

  备份 backup
  backup --custodian NAME… --threshold K --out DIR
                         层次的密钥、主密钥、仪式记录，分成 N 份，K 份可以恢复。
                         Keys of the hierarchy, master keys, records of the ceremony; K of N shares restore it.
  restore --backup FILE --share FILE… [--master-keys-out FILE] [--with-root]
                         恢复到 XINYIN_DATA；离线的根仍然离线，除非 --with-root。
                         Into XINYIN_DATA; an offline root stays offline unless --with-root.

  退出码 exit: 0 完成 done · 1 还没有完 not yet · 3 拒绝 refused`

type Run = (args: readonly string[]) => Promise<number> | number

const master = () => import('./keys-master.ts')

const none =
  (work: () => Promise<number> | number): Run =>
  (args) =>
    args.length === 0 ? work() : usage(KEYS_HELP)

const COMMANDS: Readonly<Record<string, Run>> = {
  status: none(async () => (await master()).keysStatus(readConfig(process.env))),
  'new-master': none(async () => (await master()).newMasterKey(readConfig(process.env))),
  'rotate-master': none(async () => (await master()).rotateMaster(readConfig(process.env))),
  'retire-master': async ([id, ...more]) =>
    id === undefined || more.length > 0 ? usage(KEYS_HELP) : (await master()).retireMaster(readConfig(process.env), id),
  backup: async (args) => (await import('./keys-backup.ts')).backup(args),
  restore: async (args) => (await import('./keys-backup.ts')).restore(args),
}

export const run = async ([name, ...args]: readonly string[]): Promise<number> => {
  if (name === '--help' || name === '-h') {
    print(...KEYS_HELP.split('\n'))
    return EXIT.valid
  }
  const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  return command === undefined ? usage(KEYS_HELP) : command(args)
}
