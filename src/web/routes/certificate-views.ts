/** Certificates and applications as the pages show them, for holders and for officers. Numbers of people are nowhere in them. */
import { toHex } from '../../../standards/bytes.ts'
import { nameText, parseCertificate, publicKeyKind } from '../../../standards/rfc5280-x509/index.ts'
import { certificateStateOf } from '../../http/index.ts'
import { findProvenEntity, findProvenPerson } from '../../identity/index.ts'
import type { CertificateApplication, CertificateHolder, HeldCertificate, Proposal } from '../../pki/enrolment/index.ts'
import {
  findApplication,
  findCertificateHistory,
  findDeliveries,
  findHeldCertificate,
} from '../../pki/enrolment/index.ts'
import type { CertificateApplicationDetail, CertificateLink } from '../pages/ca-application.ts'
import type { CertificateApplicationLine, CertificateLine } from '../pages/ca-frame.ts'
import type { CertificateDetail, CertificateStep } from '../pages/certificate-facts.ts'
import { paths } from '../paths.ts'
import type { CertificateAddress } from '../paths.ts'
import { actName, profileName, useName } from '../words/certificates.ts'
import { namesOf } from './names.ts'
import type { PageDeps } from './page-deps.ts'

export interface HolderFacts {
  readonly name: string
  /** Social credit code. */
  readonly code?: string
  /** Level of a person. */
  readonly proofing?: string
  /** Of an organisation. */
  readonly legalRepresentativeId?: string
}

const factsOf = async ({ identity }: PageDeps, holder: CertificateHolder): Promise<HolderFacts> => {
  if (holder.kind === 'person') {
    const found = await findProvenPerson(identity, holder.personId)
    return found === undefined ? { name: '' } : { name: found.person.name, proofing: found.person.proofing }
  }
  const entity = (await findProvenEntity(identity, holder.entityId))?.entity
  if (entity === undefined) return { name: '' }
  const { name, uscc, legalRepresentativeId } = entity
  return { name, code: uscc, ...(legalRepresentativeId === undefined ? {} : { legalRepresentativeId }) }
}

const keyOf = (holder: CertificateHolder): string => (holder.kind === 'person' ? holder.personId : holder.entityId)

/** Asks for each once. */
export const holdersOf = async (
  deps: PageDeps,
  holders: readonly CertificateHolder[],
): Promise<(holder: CertificateHolder) => HolderFacts> => {
  const known = new Map<string, HolderFacts>()
  for (const holder of holders) if (!known.has(keyOf(holder))) known.set(keyOf(holder), await factsOf(deps, holder))
  return (holder) => known.get(keyOf(holder)) ?? { name: '' }
}

const lineOf = (c: HeldCertificate, { name }: HolderFacts, at: Date): CertificateLine => ({
  issuerId: c.issuerId,
  serialHex: c.serialHex,
  holder: name,
  profile: c.profile,
  state: certificateStateOf(c, at),
  issuedAt: c.issuedAt,
  notAfter: c.notAfter,
})

export const certificateLines = async (
  deps: PageDeps,
  found: readonly HeldCertificate[],
): Promise<readonly CertificateLine[]> => {
  const at = deps.clock.now()
  const holder = await holdersOf(
    deps,
    found.map((c) => c.holder),
  )
  return found.map((c) => lineOf(c, holder(c.holder), at))
}

const signingProfile = ({ holderClass }: CertificateApplication): string => `${holderClass}-signing`

export const applicationLines = async (
  deps: PageDeps,
  found: readonly CertificateApplication[],
): Promise<readonly CertificateApplicationLine[]> => {
  const holder = await holdersOf(
    deps,
    found.map((a) => a.holder),
  )
  const applicant = await namesOf(
    deps,
    found.map((a) => a.appliedBy),
  )
  return found.map((a) => ({
    id: a.id,
    holder: holder(a.holder).name,
    profile: signingProfile(a),
    dual: a.dual,
    renewal: a.replaces !== undefined,
    applicant: applicant(a.appliedBy),
    at: a.appliedAt,
    status: a.status,
  }))
}

type HrefOf = (name: CertificateAddress) => string

