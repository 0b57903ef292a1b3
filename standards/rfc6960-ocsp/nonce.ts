/** The nonce (RFC 6960 §4.4.1, RFC 9654 §2.1): an OCTET STRING of 1 to 128 octets inside the extension. */
import { decode, encode, octetString } from '../der/index.ts'
import { DerError } from '../errors.ts'
import { OID } from '../oid/index.ts'
import type { Extension } from '../rfc5280-x509/index.ts'

export const LONGEST_NONCE = 128

/** Undefined where there is none. @throws DerError for one of no octets, or of more than 128 */
export const readNonce = (extensions: readonly Extension[]): Uint8Array | undefined => {
  const found = extensions.find((e) => e.extnID === OID.ocspNonce)
  if (found === undefined) return undefined
  const nonce = decode(octetString(), found.extnValue, 'nonce')
  if (nonce.length === 0 || nonce.length > LONGEST_NONCE) throw new DerError('nonce', 'not 1 to 128 octets')
  return nonce
}

export const nonceExtension = (nonce: Uint8Array): Extension => ({
  extnID: OID.ocspNonce,
  critical: false,
  extnValue: encode(octetString(), nonce),
})
