/** Writes an unsigned OCSPRequest (RFC 6960 §4.1.1): what our own collectors ask others, and tests ask us. */
import { decode, encode } from '../der/index.ts'
import { nonceExtension } from './nonce.ts'
import { CertID, OCSPRequest } from './schema.ts'

export interface OcspRequestDraft {
  /** DER of each CertID. */
  readonly certIds: readonly Uint8Array[]
  readonly nonce?: Uint8Array
}

export const encodeOcspRequest = ({ certIds, nonce }: OcspRequestDraft): Uint8Array =>
  encode(OCSPRequest, {
    tbsRequest: {
      requestList: certIds.map((der) => ({ reqCert: { value: decode(CertID, der, 'certId'), der } })),
      ...(nonce === undefined ? {} : { requestExtensions: [nonceExtension(nonce)] }),
    },
  })
