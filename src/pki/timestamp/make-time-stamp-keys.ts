/** The TSA's keys out of the hierarchy: `tsa-sm2`, `tsa-p256`, each with the CAs above it. A hierarchy without them stamps nothing. */
import { parseCertificate } from '../../../standards/rfc5280-x509/index.ts'
import type { AuthoritySource } from '../authorities.ts'
import type { Authority } from '../ports.ts'
import type { TimeStampDeps, TimeStampKey, TimeStampSuite } from './ports.ts'

const SUITES: readonly TimeStampSuite[] = ['sm2', 'p256']

export const makeTimeStampKeys = (
  authorities: readonly Authority[],
  { certificates, keyStore }: Pick<AuthoritySource, 'certificates' | 'keyStore'>,
): TimeStampDeps['keys'] => {
  const keyOf = (suite: TimeStampSuite): TimeStampKey | undefined => {
    const id = `tsa-${suite}`
    const found = certificates.find((c) => c.id === id)
    const issuer = authorities.find((a) => a.id === found?.issuerId)
    if (found === undefined || issuer === undefined) return undefined
    return {
      id,
      certificate: parseCertificate(found.der),
      above: [issuer.certificate, ...issuer.above].slice(0, -1),
      signer: () => keyStore.signer(id),
    }
  }
  return Object.fromEntries(SUITES.map((suite) => [suite, keyOf(suite)]).filter(([, key]) => key !== undefined))
}
