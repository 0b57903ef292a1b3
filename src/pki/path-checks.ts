/** Path findings as checks of a report: `signer.path`, `signer.validity`, `signer.revocation` … for the prefix `signer`. */
import type { PathResult } from '../../standards/rfc5280-x509/index.ts'
import type { Check } from '../kernel/index.ts'

export const pathChecks = (prefix: string, { checks }: PathResult): Check[] =>
  checks.map(({ name, ...rest }) => ({ name: `${prefix}.${name}`, ...rest }))
