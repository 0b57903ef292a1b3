/**
 * The wire to a registry: signed JSON over HTTP POST (README.md). Refuses redirects, large answers, answers that the registry
 * did not sign for this question; waits three seconds in all. Whatever is not an answer is an outage or undefined, never a "no".
 */
import type { Clock, RandomSource } from '../../src/kernel/index.ts'
import type { RegistryCall } from '../../src/identity/index.ts'
import { TrustError } from '../../src/errors.ts'
import { concat, fromUtf8, toBase64Url, utf8 } from '../../standards/bytes.ts'
import { sameSignature, signAnswer, signRequest } from './signed-text.ts'

export interface RegistryEndpoint {
  /** Base URL; paths of the protocol are put after it. */
  readonly url: string
  readonly clientId: string
  readonly secret: string
  readonly clock: Clock
  readonly random: RandomSource
  /** For the whole call, the second try included. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 3_000
const MAX_ANSWER = 64 * 1024

const unavailable = (what: string, cause?: unknown): TrustError =>
  new TrustError('REGISTRY_UNAVAILABLE', `registry: ${what}`, { cause })
const undefinedAnswer = (what: string): TrustError => new TrustError('REGISTRY_ANSWER_UNDEFINED', `registry: ${what}`)

/** The connection was refused, or went away before an answer: asking again is safe, as a question changes nothing. */
const CONNECTION_FAILURES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
])

const isConnectionFailure = (error: unknown): boolean => {
  const cause = (error as { readonly cause?: { readonly code?: unknown } } | undefined)?.cause
  return typeof cause?.code === 'string' && CONNECTION_FAILURES.has(cause.code)
}

interface Exchange {
  readonly endpoint: RegistryEndpoint
  readonly target: URL
  readonly body: Uint8Array<ArrayBuffer>
  readonly signal: AbortSignal
}

interface RawAnswer {
  readonly response: Response
  readonly nonce: string
}

const send = async ({ endpoint, target, body, signal }: Exchange): Promise<RawAnswer> => {
  const { clientId, secret, clock, random } = endpoint
  const nonce = toBase64Url(random.bytes(16))
  const time = clock.now().toISOString()
  const response = await fetch(target, {
    method: 'POST',
    redirect: 'manual',
    signal,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      'registry-client': clientId,
      'registry-time': time,
      'registry-nonce': nonce,
      'registry-signature': signRequest(secret, { method: 'POST', path: target.pathname, time, nonce, body }),
    },
    body,
  })
  return { response, nonce }
}

const sendWithRetry = async (exchange: Exchange): Promise<RawAnswer> => {
  try {
    return await send(exchange)
  } catch (error) {
    if (!isConnectionFailure(error)) throw error
    return send(exchange)
  }
}

const readLimited = async (response: Response): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.length
    if (size > MAX_ANSWER) throw undefinedAnswer('answer too large')
    parts.push(part)
  }
  return concat(...parts)
}

const parseAnswer = (body: Uint8Array): Readonly<Record<string, unknown>> => {
  let value: unknown
  try {
    value = JSON.parse(fromUtf8(body))
  } catch {
    throw undefinedAnswer('answer is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw undefinedAnswer('answer is not an object')
  return value as Readonly<Record<string, unknown>>
}

/** What goes wrong between us and the answer is an outage; what is wrong in the answer has been named already. */
const asOutage = (error: unknown): TrustError => {
  if (error instanceof TrustError) return error
  const timedOut = (error as { readonly name?: unknown } | undefined)?.name === 'TimeoutError'
  return unavailable(timedOut ? 'no answer in time' : 'no connection', error)
}

export const makeRegistryCall = (endpoint: RegistryEndpoint): RegistryCall => {
  const base = endpoint.url.replace(/\/+$/, '')
  return async (path, question) => {
    const body = Uint8Array.from(utf8(JSON.stringify(question)))
    const signal = AbortSignal.timeout(endpoint.timeoutMs ?? TIMEOUT_MS)
    try {
      const { response, nonce } = await sendWithRetry({ endpoint, target: new URL(base + path), body, signal })
      if (response.status !== 200) {
        await response.body?.cancel()
        throw unavailable(`status ${response.status}`)
      }
      const answer = await readLimited(response)
      const expected = signAnswer(endpoint.secret, { status: 200, nonce, body: answer })
      if (!sameSignature(expected, response.headers.get('registry-signature')))
        throw undefinedAnswer('answer is not signed for this question')
      const parsed = parseAnswer(answer)
      if (parsed['requestId'] !== question.requestId) throw undefinedAnswer('answer to another question')
      return parsed
    } catch (error) {
      throw asOutage(error)
    }
  }
}
