/**
 * Time stamping over HTTP (RFC 3161 §3.4): one address for each algorithm. Refusals are TimeStampResps with status 200, as clients expect;
 * but whoever asks too often gets 429, as every stamp is a row that stays.
 */
import { MAX_TIME_STAMP_REQUEST_BYTES } from '../../../standards/rfc3161-tsp/index.ts'
import { TrustError } from '../../errors.ts'
import type { TimeStampService, TimeStampSuite } from '../../pki/node.ts'
import { mediaBody } from '../body.ts'
import type { AddressLimit } from '../limit-addresses.ts'
import { bytes } from '../reply.ts'
import type { AnyRoute } from '../route.ts'
import { route } from '../route.ts'

const SUITES: Readonly<Record<TimeStampSuite, string>> = { sm2: 'SM2 with SM3', p256: 'ECDSA P-256' }

export const timeStampRoutes = (
  timestamps: Pick<TimeStampService, 'answer'>,
  limit: AddressLimit = (handler) => handler,
): readonly AnyRoute[] =>
  (Object.keys(SUITES) as TimeStampSuite[]).map((suite) =>
    route({
      method: 'POST',
      path: `/tsa/${suite}`,
      access: 'public',
      kind: 'api',
      summary: `Time stamps (RFC 3161), signed by ${SUITES[suite]}`,
      body: mediaBody(['application/timestamp-query'], MAX_TIME_STAMP_REQUEST_BYTES),
      handler: limit(async ({ body }) => {
        const response = await timestamps.answer(suite, body)
        if (response === undefined) throw new TrustError('NOT_FOUND', 'this service has no such time-stamp key')
        return bytes('application/timestamp-reply', response)
      }),
    }),
  )
