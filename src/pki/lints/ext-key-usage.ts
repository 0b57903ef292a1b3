import { OID } from '../../../standards/oid/index.ts'
import type { Lint } from './lint.ts'

export const extKeyUsage: Lint = {
  name: 'ext-key-usage',
  cite: 'RFC 5280 4.2.1.12; RFC 3161 2.3 (critical for time stamps)',
  check: ({ extKeyUsage: uses, extensions }, { profile }) => {
    if (uses === undefined) return profile.extKeyUsage.length === 0 ? undefined : 'absent'
    const equal = uses.length === profile.extKeyUsage.length && profile.extKeyUsage.every((use) => uses.includes(use))
    if (!equal) return 'not the purposes of the profile'
    const isCritical = extensions.find((e) => e.extnID === OID.extKeyUsage)?.critical === true
    return isCritical === profile.extKeyUsageCritical ? undefined : 'not critical as the profile says'
  },
}
