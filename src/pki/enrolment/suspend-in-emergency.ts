/** One officer puts a certificate on hold at once, when waiting for a second one would do harm. Only two release it. */
import type { Agent, AuthenticationStrength } from '../../identity/index.ts'
import type { CertificateName } from '../change-status.ts'
import type { HeldCertificate } from './application.ts'
import { requireHeld } from './barred-people.ts'
import { changePair } from './change-pair.ts'
import type { EnrolmentDeps } from './ports.ts'
import { requireOfficer, requireOperator } from './require-officer.ts'
import { requireReason } from './require-reason.ts'

export interface EmergencySuspension {
  readonly certificate: CertificateName
  readonly agent: Agent
  /** How they signed in. */
  readonly strength?: AuthenticationStrength
  readonly reason: string
}

/** @throws TrustError CERTIFICATE_NOT_FOUND, CERTIFICATE_REVOKED, FORBIDDEN, MANDATE_…, INPUT_INVALID */
export const suspendInEmergency = async (
  deps: EnrolmentDeps,
  { certificate, reason, ...who }: EmergencySuspension,
): Promise<HeldCertificate> => {
  const why = requireReason(reason)
  const { pki } = deps
  const operator = await requireOperator(deps)
  return pki.work.run(async (tx) => {
    const by = await requireOfficer(deps, { ...who, function: 'ca.review', within: { tx, operator } })
    const held = await requireHeld(deps, certificate, tx)
    const actor = { kind: 'person', id: by } as const
    await changePair(deps, tx, {
      certificate: held,
      change: { kind: 'suspend', origin: 'officer', reason: why },
      actor,
    })
    await pki.audit.record(tx, {
      action: 'enrolment.emergency-suspension',
      actor,
      object: { kind: 'certificate', id: `${held.issuerId}/${held.serialHex}` },
    })
    return requireHeld(deps, certificate, tx)
  })
}
