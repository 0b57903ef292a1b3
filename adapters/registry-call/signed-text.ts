/** What the two sides of a registry call sign with HMAC-SM3 (GM/T 0042's test vectors, GB/T 15852.2): see README.md. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export interface SignedRequest {
  readonly method: string
  readonly path: string
  /** As in the header. */
  readonly time: string
  readonly nonce: string
  readonly body: Uint8Array
}

export const hmacSm3 = (secret: Uint8Array, text: Uint8Array): Uint8Array =>
  new Uint8Array(createHmac('sm3', secret).update(text).digest())

const sm3Hex = (bytes: Uint8Array): string => createHash('sm3').update(bytes).digest('hex')

const sign = (secret: string, lines: readonly string[]): string =>
  Buffer.from(hmacSm3(Buffer.from(secret, 'utf8'), Buffer.from(lines.join('\n'), 'utf8'))).toString('hex')

export const signRequest = (secret: string, { method, path, time, nonce, body }: SignedRequest): string =>
  sign(secret, ['XINYIN-REGISTRY-1', method, path, time, nonce, sm3Hex(body)])

/** The answer is bound to its question by the nonce. */
export const signAnswer = (
  secret: string,
  { status, nonce, body }: { readonly status: number; readonly nonce: string; readonly body: Uint8Array },
): string => sign(secret, ['XINYIN-REGISTRY-1-ANSWER', String(status), nonce, sm3Hex(body)])

export const sameSignature = (expected: string, received: string | null | undefined): boolean =>
  typeof received === 'string' &&
  /^[0-9a-f]{64}$/.test(received) &&
  timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(received, 'hex'))
