/**
 * Sign-ins per second through OpenID Connect, against bare oidc-provider on a memory adapter: the same client loop, each server in a
 * process of its own, in turns.
 * `full`: a new browser each time, without the password hash; `sso`: a browser that is signed in already; `password`: `full` with the
 * hash, against that hash alone. On PostgreSQL where DATABASE_URL or an installed one gives it, and on the embedded database.
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { DEFAULT_ARGON2, makePasswordHasher } from '../src/crypto/node.ts'
import { systemRandom } from '../src/kernel/index.ts'
import { skipWithoutPostgres, startPostgres } from '../test/support/database.ts'
import type { Act, Say, Wanted } from './figure.ts'
import { compare } from './figure.ts'
import { Jar, PASSWORD, USERS, signIn } from './oidc-client.ts'

const SERVER = fileURLToPath(new URL('./oidc-server.ts', import.meta.url))
const WORKERS = USERS.length
const WARM = 40

interface Server {
  readonly url: string
  stop(): Promise<void>
}

const tellOf = async <T>(child: ChildProcess): Promise<T> => {
  const [message] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('the server of the bench ended'))),
  ])) as [T]
  return message
}

const startServer = async (which: 'bare' | 'ours', databaseUrl = ''): Promise<Server> => {
  const child = fork(SERVER, [which], { env: { ...process.env, DATABASE_URL: databaseUrl } })
  const { url } = await tellOf<{ url: string }>(child)
  return {
    url,
    stop: async () => {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}

const full =
  ({ url }: Server, password?: string): Act =>
  (user) =>
    signIn({ url, jar: new Jar(), user, ...(password === undefined ? {} : { password }) })

/** One browser a worker, signed in before. */
const sso = async ({ url }: Server): Promise<Act> => {
  const jars = USERS.map(() => new Jar())
  await Promise.all(jars.map((jar, user) => signIn({ url, jar, user })))
  return (user) => signIn({ url, jar: jars[user] ?? new Jar(), user })
}

/** Compilers and caches first: a server is measured as it is after the first minute of a day. */
const warm = async (server: Server): Promise<void> => {
  for (let i = 0; i < WARM; i += WORKERS) await Promise.all(USERS.map((_, user) => full(server)(user)))
}

const BARE = 'oidc-provider alone, memory adapter'
const { memory, passes, parallelism } = DEFAULT_ARGON2
const HASH = `argon2id m=${memory},t=${passes},p=${parallelism}`

interface Place {
  readonly suffix: string
  readonly database: string
  readonly url: string
}

const onDatabase = async (
  bare: Server,
  { suffix, database, url }: Place,
  { say, wanted }: { readonly say: Say; readonly wanted: Wanted },
): Promise<void> => {
  const names = ['full', 'sso', 'password'].map((of) => `oidc.signin.${of}${suffix}`)
  if (!names.some(wanted)) return
  const ours = await startServer('ours', url)
  try {
    await warm(ours)
    await warm(bare)
    const [forFull = '', forSso = '', forPassword = ''] = names
    const unit = `sign-ins/s, ${WORKERS} at once, ${database}`
    const common = { yardstick: BARE, unit, atOnce: WORKERS, yardstickAtOnce: WORKERS }
    if (wanted(forFull)) say(await compare({ ...common, name: forFull, act: full(ours), yardstickAct: full(bare) }))
    if (wanted(forSso))
      say(await compare({ ...common, name: forSso, act: await sso(ours), yardstickAct: await sso(bare) }))
    if (!wanted(forPassword)) return
    const hasher = makePasswordHasher({ random: systemRandom })
    const alone = { yardstick: `${HASH} alone`, unit: `${unit}, ${HASH}`, yardstickAct: () => hasher.hash(PASSWORD) }
    say(await compare({ ...common, ...alone, name: forPassword, act: full(ours, PASSWORD) }))
  } finally {
    await ours.stop()
  }
}

/** Each figure as it is known. */
export const bench = async (say: Say, wanted: Wanted): Promise<void> => {
  const bare = await startServer('bare')
  const given = process.env['DATABASE_URL']
  const local = given === undefined && !skipWithoutPostgres() ? startPostgres() : undefined
  try {
    await onDatabase(bare, { suffix: '', database: 'embedded database', url: '' }, { say, wanted })
    const url = given ?? (await local?.newDatabase())
    if (url === undefined) return
    const database = given === undefined ? 'local PostgreSQL, fsync off' : 'PostgreSQL of DATABASE_URL'
    await onDatabase(bare, { suffix: '.postgres', database, url }, { say, wanted })
  } finally {
    await bare.stop()
    local?.stop()
  }
}
