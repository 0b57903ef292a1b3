/**
 * From spawning `bin/start.mjs` to 200 on /health/ready: on an empty folder (cold, the demonstration world is made) and on the same
 * folder again (warm); and what memory the process then holds. The compile cache stays as it is found. The yardstick is a bare Node process.
 */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Bench, Figure } from './figure.ts'
import { median, rounded } from './figure.ts'

const START = fileURLToPath(new URL('../bin/start.mjs', import.meta.url))
const LIMIT_MS = 120_000
const WARM_STARTS = 3
const LISTEN = "require('net').createServer().listen(0, () => process.stdout.write('.'))"

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

interface Started {
  readonly seconds: number
  readonly child: ChildProcess
}

const isReady = async (port: number): Promise<boolean> => {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health/ready`)).status === 200
  } catch {
    // Not listening yet.
    return false
  }
}

const startService = async (data: string): Promise<Started> => {
  const port = await freePort()
  const started = performance.now()
  const child = spawn(process.execPath, [START], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', XINYIN_DATA: data, PORT: String(port), LOG_LEVEL: 'error' },
  })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  while (!(await isReady(port))) {
    if (child.exitCode !== null) throw new Error(`the service ended: ${complaint}`)
    if (performance.now() - started > LIMIT_MS) throw new Error('the service is not ready')
    await sleep(10)
  }
  return { seconds: (performance.now() - started) / 1000, child }
}

const stop = async ({ child }: Started): Promise<void> => {
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}

/** A Node process that does nothing but listen. */
const startBare = async (): Promise<Started> => {
  const started = performance.now()
  const child = spawn(process.execPath, ['-e', LISTEN], { stdio: ['ignore', 'pipe', 'ignore'] })
  await once(child.stdout, 'data')
  return { seconds: (performance.now() - started) / 1000, child }
}

/** MiB; undefined where there is no /proc. */
const rssOf = ({ child }: Started): number | undefined => {
  if (process.platform !== 'linux') return undefined
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]
  return kib === undefined ? undefined : Number(kib) / 1024
}

const duration = (name: string, seconds: number, bare: number): Figure => ({
  name,
  perSecond: rounded(1 / seconds),
  yardstick: 'a bare Node process that listens',
  yardstickPerSecond: rounded(1 / bare),
  ratio: rounded(bare / seconds),
  unit: 's',
  value: rounded(seconds),
  yardstickValue: rounded(bare),
})

const size = (mib: number, bare: number): Figure => ({
  name: 'memory.rss',
  perSecond: null,
  yardstick: 'a bare Node process that listens',
  yardstickPerSecond: null,
  ratio: rounded(mib / bare),
  unit: 'MiB after start',
  value: rounded(mib),
  yardstickValue: rounded(bare),
})

const measure = async <T>(running: Promise<Started>, read: (s: Started) => T | Promise<T>): Promise<T> => {
  const started = await running
  try {
    return await read(started)
  } finally {
    await stop(started)
  }
}

export const bench: Bench['bench'] = async (say, wanted) => {
  if (!['start.cold', 'start.warm', 'memory.rss'].some(wanted)) return
  const data = mkdtempSync(join(tmpdir(), 'xinyin-bench-start-'))
  try {
    const bareTimes: number[] = []
    const readBare = async (): Promise<{ seconds: number; rss: number | undefined }> =>
      measure(startBare(), (s) => ({ seconds: s.seconds, rss: rssOf(s) }))
    const bare = await readBare()
    const cold = await measure(startService(data), (s) => s.seconds)
    if (wanted('start.cold')) say(duration('start.cold', cold, bare.seconds))
    const warm: { seconds: number; rss: number | undefined }[] = []
    for (let i = 0; i < WARM_STARTS; i++) {
      bareTimes.push((await readBare()).seconds)
      warm.push(
        await measure(startService(data), async (s) => (await sleep(1_000), { seconds: s.seconds, rss: rssOf(s) })),
      )
    }
    if (wanted('start.warm')) say(duration('start.warm', median(warm.map((x) => x.seconds)), median(bareTimes)))
    const held = warm.flatMap((x) => x.rss ?? [])
    if (wanted('memory.rss') && bare.rss !== undefined && held.length > 0) say(size(median(held), bare.rss))
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}
