/**
 * Sign-ins per second through OpenID Connect, against bare oidc-provider on a memory adapter: the same client loop, each server in a
 * process of its own, in turns of half a second, so that whatever else the machine does falls on both alike.
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
import { Jar, PASSWORD, USERS, signIn } from './oidc-client.ts'

export interface Figure {
  readonly name: string
  readonly perSecond: number
  readonly yardstick: string
  readonly yardstickPerSecond: number
  readonly ratio: number
  readonly unit: string
}

const SERVER = fileURLToPath(new URL('./oidc-server.ts', import.meta.url))
const WORKERS = USERS.length
const WARM_MS = 1_500
const TURN_MS = 500
const TURNS = 8

interface Server {
  readonly url: string
  cpuMs(): Promise<number>
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
  const execArgv = process.env['BENCH_PROFILE'] === which ? ['--cpu-prof', '--cpu-prof-dir=/tmp'] : []
  const child = fork(SERVER, [which], { execArgv, env: { ...process.env, DATABASE_URL: databaseUrl } })
  const { url } = await tellOf<{ url: string }>(child)
  return {
    url,
    cpuMs: async () => {
      child.send('cpu')
      return (await tellOf<{ cpuMs: number }>(child)).cpuMs
    },
    stop: async () => {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}

/** How often `once` ends, by WORKERS at a time, for about `ms`. */
const run = async (act: (worker: number) => Promise<void>, ms: number): Promise<{ count: number; ms: number }> => {
  const started = performance.now()
  let count = 0
  const work = async (worker: number): Promise<void> => {
    while (performance.now() - started < ms) {
      await act(worker)
      count += 1
    }
  }
  await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(worker)))
  return { count, ms: performance.now() - started }
}

type Act = (worker: number) => Promise<void>

const inTurns = async (acts: readonly [Act, Act]): Promise<readonly [number, number]> => {
  const sums = [
    { count: 0, ms: 0 },
    { count: 0, ms: 0 },
  ] as const
  for (const act of acts) await run(act, WARM_MS)
  for (let turn = 0; turn < TURNS; turn++)
    for (const i of [0, 1] as const) {
      const { count, ms } = await run(acts[i], TURN_MS)
      sums[i].count += count
      sums[i].ms += ms
    }
  return [(sums[0].count / sums[0].ms) * 1000, (sums[1].count / sums[1].ms) * 1000]
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

const rounded = (value: number): number => Math.round(value * 10) / 10

const figure = (
  { name, yardstick, unit }: Pick<Figure, 'name' | 'yardstick' | 'unit'>,
  [ours, theirs]: readonly [number, number],
): Figure => ({
  name,
  perSecond: rounded(ours),
  yardstick,
  yardstickPerSecond: rounded(theirs),
  ratio: Math.round((ours / theirs) * 1000) / 1000,
  unit,
})

const BARE = 'oidc-provider alone, memory adapter'

const onDatabase = async (
  bare: Server,
  { suffix, database, url }: { readonly suffix: string; readonly database: string; readonly url: string },
  say: (figure: Figure) => void,
): Promise<void> => {
  const ours = await startServer('ours', url)
  try {
    const unit = `sign-ins/s, ${WORKERS} at once, ${database}`
    const named = (name: string) => ({ name: `oidc.signin.${name}${suffix}`, yardstick: BARE, unit })
    say(figure(named('full'), await inTurns([full(ours), full(bare)])))
    say(figure(named('sso'), await inTurns([await sso(ours), await sso(bare)])))
    const { memory, passes, parallelism } = DEFAULT_ARGON2
    const hasher = makePasswordHasher({ random: systemRandom })
    const alone = async (): Promise<void> => void (await hasher.hash(PASSWORD))
    const hash = `argon2id m=${memory},t=${passes},p=${parallelism}`
    say(
      figure(
        { name: `oidc.signin.password${suffix}`, yardstick: `${hash} alone`, unit: `${unit}, ${hash}` },
        await inTurns([full(ours, PASSWORD), alone]),
      ),
    )
  } finally {
    await ours.stop()
  }
}

/** Each figure as it is known. */
export const benchOidc = async (say: (figure: Figure) => void): Promise<void> => {
  const bare = await startServer('bare')
  const given = process.env['DATABASE_URL']
  const local = given === undefined && !skipWithoutPostgres() ? startPostgres() : undefined
  try {
    await onDatabase(bare, { suffix: '', database: 'embedded database', url: '' }, say)
    const url = given ?? (await local?.newDatabase())
    if (url !== undefined) {
      const database = given === undefined ? 'local PostgreSQL, fsync off' : 'PostgreSQL of DATABASE_URL'
      await onDatabase(bare, { suffix: '.postgres', database, url }, say)
    }
  } finally {
    await bare.stop()
    local?.stop()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await benchOidc((line) => process.stdout.write(`${JSON.stringify(line)}\n`))
