/** `xinyin keys …`: master keys, backup and restore. Each part is loaded when it is asked for. */
import { readConfig } from '../config.ts'
import { EXIT, usage } from './exit.ts'
import { KEYS_HELP } from './keys-help.ts'
import { print } from './print.ts'

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
