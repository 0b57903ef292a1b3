/**
 * BouncyCastle as a program: its jars by Maven, our Check.java compiled against them, one process that is asked line by line.
 * Where there is no JDK, no Maven or no way to the jars, the suites skip and say so; optional in CI, too, as the jars come over the network.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { toHex } from '../../../standards/bytes.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const SOURCES = readdirSync(here).filter((name) => name.endsWith('.java'))

const runs = (program: string, ...args: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore', timeout: 180_000 }).status === 0

/** A name that changes with the sources, so that an old build is never used. */
const buildFolder = (): string => {
  const hash = createHash('sha256')
  for (const name of [...SOURCES, 'pom.xml'].toSorted()) hash.update(readFileSync(join(here, name)))
  return join(tmpdir(), `xinyin-bouncy-castle-${hash.digest('hex').slice(0, 16)}`)
}

const classPath = (folder: string): string => `${join(folder, 'lib', '*')}:${join(folder, 'classes')}`

/** Builds aside and renames: two suites may do it at once. Returns why it could not. */
const build = (target: string): string | undefined => {
  if (!runs('javac', '-version')) return 'a JDK (javac)'
  if (!runs('mvn', '-version')) return 'Maven (mvn)'
  const folder = mkdtempSync(`${target}-`)
  const lib = join(folder, 'lib')
  mkdirSync(lib)
  const pom = join(here, 'pom.xml')
  if (!runs('mvn', '-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${lib}`))
    return 'the jars of BouncyCastle through Maven'
  const sources = SOURCES.map((name) => join(here, name))
  const compiled = spawnSync('javac', ['-d', join(folder, 'classes'), '-cp', join(lib, '*'), ...sources], {
    encoding: 'utf8',
  })
  if (compiled.status !== 0) throw new Error(`javac: ${compiled.stderr}`)
  try {
    renameSync(folder, target)
  } catch {
    // Another suite was first: its build is as good.
    rmSync(folder, { recursive: true })
  }
  return undefined
}

let ready: string | undefined
/** True, with the reason printed once, where the suite must skip. */
export const skipWithoutBouncyCastle = (): boolean => {
  if (ready !== undefined) return false
  const folder = buildFolder()
  const missing = existsSync(folder) ? undefined : build(folder)
  if (missing === undefined) ready = folder
  else process.stderr.write(`skipped: needs ${missing}\n`)
  return missing !== undefined
}

export type Argument = Uint8Array | string

export interface BouncyCastle {
  /** `accepted`, perhaps with words, or `refused` and why. Bytes are handed over as such, text as a path. */
  ask(kind: string, ...args: readonly Argument[]): Promise<string>
  close(): void
}

export const startBouncyCastle = (): BouncyCastle => {
  if (ready === undefined) throw new Error('skipWithoutBouncyCastle comes first')
  const child = spawn('java', ['-Xshare:auto', '-cp', classPath(ready), 'Check'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const waiting: ((line: string) => void)[] = []
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(line))
  child.on('exit', () => waiting.splice(0).forEach((answer) => answer('refused: the program ended')))
  return {
    ask: (kind, ...args) =>
      new Promise((resolve) => {
        waiting.push(resolve)
        const words = args.map((arg) => (typeof arg === 'string' ? arg : `hex:${toHex(arg)}`))
        child.stdin.write(`${[kind, ...words].join('\t')}\n`)
      }),
    close: () => void child.stdin.end(),
  }
}
