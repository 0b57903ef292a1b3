import { fromPem } from '../../standards/bytes.ts'
import { DerError } from '../../standards/errors.ts'
import type { Certificate } from '../../standards/rfc5280-x509/index.ts'
import { parseCertificate } from '../../standards/rfc5280-x509/index.ts'

/** All CERTIFICATE blocks of a PEM text, in order. @throws DerError when one does not parse, base64 included */
export const parsePemCertificates = (pem: string): Certificate[] => {
  let blocks: Uint8Array[]
  try {
    blocks = fromPem(pem, 'CERTIFICATE')
  } catch (error) {
    if (error instanceof RangeError) throw new DerError('Certificate', 'PEM block is not base64')
    throw error
  }
  return blocks.map((der) => parseCertificate(der))
}
