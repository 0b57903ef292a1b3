/**
 * A certification request as it comes: PKCS#10 itself (`application/pkcs10`, DER or PEM), or JSON around it with what PKCS#10 cannot say.
 * Refuses what is neither; whether the request is good is the domain's to say.
 */
import { z } from 'zod'
import { fromBase64, fromPem } from '../../standards/bytes.ts'
import { TrustError } from '../errors.ts'
import type { BodyParser } from './body.ts'
import { jsonBody, mediaBody } from './body.ts'

export interface RequestBody {
  /** DER. */
  readonly csr: Uint8Array
  readonly dual: boolean
  readonly unit?: string
}

const MAX_REQUEST = 96 * 1024
const PKCS10 = 'application/pkcs10'

const shape = z.strictObject({
  /** PEM, or base64 of the DER. */
  request: z.string().min(1).max(MAX_REQUEST),
  dual: z.boolean().optional(),
  unit: z.string().max(64).optional(),
})

const malformed = (): TrustError =>
  new TrustError('CERTIFICATE_REQUEST_REFUSED', 'not a certification request', { field: 'request' })

/** DER out of PEM or base64. @throws TrustError CERTIFICATE_REQUEST_REFUSED */
export const csrOf = (text: string): Uint8Array => {
  try {
    if (!text.includes('-----BEGIN')) return fromBase64(text.trim())
    const [der] = [...fromPem(text, 'CERTIFICATE REQUEST'), ...fromPem(text, 'NEW CERTIFICATE REQUEST')]
    if (der !== undefined) return der
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  throw malformed()
}

const SEQUENCE = 0x30
const bare = mediaBody([PKCS10], MAX_REQUEST)
const wrapped = jsonBody(shape, 2 * MAX_REQUEST)

export const certificateRequestBody: BodyParser<RequestBody> = {
  mediaType: 'application/json',
  schema: shape,
  parse: async (req) => {
    if ((req.headers['content-type'] ?? '').toLowerCase().startsWith(PKCS10)) {
      const bytes = await bare.parse(req)
      return { csr: bytes[0] === SEQUENCE ? bytes : csrOf(new TextDecoder('latin1').decode(bytes)), dual: false }
    }
    const { request, dual = false, unit } = await wrapped.parse(req)
    return { csr: csrOf(request), dual, ...(unit === undefined ? {} : { unit }) }
  },
}
