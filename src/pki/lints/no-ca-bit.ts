import { KEY_USAGE } from '../../../standards/rfc5280-x509/index.ts'
import type { Lint } from './lint.ts'

export const noCaBit: Lint = {
  name: 'no-ca-bit',
  cite: 'RFC 5280 4.2.1.9, 4.2.1.3',
  check: ({ basicConstraints, keyUsage }) => {
    if (basicConstraints === undefined) return 'basicConstraints absent'
    if (basicConstraints.ca || basicConstraints.pathLen !== undefined) return 'marked as a CA'
    const signsCertificates = keyUsage?.has(KEY_USAGE.keyCertSign) === true || keyUsage?.has(KEY_USAGE.crlSign) === true
    return signsCertificates ? 'may sign certificates or CRLs' : undefined
  },
}
