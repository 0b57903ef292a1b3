/** RFC 6960 §4.1.1 and §4.2.1 as schema values; names are the standard's own. Nothing that is signed is ever encoded again. */
import {
  any,
  bitString,
  captured,
  enumerated,
  explicit,
  generalizedTime,
  implicit,
  integerBytes,
  mapped,
  nullValue,
  objectIdentifier,
  octetString,
  optional,
  sequence,
  sequenceOf,
  smallInteger,
} from '../der/index.ts'
import type { Infer, Schema } from '../der/index.ts'
import { DerError } from '../errors.ts'
import { AlgorithmIdentifier, Extensions, Name } from '../rfc5280-x509/index.ts'

/** DER leaves a default out: where the version stands, it is another one, and none is defined. */
const version: Schema<number> = mapped(
  explicit(0, smallInteger()),
  (_, context): number => {
    throw new DerError(context.path, 'version other than v1')
  },
  (v) => v,
)

export const CertID = sequence({
  hashAlgorithm: AlgorithmIdentifier,
  issuerNameHash: octetString(),
  issuerKeyHash: octetString(),
  serialNumber: integerBytes(),
})

const Request = sequence({ reqCert: captured(CertID), singleRequestExtensions: optional(explicit(0, Extensions)) })

export const TBSRequest = sequence({
  version: optional(version),
  requestorName: optional(explicit(1, any())),
  requestList: sequenceOf(Request),
  requestExtensions: optional(explicit(2, Extensions)),
})

export const OCSPRequest = sequence({
  tbsRequest: TBSRequest,
  /** We answer signed requests as if they were not signed: who asks makes no difference. */
  optionalSignature: optional(explicit(0, any())),
})

const RevokedInfo = sequence({
  revocationTime: generalizedTime(),
  revocationReason: optional(explicit(0, enumerated())),
})

export type CertStatus =
  { readonly kind: 'good' } | { readonly kind: 'unknown' } | ({ readonly kind: 'revoked' } & Infer<typeof RevokedInfo>)

const good = implicit(0, nullValue())
const revoked = implicit(1, RevokedInfo, true)
const unknown = implicit(2, nullValue())

export const CertStatus: Schema<CertStatus> = {
  matches: (tag) => [good, revoked, unknown].some((s) => s.matches(tag)),
  read: (element, context) => {
    if (revoked.matches(element.tag)) return { kind: 'revoked', ...revoked.read(element, context) }
    const kind = good.matches(element.tag) ? 'good' : 'unknown'
    nullValue().read(element, context)
    return { kind }
  },
  write: (status) => {
    if (status.kind === 'revoked') return revoked.write(status)
    return (status.kind === 'good' ? good : unknown).write(null)
  },
}

export const SingleResponse = sequence({
  certID: captured(CertID),
  certStatus: CertStatus,
  thisUpdate: generalizedTime(),
  nextUpdate: optional(explicit(0, generalizedTime())),
  singleExtensions: optional(explicit(1, Extensions)),
})

const byName = explicit(1, captured(Name))
const byKey = explicit(2, octetString())
type ResponderID =
  { readonly kind: 'byName'; readonly name: Uint8Array } | { readonly kind: 'byKey'; readonly keyHash: Uint8Array }

const ResponderID: Schema<ResponderID> = {
  matches: (tag) => byName.matches(tag) || byKey.matches(tag),
  read: (element, context) =>
    byName.matches(element.tag)
      ? { kind: 'byName', name: byName.read(element, context).der }
      : { kind: 'byKey', keyHash: byKey.read(element, context) },
  write: (id) => (id.kind === 'byName' ? explicit(1, rawName).write(id.name) : byKey.write(id.keyHash)),
}
const rawName: Schema<Uint8Array> = { matches: (tag) => tag === 0x30, read: (e) => e.der, write: (der) => der }

export const ResponseData = sequence({
  version: optional(version),
  responderID: ResponderID,
  producedAt: generalizedTime(),
  responses: sequenceOf(SingleResponse),
  responseExtensions: optional(explicit(1, Extensions)),
})

export const BasicOCSPResponse = sequence({
  tbsResponseData: captured(ResponseData),
  signatureAlgorithm: AlgorithmIdentifier,
  signature: bitString(),
  certs: optional(explicit(0, sequenceOf(any()))),
})

export const ResponseBytes = sequence({ responseType: objectIdentifier(), response: octetString() })

export const OCSPResponse = sequence({
  responseStatus: enumerated(),
  responseBytes: optional(explicit(0, ResponseBytes)),
})
