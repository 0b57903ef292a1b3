import { extKeyUsage } from './ext-key-usage.ts'
import { issuedBy } from './issued-by.ts'
import { keyIdentifiers } from './key-identifiers.ts'
import { keyUsage } from './key-usage.ts'
import type { Lint } from './lint.ts'
import { nameCharacters } from './name-characters.ts'
import { noCaBit } from './no-ca-bit.ts'
import { organisationCode } from './organisation-code.ts'
import { publicKey } from './public-key.ts'
import { revocationAddress } from './revocation-address.ts'
import { serialNumber } from './serial-number.ts'
import { statusAddresses } from './status-addresses.ts'
import { subjectName } from './subject-name.ts'
import { subjectOrder } from './subject-order.ts'
import { validityLength } from './validity-length.ts'
import { validityStart } from './validity-start.ts'
import { validityWithinIssuer } from './validity-within-issuer.ts'

export type { Lint, LintContext } from './lint.ts'
export const LINTS: readonly Lint[] = [
  issuedBy,
  serialNumber,
  validityWithinIssuer,
  validityLength,
  validityStart,
  subjectName,
  subjectOrder,
  nameCharacters,
  organisationCode,
  publicKey,
  noCaBit,
  keyUsage,
  extKeyUsage,
  keyIdentifiers,
  revocationAddress,
  statusAddresses,
]
