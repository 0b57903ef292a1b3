/**
 * The gate for what a registry pushes to us: the same headers and signature as our calls, the other way round (README.md).
 * Refuses what is not signed by it, is older than five minutes, or is not a list of events. Each nonce is taken once by the caller.
 */
import type { ReadEvent, RegisterPush, RegisterPushGate, RegistryName } from '../../src/identity/index.ts'
import { TrustError } from '../../src/errors.ts'
import type { Clock } from '../../src/kernel/index.ts'
import { fromUtf8, utf8 } from '../../standards/bytes.ts'
import { readEvent } from './read-event.ts'
import { sameSignature, signAnswer, signRequest } from './signed-text.ts'

export interface PushEndpoint {
  readonly registry: RegistryName
  /** The name under which registry and we share the secret. */
  readonly clientId: string
  readonly secret: string
  readonly clock: Clock
}

const WINDOW_MS = 5 * 60_000
const MAX_EVENTS = 100

const unauthenticated = (what: string): TrustError => new TrustError('UNAUTHENTICATED', `register push: ${what}`)
const invalid = (what: string): TrustError => new TrustError('INPUT_INVALID', `register push: ${what}`)

/** The nonce. */
const requireSigned = ({ clientId, secret, clock }: PushEndpoint, push: RegisterPush): string => {
  const { method, path, headers, body } = push
  const time = headers['registry-time'] ?? ''
  const nonce = headers['registry-nonce'] ?? ''
  // Without a secret of our own nothing can be authentic.
  if (secret === '' || headers['registry-client'] !== clientId || !/^[\w-]{20,100}$/.test(nonce))
    throw unauthenticated('not from the registry')
  if (!sameSignature(signRequest(secret, { method, path, time, nonce, body }), headers['registry-signature']))
    throw unauthenticated('not signed by the registry')
  if (!(Math.abs(clock.now().getTime() - Date.parse(time)) <= WINDOW_MS)) throw unauthenticated('too old')
  return nonce
}

const parse = (body: Uint8Array): { readonly requestId: string; readonly values: readonly unknown[] } => {
  let value: unknown
  try {
    value = JSON.parse(fromUtf8(body))
  } catch {
    throw invalid('not JSON')
  }
  const { requestId, events } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  if (typeof requestId !== 'string' || !Array.isArray(events)) throw invalid('not a list of events')
  if (events.length > MAX_EVENTS) throw invalid('too many events')
  return { requestId, values: events }
}

export const makeRegisterPushGate = (endpoint: PushEndpoint): RegisterPushGate => ({
  open: (push) => {
    const nonce = requireSigned(endpoint, push)
    const { requestId, values } = parse(push.body)
    const events = values.map((value): ReadEvent => {
      const event = readEvent(endpoint.registry, value)
      if (event === undefined) throw invalid('an event without id and number')
      return event
    })
    return {
      nonce,
      events,
      answer: (outcomes) => {
        const at = endpoint.clock.now().toISOString()
        const body = utf8(JSON.stringify({ requestId, code: '00', outcomes, at }))
        const signature = signAnswer(endpoint.secret, { status: 200, nonce, body })
        return { headers: { 'registry-signature': signature }, body }
      },
    }
  },
})
