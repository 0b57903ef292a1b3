/** RFC 5652 §5.3: finds the certificate that a signer identifier means among those in the message. */
import { equalBytes } from '../bytes.ts'
import { isMalformed } from '../errors.ts'
import type { Mode } from '../der/index.ts'
import type { Certificate } from '../rfc5280-x509/index.ts'
import { parseCertificate } from '../rfc5280-x509/index.ts'
import type { CmsSigner } from './parse-signed-data.ts'

/** Certificates of the message that cannot be read are passed over: they cannot be the signer's. */
export const signerCertificate =
  (mode: Mode) =>
  ({ sid }: CmsSigner, embedded: readonly Uint8Array[]): Certificate | undefined =>
    embedded
      .map((der) => readable(der, mode))
      .find((certificate) => {
        if (certificate === undefined) return false
        if (sid.kind === 'subjectKeyId')
          return certificate.subjectKeyId !== undefined && equalBytes(certificate.subjectKeyId, sid.subjectKeyId)
        return equalBytes(certificate.issuer, sid.issuer) && equalBytes(certificate.serial, sid.serialNumber)
      })

const readable = (der: Uint8Array, mode: Mode): Certificate | undefined => {
  try {
    return parseCertificate(der, mode)
  } catch (error) {
    if (isMalformed(error)) return undefined
    throw error
  }
}
