/**
 * The only place that calls portals over HTTP. It calls hosts that a registered client named and nobody else, private
 * addresses of government networks included; follows no redirect, waits 2.5 s, reads at most 64 KB.
 */
import { PortalError, type PortalAnswer, type PortalCallback, type PortalDocument } from '../../src/oidc/ports.ts'

const TIME_OUT = 2_500
const MAX_BYTES = 65_536
const MAX_RETRY_AFTER = 600_000

export interface PortalCallbackDeps {
  /** host[:port] as in a registered address. */
  readonly isRegistered: (host: string) => Promise<boolean>
  readonly timeOut?: number
}

const retryAfter = (response: Response): { retryAfterMs?: number } => {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: Math.min(seconds * 1_000, MAX_RETRY_AFTER) } : {}
}

const readBounded = async (response: Response): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.length
    if (size > MAX_BYTES) throw new PortalError('TOO_LARGE')
    parts.push(part)
  }
  return new Uint8Array(Buffer.concat(parts))
}

const asPortalError = (error: unknown): PortalError => {
  if (error instanceof PortalError) return error
  const timedOut = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')
  return new PortalError(timedOut ? 'TIMEOUT' : 'UNREACHABLE', { cause: error })
}

export const makePortalCallback = ({ isRegistered, timeOut = TIME_OUT }: PortalCallbackDeps): PortalCallback => {
  const call = async <T>(uri: string, init: RequestInit, use: (response: Response) => Promise<T>): Promise<T> => {
    try {
      const url = new URL(uri)
      const web = url.protocol === 'https:' || url.protocol === 'http:'
      if (!web || url.username !== '' || url.password !== '' || !(await isRegistered(url.host)))
        throw new PortalError('NOT_REGISTERED')
      // The signal covers the body too: a portal that drips bytes is cut off as well.
      return await use(await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeOut) }))
    } catch (error) {
      throw asPortalError(error)
    }
  }
  return {
    post: (uri, form) =>
      call<PortalAnswer>(uri, { method: 'POST', body: new URLSearchParams({ ...form }) }, async (response) => {
        await response.body?.cancel()
        return { status: response.status, ...retryAfter(response) }
      }),
    get: (uri) =>
      call<PortalDocument>(uri, { method: 'GET', headers: { accept: 'application/json' } }, async (response) => {
        const contentType = response.headers.get('content-type')
        return {
          status: response.status,
          ...retryAfter(response),
          ...(contentType === null ? {} : { contentType }),
          body: await readBounded(response),
        }
      }),
  }
}
