/** The bytes of a list to be signed: full, or the delta since another list (RFC 5280 §5.2.3, §5.2.4, §5.2.6). */
import type { Extension } from '../../standards/rfc5280-x509/index.ts'
import {
  authorityKeyIdExtension,
  crlNumberExtension,
  deltaCrlIndicatorExtension,
  encodeTbsCrl,
  expiredCertsOnCrlExtension,
  freshestCrlExtension,
} from '../../standards/rfc5280-x509/index.ts'
import { fromHex } from '../../standards/bytes.ts'
import { TrustError } from '../errors.ts'
import { signatureAlgorithmFor } from './draft.ts'
import type { Authority, RevokedSerial } from './ports.ts'

export interface ListContent {
  readonly number: number
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  readonly revoked: readonly RevokedSerial[]
  /** Of a delta. */
  readonly baseNumber?: number
}

/** Without an address there are no deltas: the list of an offline root. */
type ListIssuer = Pick<Authority, 'certificate'> & Partial<Pick<Authority, 'addresses'>>

/** @throws TrustError CHAIN_INVALID */
export const crlTbs = ({ certificate, addresses }: ListIssuer, list: ListContent): Uint8Array => {
  if (certificate.subjectKeyId === undefined) throw new TrustError('CHAIN_INVALID', 'the CA has no key identifier')
  const freshest: Extension[] = addresses === undefined ? [] : [freshestCrlExtension([addresses.delta])]
  return encodeTbsCrl({
    algorithm: signatureAlgorithmFor(certificate.publicKey),
    issuer: certificate.subject,
    thisUpdate: list.thisUpdate,
    nextUpdate: list.nextUpdate,
    revoked: list.revoked.map((r) => ({ serial: fromHex(r.serialHex), date: r.at, reason: r.reasonCode })),
    extensions: [
      authorityKeyIdExtension(certificate.subjectKeyId),
      crlNumberExtension(list.number),
      expiredCertsOnCrlExtension(certificate.notBefore),
      ...(list.baseNumber === undefined ? freshest : [deltaCrlIndicatorExtension(list.baseNumber)]),
    ],
  })
}
