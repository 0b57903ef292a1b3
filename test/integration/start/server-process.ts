/** The service as an own process, started as `npm start` starts it; and a folder for its state that goes away with the test. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

export type Env = Readonly<Record<string, string>>

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface ServerProcess {
  readonly child: ChildProcess
  /** Everything said so far, both streams. */
  said(): string
  readonly ended: Promise<Ended>
  /** Resolves with the address when the service says that it is ready; rejects when it ends first. */
  ready(): Promise<string>
  /** SIGTERM, and how it ended. */
  stop(): Promise<Ended>
  /** kill -9. */
  kill(): Promise<Ended>
}

interface Program {
  readonly script?: string
  readonly node?: string
  readonly args?: readonly string[]
}

/** A port that was free a moment ago. */
export const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const running = new Set<ChildProcess>()

/** Only what the test names: no setting of the machine leaks in. */
export const startServer = (
  env: Env,
  { script = 'bin/start.mjs', node = process.execPath, args = [] }: Program = {},
): ServerProcess => {
  const child = spawn(node, [join(ROOT, script), ...args], {
    env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let text = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      text += part.toString('utf8')
      for (const listen of listeners) listen()
    })
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) => {
      running.delete(child)
      resolve({ code, signal })
    }),
  )
  const signal = (name: NodeJS.Signals): Promise<Ended> => {
    child.kill(name)
    return ended
  }
  return {
    child,
    said: () => text,
    ended,
    ready: () =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const url = /^信印(?:已就绪)? +(https?:\/\/\S+)$/m.exec(text)?.[1]
          if (url !== undefined) resolve(url)
        }
        listeners.add(look)
        look()
        void ended.then(({ code }) => reject(new Error(`ended with ${String(code)} before it was ready:\n${text}`)))
      }),
    stop: () => signal('SIGTERM'),
    kill: () => signal('SIGKILL'),
  }
}

/** For afterAll: nothing of a failed test stays behind. */
export const killAll = (): void => {
  for (const child of running) child.kill('SIGKILL')
}

const folders: string[] = []
export const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'xinyin-start-'))
  folders.push(folder)
  return folder
}
export const removeFolders = (): void => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}
