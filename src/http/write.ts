/** Replies onto the wire, with the headers that every page and document carries. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Reply } from './reply.ts'

/** No form-action: a sign-in form is answered by a redirect to the portal, which that directive would block. */
const CSP = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

export const writeSecurityHeaders = (res: ServerResponse, publicUrl: string): void => {
  res.setHeader('content-security-policy', CSP)
  res.setHeader('x-content-type-options', 'nosniff')
  // not no-referrer: with it browsers post our own forms with `Origin: null`
  res.setHeader('referrer-policy', 'same-origin')
  res.setHeader('cross-origin-opener-policy', 'same-origin')
  res.setHeader('permissions-policy', 'camera=(), microphone=(), geolocation=()')
  if (publicUrl.startsWith('https:')) res.setHeader('strict-transport-security', 'max-age=31536000')
}

export const writeReply = (
  req: IncomingMessage,
  res: ServerResponse,
  reply: Exclude<Reply, { type: 'answered' }>,
): void => {
  for (const [name, value] of Object.entries(reply.headers ?? {})) res.setHeader(name, value)
  const { status, mediaType, content } = contentOf(reply)
  if (!res.hasHeader('cache-control')) res.setHeader('cache-control', 'no-store')
  if (reply.type === 'redirect') res.setHeader('location', reply.to)
  if (reply.type === 'bytes' && reply.fileName !== undefined)
    res.setHeader('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(reply.fileName)}`)
  res.setHeader('content-type', mediaType)
  res.setHeader('content-length', content.length)
  res.writeHead(status)
  res.end(req.method === 'HEAD' ? undefined : content)
}

const contentOf = (
  reply: Exclude<Reply, { type: 'answered' }>,
): { status: number; mediaType: string; content: Uint8Array } => {
  switch (reply.type) {
    case 'json':
      return {
        status: reply.status ?? 200,
        mediaType: 'application/json',
        content: Buffer.from(JSON.stringify(reply.value)),
      }
    case 'html':
      return { status: reply.status ?? 200, mediaType: 'text/html; charset=utf-8', content: Buffer.from(reply.html) }
    case 'bytes':
      return {
        status: reply.status ?? 200,
        mediaType: reply.mediaType,
        content: typeof reply.bytes === 'string' ? Buffer.from(reply.bytes) : reply.bytes,
      }
    case 'redirect':
      return { status: 303, mediaType: 'text/plain', content: new Uint8Array() }
  }
}
