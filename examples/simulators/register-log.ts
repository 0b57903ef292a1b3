/**
 * What a registry tells by itself, written from adapters/registry-call/README.md: a log with numbers, its feed, and a pusher.
 * `POST /_event` writes an event (its fields but `eventId`, `seq`, `at`; with 24 `representative`, a short name of the world); `POST /_subscribe {url}` pushes from now on, `faults` makes the pushes go wrong as networks do:
 * `lost`, `twice`, `reversed` (held back until the next one, which goes first).
 */
import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto'
import type { Act, Answer, RunningRegistry } from './registry-server.ts'

export interface LoggedEvent {
  readonly eventId: string
  readonly seq: number
  readonly at: string
  readonly code: string
  readonly [field: string]: unknown
}

export const PUSH_FAULTS = ['none', 'lost', 'twice', 'reversed'] as const
type PushFault = (typeof PUSH_FAULTS)[number]

export interface RegisterLogOptions {
  readonly client: string
  readonly secret: string
  /** Takes the event into the register itself, so that its answers agree; false: not an event of this register. */
  take(event: Readonly<Record<string, unknown>>): boolean
}

/** A simulator that also tells: it pushes to `url` from now on. */
export interface TellingRegistry extends RunningRegistry {
  tell(url: string): Promise<void>
}

export interface RegisterLog {
  readonly feed: Answer
  readonly event: Act
  readonly subscribe: Act
  /** Resolves when nothing is being pushed any more. */
  idle(): Promise<void>
}

const TRIES = 5

const sign = (secret: string, lines: readonly string[]): string =>
  createHmac('sm3', Buffer.from(secret, 'utf8')).update(lines.join('\n'), 'utf8').digest('hex')

/** True when the receiver took it, and its answer was signed by it. */
const pushOnce = async (
  { client, secret }: RegisterLogOptions,
  url: string,
  events: readonly LoggedEvent[],
): Promise<boolean> => {
  const body = Buffer.from(JSON.stringify({ requestId: randomUUID(), events }), 'utf8')
  const time = new Date().toISOString()
  const nonce = randomBytes(16).toString('base64url')
  const sm3 = (bytes: Uint8Array): string => createHash('sm3').update(bytes).digest('hex')
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    signal: AbortSignal.timeout(3_000),
    headers: {
      'content-type': 'application/json',
      'registry-client': client,
      'registry-time': time,
      'registry-nonce': nonce,
      'registry-signature': sign(secret, ['XINYIN-REGISTRY-1', 'POST', new URL(url).pathname, time, nonce, sm3(body)]),
    },
    body,
  })
  const answer = new Uint8Array(await response.arrayBuffer())
  const expected = sign(secret, ['XINYIN-REGISTRY-1-ANSWER', '200', nonce, sm3(answer)])
  if (response.status !== 200 || response.headers.get('registry-signature') !== expected) return false
  const { outcomes } = JSON.parse(Buffer.from(answer).toString('utf8')) as {
    outcomes: readonly { readonly outcome: string }[]
  }
  return outcomes.every((o) => o.outcome !== 'failed')
}

/** Tries a few times; whoever was not reached reads the feed. */
const push = async (options: RegisterLogOptions, url: string, events: readonly LoggedEvent[]): Promise<void> => {
  for (let i = 0; i < TRIES; i++) {
    if (await pushOnce(options, url, events).catch(() => false)) return
    await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** i))
  }
}

const makePusher = (options: RegisterLogOptions) => {
  let target: { readonly url: string; readonly fault: PushFault } | undefined
  let held: LoggedEvent | undefined
  let running: Promise<unknown> = Promise.resolve()
  const send = (events: readonly LoggedEvent[]): void => {
    const { url } = target ?? {}
    if (url !== undefined) running = Promise.all([running, push(options, url, events)])
  }
  return {
    aim: (url: string, fault: PushFault): void => {
      target = { url, fault }
    },
    tell: (event: LoggedEvent): void => {
      const fault = target?.fault ?? 'lost'
      if (fault === 'none' || fault === 'twice') send([event])
      if (fault === 'twice') send([event])
      if (fault !== 'reversed') return
      if (held === undefined) held = event
      else {
        send([event, held])
        held = undefined
      }
    },
    idle: async (): Promise<void> => void (await running),
  }
}

export const makeRegisterLog = (options: RegisterLogOptions): RegisterLog => {
  const events: LoggedEvent[] = []
  const pusher = makePusher(options)
  return {
    feed: ({ after, limit }) => {
      if (typeof after !== 'number' || typeof limit !== 'number') return undefined
      const rest = events.filter((e) => e.seq > after)
      const page = rest.slice(0, Math.min(limit, 100))
      return { code: '00', events: page, more: rest.length > page.length }
    },
    // Who the new representative is stands in the register and is told to nobody.
    event: ({ code, representative, ...fields }) => {
      if (typeof code !== 'string' || !options.take({ code, representative, ...fields }))
        return Promise.resolve(undefined)
      // Rises over restarts too, without a memory.
      const seq = Math.max((events.at(-1)?.seq ?? 0) + 1, Date.now())
      const event = { ...fields, eventId: randomUUID(), seq, at: new Date().toISOString(), code }
      events.push(event)
      pusher.tell(event)
      return Promise.resolve(event)
    },
    subscribe: ({ url, faults = 'none' }) => {
      const fault = PUSH_FAULTS.find((f) => f === faults)
      if (typeof url !== 'string' || !URL.canParse(url) || fault === undefined) return Promise.resolve(undefined)
      pusher.aim(url, fault)
      return Promise.resolve({ url, faults: fault })
    },
    idle: pusher.idle,
  }
}
