import type { Lint } from './lint.ts'

export const validityWithinIssuer: Lint = {
  name: 'validity-within-issuer',
  cite: 'GB/T 25056-2018 (CA systems); RFC 5280 6.1.3 (a)(2) as all certificates are checked at one time',
  check: ({ notBefore, notAfter }, { issuer }) => {
    if (notBefore >= notAfter) return 'notBefore is not before notAfter'
    if (notBefore < issuer.notBefore) return 'valid before its issuer is'
    return notAfter > issuer.notAfter ? 'outlives its issuer' : undefined
  },
}
