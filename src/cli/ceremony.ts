/** `xinyin ceremony …`: the script, the ceremony by it, and lists of a root that is kept offline. */
import { EXIT, usage } from './exit.ts'
import { CEREMONY_HELP } from './keys-help.ts'
import { print } from './print.ts'

type Run = (args: readonly string[]) => Promise<number>

const COMMANDS: Readonly<Record<string, () => Promise<{ readonly run: Run }>>> = {
  script: () => import('./ceremony-script.ts'),
  run: () => import('./ceremony-run.ts'),
  'root-crl': () => import('./ceremony-root-crl.ts'),
}

export const run: Run = async ([name, ...args]) => {
  if (name === '--help' || name === '-h') {
    print(...CEREMONY_HELP.split('\n'))
    return EXIT.valid
  }
  if (name === undefined || !Object.hasOwn(COMMANDS, name)) return usage(CEREMONY_HELP)
  const command = await COMMANDS[name]?.()
  return command === undefined ? usage(CEREMONY_HELP) : command.run(args)
}
