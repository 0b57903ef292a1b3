import { publicKeyKind, sameName } from '../../../standards/rfc5280-x509/index.ts'
import type { Lint } from './lint.ts'

export const issuedBy: Lint = {
  name: 'issued-by',
  cite: 'RFC 5280 4.1.1.2, 4.1.2.4',
  check: (certificate, { issuer }) => {
    if (!sameName(certificate.issuer, issuer.subject)) return 'issuer is not the subject of the CA, byte for byte'
    if (!certificate.algorithmsAgree) return 'two signature algorithms'
    const expected = publicKeyKind(issuer.publicKey) === 'SM2' ? 'SM2-SM3' : 'ECDSA-SHA256'
    return certificate.signatureAlgorithm === expected ? undefined : "not the algorithm of the issuer's key"
  },
}
