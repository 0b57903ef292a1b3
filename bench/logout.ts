/**
 * How long from a person's click until every healthy portal has been told, with one portal in twenty hung and one in twenty answering
 * 500, and how long the person waits for their own answer. `value` is the 99th percentile over all rounds, in milliseconds; the
 * yardstick sends the same number of posts at once and nothing else.
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { skipWithoutPostgres, startPostgres } from '../test/support/database.ts'
import { newBrowser } from '../test/integration/oidc/oidc-world.ts'
import type { Figure, Say, Wanted } from './figure.ts'
import { rounded } from './figure.ts'
import type { Told } from './logout-server.ts'

const SERVER = fileURLToPath(new URL('./logout-server.ts', import.meta.url))
const ROUNDS: Readonly<Record<number, number>> = { 10: 12, 50: 6, 200: 4 }
const LONGEST_MS = 20_000

export const FANOUTS: readonly number[] = Object.keys(ROUNDS).map(Number)

interface Portal {
  readonly clientId: string
  readonly url: string
  readonly healthy: boolean
}

const start = async <T>(...args: string[]): Promise<{ child: ChildProcess; hello: T }> => {
  const child = fork(SERVER, args)
  const gone = once(child, 'exit').then(() => Promise.reject(new Error(`${args[0]} of the bench ended`)))
  gone.catch(() => undefined)
  const [hello] = (await Promise.race([once(child, 'message'), gone])) as [T]
  return { child, hello }
}

const ask = async <T>(child: ChildProcess, message: object | string): Promise<T> => {
  const answer = once(child, 'message')
  child.send(message)
  return ((await answer) as [T])[0]
}

const percentile = (values: readonly number[], p: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * p) - 1)] ?? 0
}
const now = (): number => performance.timeOrigin + performance.now()
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A browser that is signed in at one portal. */
const signIn = async (url: string) => {
  const browser = newBrowser()
  const query = new URLSearchParams({
    client_id: 'bench-first',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: 'http://127.0.0.1:9/callback',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })
  let at = `${url}/oidc/auth?${query.toString()}`
  for (let i = 0; at.startsWith(url) && i < 6; i++) {
    const answer = at.includes('/interaction/') ? await browser.post(at) : await browser.get(at)
    at = new URL(answer.headers.get('location') ?? '', url).href
  }
  const { sessionUid } = (await (await browser.get(`${url}/me`)).json()) as { sessionUid: string }
  return { browser, sessionUid }
}

interface Parts {
  readonly url: string
  readonly provider: ChildProcess
  readonly portals: ChildProcess
  readonly list: readonly Portal[]
}

/** Milliseconds to each healthy portal, and to the person's own answer. */
const round = async ({ url, provider, portals, list }: Parts): Promise<{ told: number[]; answer: number }> => {
  const { browser, sessionUid } = await signIn(url)
  await ask(provider, { sessionUid, portals: list })
  await ask(portals, 'forget')
  const clicked = now()
  const answer = await browser.get(`${url}/leave`)
  const answered = now() - clicked
  if (answer.status !== 200) throw new Error(`sign-out: ${answer.status}`)
  const healthy = list.filter((p) => p.healthy).length
  for (;;) {
    const told = Object.values(await ask<Told>(portals, 'told')).map((at) => at - clicked)
    if (told.length >= healthy) return { told, answer: answered }
    if (now() - clicked > LONGEST_MS) throw new Error(`${healthy - told.length} portals were never told`)
    await pause(20)
  }
}

const yardstick = async ({ portals, list }: Parts): Promise<number[]> => {
  await ask(portals, 'forget')
  const started = now()
  const body = new URLSearchParams({ logout_token: 'x'.repeat(600) })
  await Promise.all(list.filter((p) => p.healthy).map((p) => fetch(`${p.url}/bcl`, { method: 'POST', body })))
  return Object.values(await ask<Told>(portals, 'told')).map((at) => at - started)
}

const measure = async (count: number, databaseUrl: string): Promise<Figure> => {
  const { child: provider, hello: url } = await start<string>('provider', databaseUrl)
  const { child: portals, hello: list } = await start<readonly Portal[]>('portals', String(count))
  try {
    const parts = { url, provider, portals, list }
    const told: number[] = []
    const answers: number[] = []
    const bare: number[] = []
    await round(parts)
    for (let i = 0; i < (ROUNDS[count] ?? 3); i++) {
      const one = await round(parts)
      told.push(...one.told)
      answers.push(one.answer)
      bare.push(...(await yardstick(parts)))
    }
    const ms = (values: readonly number[], p: number): number => Math.round(percentile(values, p))
    const [value, yardstickValue] = [percentile(told, 0.99), percentile(bare, 0.99)]
    return {
      name: `logout.fanout.${count}`,
      perSecond: null,
      yardstick: 'the same posts at once, no token, no record',
      yardstickPerSecond: null,
      ratio: rounded(value / yardstickValue),
      unit:
        `ms to the last healthy portal, p99 (p50 ${ms(told, 0.5)}, p95 ${ms(told, 0.95)}); the person's own answer ` +
        `p50 ${ms(answers, 0.5)}, slowest ${ms(answers, 1)}; 5 % hung, 5 % answering 500; ` +
        (databaseUrl === '' ? 'embedded database' : 'PostgreSQL'),
      value: rounded(value),
      yardstickValue: rounded(yardstickValue),
    }
  } finally {
    provider.kill()
    portals.kill()
  }
}

/** Each figure as it is known. */
export const bench = async (say: Say, wanted: Wanted): Promise<void> => {
  const given = process.env['DATABASE_URL']
  const local = given === undefined && !skipWithoutPostgres() ? startPostgres() : undefined
  try {
    for (const count of FANOUTS.filter((n) => wanted(`logout.fanout.${n}`)))
      say(await measure(count, given ?? (await local?.newDatabase()) ?? ''))
  } finally {
    local?.stop()
  }
}
