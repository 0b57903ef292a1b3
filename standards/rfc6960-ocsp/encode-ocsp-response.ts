/** Writes OCSP answers (RFC 6960 §4.2.1): the bytes to sign first, the whole after the signature is there. Strict DER. */
import { decode, encode, generalizedTime, readSingle } from '../der/index.ts'
import { OID } from '../oid/index.ts'
import { algorithmIdentifierFor } from '../rfc5280-x509/index.ts'
import type { OcspStatus, SignedBytes } from '../rfc5280-x509/index.ts'
import { nonceExtension } from './nonce.ts'
import { BasicOCSPResponse, CertID, OCSPResponse, ResponseData } from './schema.ts'
import { OCSP_STATUS } from './status.ts'
import type { OcspResponseStatus } from './status.ts'

export interface OcspAnswerDraft {
  /** DER CertID, byte for byte as asked. */
  readonly certId: Uint8Array
  readonly status: OcspStatus
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  readonly archiveCutoff?: Date
}

export interface OcspDraft {
  /** SHA-1 of the bits of the responder's key. */
  readonly responderKeyHash: Uint8Array
  readonly producedAt: Date
  readonly answers: readonly OcspAnswerDraft[]
  readonly nonce?: Uint8Array
}

const UNSPECIFIED = 0

const certStatus = (status: OcspStatus) =>
  status.kind === 'revoked'
    ? {
        kind: status.kind,
        revocationTime: status.at,
        ...(status.reason === undefined || status.reason === UNSPECIFIED ? {} : { revocationReason: status.reason }),
      }
    : status

const single = (answer: OcspAnswerDraft) => ({
  certID: { value: decode(CertID, answer.certId, 'certId'), der: answer.certId },
  certStatus: certStatus(answer.status),
  thisUpdate: answer.thisUpdate,
  nextUpdate: answer.nextUpdate,
  ...(answer.archiveCutoff === undefined
    ? {}
    : {
        singleExtensions: [
          {
            extnID: OID.ocspArchiveCutoff,
            critical: false,
            extnValue: encode(generalizedTime(), answer.archiveCutoff),
          },
        ],
      }),
})

/** The bytes to sign. */
export const encodeTbsOcspResponse = ({ responderKeyHash, producedAt, answers, nonce }: OcspDraft): Uint8Array =>
  encode(ResponseData, {
    responderID: { kind: 'byKey', keyHash: responderKeyHash },
    producedAt,
    responses: answers.map(single),
    ...(nonce === undefined ? {} : { responseExtensions: [nonceExtension(nonce)] }),
  })

export interface SignedOcspResponse extends SignedBytes {
  /** DER; the responder's own where it is not the CA. */
  readonly certificates: readonly Uint8Array[]
}

export const encodeOcspResponse = ({ tbs, algorithm, signature, certificates }: SignedOcspResponse): Uint8Array =>
  encode(OCSPResponse, {
    responseStatus: OCSP_STATUS.successful,
    responseBytes: {
      responseType: OID.ocspBasic,
      response: encode(BasicOCSPResponse, {
        tbsResponseData: { value: decode(ResponseData, tbs, 'tbsResponseData'), der: tbs },
        signatureAlgorithm: algorithmIdentifierFor(algorithm),
        signature,
        ...(certificates.length === 0 ? {} : { certs: certificates.map((der) => readSingle(der, { path: 'certs' })) }),
      }),
    },
  })

/** An answer that is not signed: why there is no other (§2.3). */
export const encodeOcspError = (status: Exclude<OcspResponseStatus, 'successful'>): Uint8Array =>
  encode(OCSPResponse, { responseStatus: OCSP_STATUS[status] })
