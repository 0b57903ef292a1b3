import { equalBytes } from '../../../standards/bytes.ts'
import type { Lint } from './lint.ts'

export const keyIdentifiers: Lint = {
  name: 'key-identifiers',
  cite: 'RFC 5280 4.2.1.1, 4.2.1.2',
  check: ({ subjectKeyId, authorityKeyId }, { issuer }) => {
    if (subjectKeyId === undefined) return 'subject key identifier absent'
    if (authorityKeyId === undefined || issuer.subjectKeyId === undefined) return 'authority key identifier absent'
    return equalBytes(authorityKeyId, issuer.subjectKeyId) ? undefined : 'not the identifier of the issuer'
  },
}
