/**
 * Before a certificate or a recovered key leaves: its audit row is in the chain. Whoever signed waited for that too, but the row was
 * committed before, and anybody could have fetched it in between. What has no row (the key ceremony, older rows) may leave.
 */
import type { EnrolmentDeps } from './ports.ts'

/** @throws TrustError AUDIT_NOT_CHAINED when it is not chained in time */
export const requireChained = async (
  { pki }: Pick<EnrolmentDeps, 'pki'>,
  { auditEventId }: { readonly auditEventId?: string },
): Promise<void> => {
  if (auditEventId !== undefined) await pki.audit.chained(auditEventId)
}
