import type { Lint } from './lint.ts'

export const revocationAddress: Lint = {
  name: 'revocation-address',
  cite: 'RFC 5280 4.2.1.13',
  check: ({ crlDistributionPoints }) => (crlDistributionPoints.length === 0 ? 'no CRL distribution point' : undefined),
}
