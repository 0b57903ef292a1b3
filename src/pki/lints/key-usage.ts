import { OID } from '../../../standards/oid/index.ts'
import type { Lint } from './lint.ts'

export const keyUsage: Lint = {
  name: 'key-usage',
  cite: 'RFC 5280 4.2.1.3; GB/T 20518-2018 5.2.4.2.3',
  check: (certificate, { profile }) => {
    if (certificate.keyUsage === undefined) return 'absent'
    if (certificate.extensions.find((e) => e.extnID === OID.keyUsage)?.critical !== true) return 'not critical'
    const { size } = certificate.keyUsage
    const equal = size === profile.keyUsage.length && profile.keyUsage.every((bit) => certificate.keyUsage?.has(bit))
    return equal ? undefined : 'not the bits of the profile'
  },
}
