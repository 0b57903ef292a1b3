/**
 * The folder of state belongs to one process. PGlite takes no lock itself, and two processes on one folder destroy it,
 * so the lock comes before anything else. A lock left by kill -9 is recognised by its dead process and taken over.
 */
import { createHash, randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { join, resolve } from 'node:path'
import { TrustError } from '../../src/errors.ts'

export interface DataFolder {
  readonly path: string
  /** Random bytes made at first use and kept (0600): development keys and secrets. */
  secret(name: string, length?: number): Promise<Uint8Array>
  release(): Promise<void>
}

/** Start time in clock ticks (Linux): tells a process from a later one with the same number. */
const startOf = async (pid: number): Promise<string | undefined> => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return undefined
  }
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch (error) {
    // No /proc on this system: the process exists, and its number is all that is known of it.
    return process.platform === 'linux' && (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : 'alive'
  }
}

const inUse = (path: string, holder: string): TrustError =>
  new TrustError(
    'DATA_FOLDER_IN_USE',
    `${path} is in use by ${holder === 'another' ? 'another process' : `process ${holder}`}; stop it, or set XINYIN_DATA to another folder`,
  )

const takeLock = async (path: string, file: string): Promise<void> => {
  const mine = `${process.pid} ${(await startOf(process.pid)) ?? ''}`
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, mine, { mode: 0o600 })
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      // link fails when the name exists, so of two processes exactly one gets it, with its content already in place.
      const taken = await link(draft, file).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'EEXIST') return false
          throw error
        },
      )
      if (taken) return
      const [pid = '', start = ''] = (await readFile(file, 'utf8').catch(() => '')).split(' ')
      if (pid !== '' && (await startOf(Number(pid))) === start) throw inUse(path, pid)
      await unlink(file).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      })
    }
    throw inUse(path, 'unknown')
  } finally {
    await rm(draft, { force: true })
  }
}

/**
 * Two starters that both find a dead process's lock file must not both take it over. The kernel gives a name of this kind to one
 * process only and frees it at its death (Linux: abstract socket, Windows: named pipe); elsewhere the lock file stands alone.
 */
const holdName = (path: string): Promise<Server | undefined> => {
  const id = `xinyin-${createHash('sha256').update(path).digest('hex').slice(0, 32)}`
  const name = { linux: `\0${id}`, win32: `\\\\.\\pipe\\${id}` }[process.platform as string]
  if (name === undefined) return Promise.resolve(undefined)
  return new Promise((accept, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? inUse(path, 'another') : error),
    )
    server.listen(name, () => {
      server.unref()
      accept(server)
    })
  })
}

/**
 * `exclusive` when the embedded database lives here; processes that share a PostgreSQL may share the folder of keys and documents.
 * @throws TrustError DATA_FOLDER_IN_USE
 */
export const openDataFolder = async (folder: string, { exclusive = true } = {}): Promise<DataFolder> => {
  const path = resolve(folder)
  await mkdir(path, { recursive: true, mode: 0o700 })
  const release = exclusive ? await takeFolder(path) : () => Promise.resolve()
  return { path, secret: (name, length = 32) => readOrMake(join(path, 'secrets'), name, length), release }
}

const takeFolder = async (path: string): Promise<() => Promise<void>> => {
  const lock = join(path, 'lock')
  const name = await holdName(path)
  try {
    await takeLock(path, lock)
  } catch (error) {
    name?.close()
    throw error
  }
  return async () => {
    await rm(lock, { force: true })
    name?.close()
  }
}

const readOrMake = async (folder: string, name: string, length: number): Promise<Uint8Array> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, name)
  try {
    return new Uint8Array(await readFile(file))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  // Whole or not at all, and of two processes that make it at once, the first one's is everybody's.
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, randomBytes(length), { mode: 0o600, flag: 'wx', flush: true })
  try {
    await link(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
  return new Uint8Array(await readFile(file))
}