const linksOf = (a: CertificateApplication, hrefOf: HrefOf): readonly CertificateLink[] => {
  const links: readonly (readonly [string, CertificateAddress | undefined])[] = [
    ['签名证书', a.signing],
    ['加密证书', a.encryption],
    ['原来的证书', a.replaces],
  ]
  return links.flatMap(([label, name]) => (name === undefined ? [] : [{ label, href: hrefOf(name) }]))
}

export const applicationDetail = async (
  deps: PageDeps,
  a: CertificateApplication,
  hrefOf: HrefOf,
): Promise<CertificateApplicationDetail> => {
  const [line] = await applicationLines(deps, [a])
  const { code, proofing } = await factsOf(deps, a.holder)
  return {
    ...(line as CertificateApplicationLine),
    keyKind: publicKeyKind(a.publicKey) ?? '',
    keyDigest: toHex(deps.crypto.digest('sm3', a.publicKey)),
    expiresAt: a.expiresAt,
    certificates: linksOf(a, hrefOf),
    ...(code === undefined ? {} : { holderCode: code }),
    ...(proofing === undefined ? {} : { proofing }),
    ...(a.unit === undefined ? {} : { unit: a.unit }),
    ...(a.reason === undefined ? {} : { reason: a.reason }),
  }
}

const proposalSteps = async (deps: PageDeps, proposals: readonly Proposal[]): Promise<readonly CertificateStep[]> => {
  const agent = (p: Proposal) => ({ kind: 'person', personId: p.proposedBy }) as const
  const who = await namesOf(deps, proposals.map(agent))
  return proposals.map((p) => ({
    what: 'proposed',
    at: p.proposedAt,
    text: p.reason,
    who: who(agent(p)),
    proposal: { label: actName(p.act.kind), href: paths.caProposal(p.id) },
  }))
}

const stepsOf = async (
  deps: PageDeps,
  c: HeldCertificate,
  proposals: readonly Proposal[],
): Promise<readonly CertificateStep[]> => {
  const changes = await findCertificateHistory(deps.enrolment, c)
  const deliveries = c.use === 'encryption' ? await findDeliveries(deps.enrolment, c) : []
  const steps: readonly CertificateStep[] = [
    ...changes.map(({ change, at, reasonCode, hold }) => ({
      ...{ what: change, at, reasonCode },
      ...(hold === undefined ? {} : { origin: hold.origin }),
      ...(hold?.reason === undefined ? {} : { text: hold.reason }),
    })),
    ...(await proposalSteps(deps, proposals)),
    ...deliveries.map(({ at, occasion }) => ({
      what: occasion === 'issue' ? ('delivered' as const) : ('recovered' as const),
      at,
    })),
    ...(c.supersededAt === undefined ? [] : [{ what: 'superseded' as const, at: c.supersededAt }]),
    { what: 'issued', at: c.issuedAt },
  ]
  return steps.toSorted((a, b) => b.at.getTime() - a.at.getTime())
}

/** The other certificate that the same application made. */
const partnerOf = async (deps: PageDeps, c: HeldCertificate): Promise<HeldCertificate | undefined> => {
  if (c.applicationId === undefined) return undefined
  const application = await findApplication(deps.enrolment, c.applicationId)
  const other = c.use === 'signing' ? application?.encryption : application?.signing
  return other === undefined ? undefined : findHeldCertificate(deps.enrolment, other)
}

export interface DetailLinks {
  readonly certificate: HrefOf
  readonly application: (id: string) => string
  /** Shown to officers only. */
  readonly proposals: readonly Proposal[]
}

export const certificateDetail = async (
  deps: PageDeps,
  c: HeldCertificate,
  { certificate, application, proposals }: DetailLinks,
): Promise<CertificateDetail> => {
  const parsed = parseCertificate(c.der)
  const pair = await partnerOf(deps, c)
  return {
    ...lineOf(c, await factsOf(deps, c.holder), deps.clock.now()),
    subject: nameText(parsed.subjectFields),
    issuer: nameText(parsed.issuerFields),
    notBefore: parsed.notBefore,
    keyKind: publicKeyKind(c.publicKey) ?? '',
    steps: await stepsOf(deps, c, proposals),
    ...(pair === undefined
      ? {}
      : { pair: { label: `${useName(pair.use)}（${profileName(pair.profile)}）`, href: certificate(pair) } }),
    ...(c.applicationId === undefined ? {} : { application: { label: '看申请', href: application(c.applicationId) } }),
  }
}
