/** Certificates, applications and proposals as the API shows them. */
import { toBase64 } from '../../standards/bytes.ts'
import { nameText, parseCertificate } from '../../standards/rfc5280-x509/index.ts'
import type {
  CertificateApplication,
  CertificateHolder,
  EnrolmentDeps,
  HeldCertificate,
  ProposedAct,
  Proposal,
} from '../pki/enrolment/index.ts'

const ON_HOLD = 6

export type CertificateState = 'in-force' | 'suspended' | 'revoked' | 'expired'

/** What a reader wants to know first; one that is revoked stays so after its end. */
export const stateOf = ({ revocation, notAfter }: HeldCertificate, at: Date): CertificateState => {
  if (revocation !== undefined && revocation.reasonCode !== ON_HOLD) return 'revoked'
  if (at >= notAfter) return 'expired'
  return revocation === undefined ? 'in-force' : 'suspended'
}

const nameOf = (name: { readonly issuerId: string; readonly serialHex: string }): object => ({
  issuer: name.issuerId,
  serial: name.serialHex,
})

export const certificateView = (c: HeldCertificate, at: Date): object => {
  const { subjectFields, notBefore } = parseCertificate(c.der)
  return {
    ...nameOf(c),
    use: c.use,
    profile: c.profile,
    subject: nameText(subjectFields),
    state: stateOf(c, at),
    notBefore: notBefore.toISOString(),
    notAfter: c.notAfter.toISOString(),
    ...(c.applicationId === undefined ? {} : { application: c.applicationId }),
    ...(c.revocation === undefined
      ? {}
      : { revokedAt: c.revocation.at.toISOString(), reasonCode: c.revocation.reasonCode }),
    ...(c.supersededAt === undefined ? {} : { supersededAt: c.supersededAt.toISOString() }),
  }
}

export const applicationView = (a: CertificateApplication): object => ({
  id: a.id,
  status: a.status,
  holder: a.holderClass,
  dual: a.dual,
  ...(a.unit === undefined ? {} : { unit: a.unit }),
  appliedAt: a.appliedAt.toISOString(),
  expiresAt: a.expiresAt.toISOString(),
  ...(a.reason === undefined ? {} : { reason: a.reason }),
  ...(a.replaces === undefined ? {} : { replaces: nameOf(a.replaces) }),
  ...(a.signing === undefined ? {} : { signing: nameOf(a.signing) }),
  ...(a.encryption === undefined ? {} : { encryption: nameOf(a.encryption) }),
})

/** Who it is, for officers. */
export const holderView = async ({ identity }: EnrolmentDeps, holder: CertificateHolder): Promise<object> => {
  if (holder.kind === 'person') {
    const person = await identity.store.persons.find(holder.personId)
    return {
      kind: 'person',
      id: holder.personId,
      name: person?.name,
      proofing: person?.proofing,
      status: person?.status,
    }
  }
  const entity = await identity.store.entities.find(holder.entityId)
  return { kind: 'entity', id: holder.entityId, name: entity?.name, uscc: entity?.uscc, status: entity?.status }
}

const actView = (act: ProposedAct): object => {
  if (act.kind === 'issue') return { kind: act.kind, application: act.applicationId }
  const certificate = nameOf(act)
  if (act.kind === 'revoke') return { kind: act.kind, certificate, revocationReason: act.revocationReason }
  if (act.kind !== 'recover') return { kind: act.kind, certificate }
  const { recipient } = act
  return recipient.kind === 'holder'
    ? { kind: act.kind, certificate, recipient: { kind: 'holder', certificate: nameOf(recipient) } }
    : {
        kind: act.kind,
        certificate,
        recipient: { kind: 'order', order: recipient.order, publicKey: toBase64(recipient.publicKey) },
      }
}

/** Officers by their person ids: pages show names. */
export const proposalView = (p: Proposal): object => ({
  id: p.id,
  act: actView(p.act),
  reason: p.reason,
  status: p.status,
  proposedBy: p.proposedBy,
  proposedAt: p.proposedAt.toISOString(),
  expiresAt: p.expiresAt.toISOString(),
  ...(p.decision === undefined
    ? {}
    : { decidedBy: p.decision.by, decidedAt: p.decision.at.toISOString(), decisionReason: p.decision.reason }),
})
