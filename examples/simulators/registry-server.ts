/**
 * A registry as a real HTTP server, written from adapters/registry-call/README.md and not from its code. For demonstrations
 * and tests: loopback only, data in memory. Refuses a wrong signature, an old time, a nonce seen before.
 * `POST /_control` switches delays and failures, unsigned: whoever reaches it may; so are `/_event` and `/_subscribe` (register-log.ts).
 */
import { createHash, createHmac, randomInt, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const FAILURES = ['none', 'timeout', '500', 'undefined-code', 'garbage', 'hang-up'] as const
export type Failure = (typeof FAILURES)[number]

export interface Control {
  /** Before every answer. */
  readonly delayMs?: number
  readonly failure?: Failure
}

export interface RunningRegistry {
  readonly url: string
  close(): Promise<void>
}

export interface RegistryServer {
  /** 0: any free one. */
  readonly port: number
  /** Shared secrets by client id. */
  readonly secrets: Readonly<Record<string, string>>
  /** By path: the fields beside `requestId` and `at`, undefined for a question that is not well formed. */
  readonly answers: Readonly<Record<string, Answer>>
  /** By path, unsigned: what people do who keep the register. Undefined: not understood. */
  readonly acts?: Readonly<Record<string, Act>>
}
type Fields = Readonly<Record<string, unknown>>
export type Answer = (question: Fields) => ({ readonly code: string } & Fields) | undefined
export type Act = (wish: Fields) => Promise<object | undefined>

const WINDOW_MS = 5 * 60_000
const MAX_BODY = 16 * 1024

const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > MAX_BODY) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

const hmac = (secret: string, lines: readonly string[]): string =>
  createHmac('sm3', Buffer.from(secret, 'utf8')).update(lines.join('\n'), 'utf8').digest('hex')
const sm3 = (body: Buffer): string => createHash('sm3').update(body).digest('hex')

const equal = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

const header = (request: IncomingMessage, name: string): string => {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}

const plain = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text)
}

interface Asked {
  readonly secret: string
  readonly nonce: string
}

/** Undefined: refused. Remembers nonces for twice the window. */
const makeGate = (secrets: RegistryServer['secrets']) => {
  const seen = new Map<string, number>()
  return (request: IncomingMessage, body: Buffer): Asked | undefined => {
    const [client, time, nonce] = ['client', 'time', 'nonce'].map((n) => header(request, `registry-${n}`)) as [
      string,
      string,
      string,
    ]
    const secret = Object.hasOwn(secrets, client) ? secrets[client] : undefined
    if (secret === undefined || nonce.length < 20) return undefined
    const path = new URL(request.url ?? '/', 'http://registry').pathname
    const expected = hmac(secret, ['XINYIN-REGISTRY-1', request.method ?? '', path, time, nonce, sm3(body)])
    if (!equal(expected, header(request, 'registry-signature'))) return undefined
    const now = Date.now()
    if (!(Math.abs(now - Date.parse(time)) <= WINDOW_MS) || seen.has(nonce)) return undefined
    for (const [old, at] of seen) if (now - at > 2 * WINDOW_MS) seen.delete(old)
    seen.set(nonce, now)
    return { secret, nonce }
  }
}

const parse = (body: Buffer): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

const isControl = (value: Readonly<Record<string, unknown>> | undefined): value is Control & Record<string, unknown> =>
  value !== undefined &&
  Object.keys(value).every((k) => k === 'delayMs' || k === 'failure') &&
  (value['delayMs'] === undefined || (Number.isInteger(value['delayMs']) && (value['delayMs'] as number) >= 0)) &&
  (value['failure'] === undefined || FAILURES.includes(value['failure'] as Failure))

/** True: the failure took the place of an answer. */
const failed = (failure: Failure, response: ServerResponse): boolean => {
  if (failure === 'hang-up') response.destroy()
  else if (failure === '500') plain(response, 500, 'the registry has a fault')
  else if (failure === 'garbage')
    response.writeHead(200, { 'content-type': 'application/json' }).end('<html>系统维护中')
  return failure !== 'none' && failure !== 'undefined-code'
}

const reply = (response: ServerResponse, { secret, nonce }: Asked, fields: object): void => {
  const body = Buffer.from(JSON.stringify({ ...fields, at: new Date().toISOString() }), 'utf8')
  const signature = hmac(secret, ['XINYIN-REGISTRY-1-ANSWER', '200', nonce, sm3(body)])
  response.writeHead(200, { 'content-type': 'application/json', 'registry-signature': signature }).end(body)
}

const act = async (response: ServerResponse, doIt: Act, wish: Fields | undefined): Promise<void> => {
  const done = wish && (await doIt(wish))
  if (done === undefined) return plain(response, 400, 'not understood')
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(done))
}

const of = <T>(table: Readonly<Record<string, T>>, path: string | undefined): T | undefined =>
  path !== undefined && Object.hasOwn(table, path) ? table[path] : undefined

const makeHandler = ({ secrets, answers, acts = {} }: RegistryServer) => {
  const gate = makeGate(secrets)
  let control: Control = {}
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request)
    if (request.method !== 'POST') return plain(response, 405, 'POST only')
    if (body === undefined) return plain(response, 413, 'too large')
    const question = parse(body)
    if (request.url === '/_control') {
      if (!isControl(question)) return plain(response, 400, `{delayMs?, failure?: ${FAILURES.join(' | ')}}`)
      control = question
      return void response.writeHead(204).end()
    }
    const deed = of(acts, request.url)
    if (deed !== undefined) return act(response, deed, question)
    const answer = of(answers, request.url)
    if (answer === undefined) return plain(response, 404, 'not here')
    const asked = gate(request, body)
    if (asked === undefined) return plain(response, 401, 'not signed, too old, or seen before')
    if (control.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, control.delayMs))
    if (failed(control.failure ?? 'none', response)) return
    const fields = question && answer(question)
    const requestId = question?.['requestId']
    if (fields === undefined || typeof requestId !== 'string') return plain(response, 400, 'not a question')
    const code = control.failure === 'undefined-code' ? String(randomInt(70, 80)) : fields.code
    reply(response, asked, { requestId, ...fields, code })
  }
}

/** Listens on 127.0.0.1. */
export const startRegistry = async (options: RegistryServer): Promise<RunningRegistry> => {
  const handler = makeHandler(options)
  const server = createServer((request, response) => {
    handler(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
