/**
 * OCSPRequest (RFC 6960 §4.1.1), strict DER. Refuses no or too many questions, nonces outside RFC 9654, a version other than v1, and
 * critical extensions, as nothing but the nonce is understood.
 */
import { decode } from '../der/index.ts'
import { DerError } from '../errors.ts'
import { OID } from '../oid/index.ts'
import type { Extension, OcspCertId } from '../rfc5280-x509/index.ts'
import { readCertId } from './cert-id.ts'
import { readNonce } from './nonce.ts'
import { OCSPRequest } from './schema.ts'

export const MAX_REQUEST_BYTES = 16 * 1024
export const MAX_QUESTIONS = 64

export interface OcspRequest {
  readonly certIds: readonly OcspCertId[]
  readonly nonce?: Uint8Array
}

const refuseCritical = (extensions: readonly Extension[], path: string): void => {
  if (extensions.some((e) => e.critical && e.extnID !== OID.ocspNonce))
    throw new DerError(path, 'a critical extension that is not understood')
}

/** @throws DerError */
export const parseOcspRequest = (der: Uint8Array): OcspRequest => {
  if (der.length > MAX_REQUEST_BYTES) throw new DerError('OCSPRequest', 'too large')
  const { requestList, requestExtensions = [] } = decode(OCSPRequest, der, 'OCSPRequest').tbsRequest
  if (requestList.length === 0 || requestList.length > MAX_QUESTIONS)
    throw new DerError('OCSPRequest.requestList', `not 1 to ${MAX_QUESTIONS} questions`)
  refuseCritical(requestExtensions, 'requestExtensions')
  for (const r of requestList) refuseCritical(r.singleRequestExtensions ?? [], 'singleRequestExtensions')
  const nonce = readNonce(requestExtensions)
  return { certIds: requestList.map((r) => readCertId(r.reqCert)), ...(nonce === undefined ? {} : { nonce }) }
}
