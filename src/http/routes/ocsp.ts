/**
 * OCSP over HTTP (RFC 6960 appendix A, RFC 5019): POST, and GET with the request in the path, at the address of one CA key; POST of
 * questions about any one of our CAs at /ocsp. Refusals are OCSP responses too, save bodies that are too large or of another media type.
 */
import { createHash } from 'node:crypto'
import { fromBase64 } from '../../../standards/bytes.ts'
import { MAX_REQUEST_BYTES } from '../../../standards/rfc6960-ocsp/index.ts'
import type { OcspReply, OcspService } from '../../pki/node.ts'
import type { Clock } from '../../kernel/index.ts'
import type { BodyParser } from '../body.ts'
import { mediaBody, noBody } from '../body.ts'
import type { AddressLimit } from '../limit-addresses.ts'
import type { Reply } from '../reply.ts'
import { bytes } from '../reply.ts'
import type { AnyRoute, RouteRequest } from '../route.ts'
import { route } from '../route.ts'

const REQUEST = 'application/ocsp-request'
const RESPONSE = 'application/ocsp-response'
/** How long a cache on the way may keep an answer: a revocation reaches everybody within a minute. */
const MAX_AGE_SECONDS = 60

const body: BodyParser<Uint8Array> = mediaBody([REQUEST], MAX_REQUEST_BYTES)

/** Base64 as it stands in the path; some clients lose the plus signs. What is not base64 is no request. */
const fromPath = (text: string): Uint8Array => {
  try {
    return fromBase64(text.replaceAll(' ', '+'))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return new Uint8Array()
  }
}

const etagOf = (der: Uint8Array): string => `"${createHash('sha256').update(der).digest('base64url')}"`

const posted = ({ der }: OcspReply): Reply => bytes(RESPONSE, der)

/** RFC 5019 §6.2: until nextUpdate at most; what may not be kept says so by itself. */
const fetched = ({ der, cacheable }: OcspReply, now: Date, known: string | undefined): Reply => {
  if (cacheable === undefined) return bytes(RESPONSE, der)
  const left = Math.floor((cacheable.nextUpdate.getTime() - now.getTime()) / 1000)
  const maxAge = Math.max(0, Math.min(MAX_AGE_SECONDS, left))
  const etag = etagOf(der)
  const headers = {
    etag,
    'cache-control': `max-age=${maxAge}, public, no-transform, must-revalidate`,
    'last-modified': cacheable.thisUpdate.toUTCString(),
    expires: new Date(now.getTime() + maxAge * 1000).toUTCString(),
  }
  return known === etag
    ? { type: 'bytes', status: 304, mediaType: RESPONSE, bytes: new Uint8Array(), headers }
    : { type: 'bytes', mediaType: RESPONSE, bytes: der, headers }
}

/** @param limit for POST; what is fetched by GET is kept by caches on the way */
export const ocspRoutes = (
  ocsp: Pick<OcspService, 'answer'>,
  clock: Clock,
  limit: AddressLimit = (handler) => handler,
): readonly AnyRoute[] => [
  route({
    method: 'POST',
    path: '/ocsp',
    access: 'public',
    kind: 'api',
    summary: 'OCSP: status of certificates of any one of our CAs',
    body,
    handler: limit(async ({ body: request }) => posted(await ocsp.answer({ request }))),
  }),
  route({
    method: 'POST',
    path: '/ocsp/:issuer',
    access: 'public',
    kind: 'api',
    summary: 'OCSP: status of certificates that this CA key issued',
    body,
    handler: limit(async ({ body: request, params }) =>
      posted(await ocsp.answer({ issuerId: params['issuer'] ?? '', request })),
    ),
  }),
  route({
    method: 'GET',
    path: '/ocsp/:issuer/:request*',
    access: 'public',
    kind: 'api',
    summary: 'OCSP: the same, the request as base64 in the path',
    body: noBody,
    handler: async ({ params, raw }: RouteRequest<undefined>) => {
      const request = fromPath(params['request'] ?? '')
      const reply = await ocsp.answer({ issuerId: params['issuer'] ?? '', request })
      return fetched(reply, clock.now(), raw.req.headers['if-none-match'])
    },
  }),
]
