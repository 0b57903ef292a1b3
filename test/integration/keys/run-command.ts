/** A command of `xinyin` in this process, for tests that give many: its settings, what it says, and how it ends. One at a time. */
import { run as ceremony } from '../../../src/cli/ceremony.ts'
import { UsageError } from '../../../src/cli/exit.ts'
import { run as keys } from '../../../src/cli/keys.ts'
import { isTrustError } from '../../../src/errors.ts'
import type { CliResult } from '../verification/run-cli.ts'

const COMMANDS = { ceremony, keys } as const

const withSettings = async <T>(env: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T> => {
  const before = process.env
  // The settings of whoever runs the tests do not count, nor those of the test runner.
  process.env = { PATH: before['PATH'], ...env } as NodeJS.ProcessEnv
  try {
    return await work()
  } finally {
    process.env = before
  }
}

export const runCommand = async (
  [name, ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<CliResult> => {
  const text = { out: '', err: '' }
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = (chunk: string | Uint8Array): boolean => {
    text.out += String(chunk)
    return true
  }
  try {
    return { code: await withSettings(env, () => COMMANDS[name as keyof typeof COMMANDS](args)), ...text }
  } catch (error) {
    if (error instanceof UsageError) return { code: 3, ...text, err: error.message }
    if (isTrustError(error)) return { code: 3, ...text, err: `${error.code}: ${error.message}` }
    throw error
  } finally {
    process.stdout.write = write
  }
}
