import { equalBytes } from '../../../standards/bytes.ts'
import type { Extension } from '../../../standards/rfc5280-x509/index.ts'
import { authorityInfoAccessExtension, freshestCrlExtension } from '../../../standards/rfc5280-x509/index.ts'
import type { Lint } from './lint.ts'

/** The OCSP responder, the issuer's certificate and the delta list are where the CA serves them, and nowhere else. */
export const statusAddresses: Lint = {
  name: 'status-addresses',
  cite: 'RFC 5280 4.2.2.1, 4.2.1.15; RFC 6960 3.1',
  check: ({ extensions }, { addresses }) => {
    if (addresses === undefined) return undefined
    const has = ({ extnID, critical, extnValue }: Extension): boolean => {
      const found = extensions.filter((e) => e.extnID === extnID)
      return found.length === 1 && found.every((e) => e.critical === critical && equalBytes(e.extnValue, extnValue))
    }
    if (!has(authorityInfoAccessExtension(addresses))) return 'not the addresses of OCSP and of the issuer'
    return has(freshestCrlExtension([addresses.delta])) ? undefined : 'not the address of the delta list'
  },
}
