/** What tests need from outside the repository. Absent: the suite skips and says why; with CI set, that is a failure. */
import { existsSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'

const repository = fileURLToPath(new URL('../../', import.meta.url))

/** Folder of vectors made by others, or undefined. */
export const vectorsDir = (): string | undefined => {
  const dir = process.env['VECTORS_DIR'] ?? join(repository, '..', 'shared', 'vectors')
  return existsSync(dir) ? dir : undefined
}

const onPath = (program: string): boolean => spawnSync('which', [program], { stdio: 'ignore' }).status === 0

/** Prints the reason once and returns true when the suite must skip. */
export const skipUnless = (present: boolean, what: string): boolean => {
  if (present) return false
  if (process.env['CI'] !== undefined) throw new Error(`CI must have ${what}`)
  process.stderr.write(`skipped: needs ${what}\n`)
  return true
}

export const skipWithoutVectors = (): boolean =>
  skipUnless(vectorsDir() !== undefined, 'the vectors of others (VECTORS_DIR)')
/** `describe.skipIf(skipWithoutProgram('openssl'))('…', …)` */
export const skipWithoutProgram = (program: string): boolean => skipUnless(onPath(program), `the program ${program}`)

/** XINYIN_EXTENDED=1: suites of minutes and hours run too, and others try more. */
export const isExtended = process.env['XINYIN_EXTENDED'] === '1'

/** `describe.skipIf(skipUnlessExtended('timing of secrets, some minutes'))('…', …)`: skips in CI too, and says why. */
export const skipUnlessExtended = (what: string): boolean => {
  if (!isExtended) process.stderr.write(`skipped: ${what}; runs with XINYIN_EXTENDED=1\n`)
  return !isExtended
}
