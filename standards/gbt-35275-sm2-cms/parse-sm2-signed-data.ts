/**
 * GB/T 35275 §8: a SignedData by SM2. Refuses other algorithms, and a signer named by anything but issuer and serial number.
 * The outer type may be CMS's own with SM2 inside (both occur in OFD files); `compat` also admits BER lengths.
 */
import { DerError } from '../errors.ts'
import type { Mode } from '../der/index.ts'
import { parseSignedData, signatureAlgorithmOf } from '../rfc5652-cms/index.ts'
import type { ParsedSignedData } from '../rfc5652-cms/index.ts'

/** @throws DerError */
export const parseSm2SignedData = (bytes: Uint8Array, mode: Mode = 'strict'): ParsedSignedData => {
  const parsed = parseSignedData(bytes, mode)
  const { sid, digestAlgorithm, signatureAlgorithm } = parsed.signer
  if (signatureAlgorithmOf(digestAlgorithm, signatureAlgorithm) !== 'SM2-SM3')
    throw new DerError('SignerInfo.digestEncryptionAlgorithm', 'not SM2 with SM3')
  if (sid.kind !== 'issuerAndSerial') throw new DerError('SignerInfo.sid', 'not an issuer and serial number')
  return parsed
}
