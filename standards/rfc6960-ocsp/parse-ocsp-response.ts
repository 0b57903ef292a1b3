/**
 * OCSPResponse (RFC 6960 §4.2.1), strict DER: a status, and where it is `successful` a signed BasicOCSPResponse. Refuses other response
 * types, a success without an answer, an error with one, and more than 4096 answers. Certificates that cannot be read are passed over.
 */
import type { Element } from '../der/index.ts'
import { decode, generalizedTime } from '../der/index.ts'
import type { Infer } from '../der/index.ts'
import { DerError, isMalformed } from '../errors.ts'
import { OID } from '../oid/index.ts'
import type { Certificate, Extension, OcspAnswers, OcspSingle, OcspStatus } from '../rfc5280-x509/index.ts'
import { parseCertificate, signatureAlgorithmOf } from '../rfc5280-x509/index.ts'
import { readCertId } from './cert-id.ts'
import { readNonce } from './nonce.ts'
import type { CertStatus, SingleResponse } from './schema.ts'
import { BasicOCSPResponse, OCSPResponse } from './schema.ts'
import type { OcspResponseStatus } from './status.ts'
import { statusOf } from './status.ts'

export const MAX_RESPONSE_BYTES = 1024 * 1024
const MAX_ANSWERS = 4096
const MAX_CERTIFICATES = 16

export interface OcspResponse {
  readonly status: OcspResponseStatus
  /** Of a successful response. */
  readonly answers?: OcspAnswers
}

const unknownCritical = (extensions: readonly Extension[], understood: string): string[] =>
  extensions.filter((e) => e.critical && e.extnID !== understood).map((e) => e.extnID)

const readStatus = (status: CertStatus): OcspStatus => {
  if (status.kind !== 'revoked') return status
  const { revocationTime: at, revocationReason: reason } = status
  return { kind: 'revoked', at, ...(reason === undefined ? {} : { reason }) }
}

const readSingle = (single: Infer<typeof SingleResponse>): OcspSingle => {
  const extensions = single.singleExtensions ?? []
  const cutoff = extensions.find((e) => e.extnID === OID.ocspArchiveCutoff)
  return {
    certId: readCertId(single.certID),
    status: readStatus(single.certStatus),
    thisUpdate: single.thisUpdate,
    ...(single.nextUpdate === undefined ? {} : { nextUpdate: single.nextUpdate }),
    ...(cutoff === undefined ? {} : { archiveCutoff: decode(generalizedTime(), cutoff.extnValue, 'archiveCutoff') }),
    unknownCritical: unknownCritical(extensions, OID.ocspArchiveCutoff),
  }
}

const readable = (element: Element): Certificate[] => {
  try {
    return [parseCertificate(element.der)]
  } catch (error) {
    if (isMalformed(error)) return []
    throw error
  }
}

/** The signed part alone: what some stores and CMS messages keep. @throws DerError */
export const parseBasicOcspResponse = (der: Uint8Array): OcspAnswers => {
  if (der.length > MAX_RESPONSE_BYTES) throw new DerError('BasicOCSPResponse', 'too large')
  const {
    tbsResponseData,
    signatureAlgorithm,
    signature,
    certs = [],
  } = decode(BasicOCSPResponse, der, 'BasicOCSPResponse')
  const { responderID, producedAt, responses, responseExtensions = [] } = tbsResponseData.value
  if (responses.length === 0 || responses.length > MAX_ANSWERS)
    throw new DerError('BasicOCSPResponse.responses', `not 1 to ${MAX_ANSWERS} answers`)
  if (certs.length > MAX_CERTIFICATES) throw new DerError('BasicOCSPResponse.certs', 'too many certificates')
  const algorithm = signatureAlgorithmOf(signatureAlgorithm)
  const nonce = readNonce(responseExtensions)
  return {
    der,
    tbs: tbsResponseData.der,
    ...(algorithm === undefined ? {} : { signatureAlgorithm: algorithm }),
    // There is only one identifier, outside what is signed.
    algorithmsAgree: true,
    signature,
    responderId: responderID,
    producedAt,
    singles: responses.map(readSingle),
    certificates: certs.flatMap(readable),
    ...(nonce === undefined ? {} : { nonce }),
    unknownCritical: unknownCritical(responseExtensions, OID.ocspNonce),
  }
}

/** @throws DerError */
export const parseOcspResponse = (der: Uint8Array): OcspResponse => {
  if (der.length > MAX_RESPONSE_BYTES) throw new DerError('OCSPResponse', 'too large')
  const { responseStatus, responseBytes } = decode(OCSPResponse, der, 'OCSPResponse')
  const status = statusOf(responseStatus)
  if (status === undefined) throw new DerError('OCSPResponse.responseStatus', 'no such status')
  if ((status === 'successful') !== (responseBytes !== undefined))
    throw new DerError('OCSPResponse.responseBytes', 'does not fit the status')
  if (responseBytes === undefined) return { status }
  if (responseBytes.responseType !== OID.ocspBasic)
    throw new DerError('OCSPResponse.responseType', 'not a basic response')
  return { status, answers: parseBasicOcspResponse(responseBytes.response) }
}
