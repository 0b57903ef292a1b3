/**
 * Applies for a certificate (申请). The key comes from the request and is proven; the name comes from the register. Where policy trusts
 * who applies and how they signed in, the certificate is made at once; otherwise the application waits for two officers.
 */
import { TrustError } from '../../errors.ts'
import type { Agent, AuthenticationStrength } from '../../identity/index.ts'
import { atLeast } from '../../identity/index.ts'
import type { Tx } from '../../kernel/index.ts'
import type { CertificateName } from '../change-status.ts'
import { actorOf } from './actor-of.ts'
import type { CertificateApplication } from './application.ts'
import { isInForce } from './application.ts'
import type { CertificateHolder, KnownHolder } from './holder.ts'
import { holderClass, lockActiveHolder, requireActiveHolder } from './holder.ts'
import { issueApplication } from './issue-application.ts'
import type { EnrolmentDeps } from './ports.ts'
import type { ProvenKey } from './read-request.ts'
import { readRequest } from './read-request.ts'
import { requireHolderAgent } from './require-holder-agent.ts'
import { requireKeyUnused } from './require-key-unused.ts'
import { subjectOf } from './subject-of.ts'
import { requireUnit } from './typed-name.ts'

export interface ApplicationRequest {
  readonly holder: CertificateHolder
  readonly agent: Agent
  /** How they just signed in; a program did not. */
  readonly strength?: AuthenticationStrength
  /** DER PKCS#10. */
  readonly csr: Uint8Array
  /** With an encryption certificate; SM2 only. */
  readonly dual: boolean
  /** Of an organisation only. */
  readonly unit?: string
}

const DAY = 86_400_000

interface Checked extends ApplicationRequest {
  readonly key: ProvenKey
  readonly replaces?: CertificateName
}

/** @throws TrustError INPUT_INVALID, CERTIFICATE_REQUEST_REFUSED, CERTIFICATE_KEY_REFUSED, …, before anything is written */
export const checkApplication = async (deps: EnrolmentDeps, request: ApplicationRequest): Promise<Checked> => {
  const known = await requireActiveHolder(deps, request.holder)
  if (request.unit !== undefined && known.kind === 'person')
    throw new TrustError('INPUT_INVALID', 'people have no organisational unit', { field: 'unit' })
  const unit = request.unit === undefined ? undefined : requireUnit(request.unit, deps.policy.reservedUnits)
  const { keys } = deps.pki.profiles.get(`${holderClass(known)}-signing`)
  const key = readRequest(deps.pki.crypto, request.csr, { keys })
  if (request.dual && key.kind !== 'SM2')
    throw new TrustError('INPUT_INVALID', 'an encryption certificate needs an SM2 signing key', { field: 'dual' })
  subjectOf(deps.cipher, known, unit)
  for (const text of [...key.request.subjectFields.map((f) => f.text), ...(unit === undefined ? [] : [unit])])
    if (await deps.store.isNameOfOther(text, request.holder))
      throw new TrustError('CERTIFICATE_NAME_REFUSED', 'the name of another organisation', { field: 'request' })
  return { ...request, key, ...(unit === undefined ? {} : { unit }) }
}

const requireRoom = async (
  { pki, store, policy }: EnrolmentDeps,
  tx: Tx,
  { holder, known, replaces }: { holder: CertificateHolder; known: KnownHolder; replaces?: CertificateName },
): Promise<void> => {
  const open = (await store.applications.waitingOf(holder, tx)).filter((a) => a.status === 'open')
  const now = pki.clock.now()
  if (open.filter((a) => now < a.expiresAt).length >= policy.openApplications)
    throw new TrustError('CERTIFICATE_LIMIT', 'too many applications wait already')
  if (replaces !== undefined) return
  const held = (await store.held.ofHolder(holder, tx)).filter((c) => c.use === 'signing' && isInForce(c, now))
  if (held.length >= policy.holders[holderClass(known)].certificates)
    throw new TrustError('CERTIFICATE_LIMIT', 'too many certificates are in force')
}

/** Level of the person, strength of the sign-in; a program has neither. @throws TrustError ASSURANCE_TOO_LOW */
const judge = async (
  deps: EnrolmentDeps,
  tx: Tx,
  { known, agent, strength, replaces }: Checked & { readonly known: KnownHolder },
): Promise<'automatic' | 'officers'> => {
  const policy = deps.policy.holders[holderClass(known)]
  if (agent.kind === 'client' || strength === undefined) {
    if (agent.kind === 'person') throw new TrustError('ASSURANCE_TOO_LOW', 'sign in first')
    return 'officers'
  }
  const person = await deps.identity.store.persons.find(agent.personId, tx)
  if (person === undefined) throw new TrustError('PERSON_NOT_FOUND', 'no such person')
  const has = { proofing: person.proofing, strength }
  if (!atLeast(has, policy.minimum)) throw new TrustError('ASSURANCE_TOO_LOW', 'not proven well enough for this')
  const enough = replaces === undefined ? policy.automatic : policy.automaticRenewal
  return enough !== undefined && atLeast(has, enough) ? 'automatic' : 'officers'
}

/** Writes the application down; approved at once where policy says so. */
export const recordApplication = (deps: EnrolmentDeps, checked: Checked): Promise<CertificateApplication> =>
  deps.pki.work.run(async (tx) => {
    const { holder, agent, csr, dual, unit, key, replaces } = checked
    const { pki, store, policy } = deps
    await requireHolderAgent(deps, { holder, agent, tx })
    const known = await lockActiveHolder(deps, tx, holder)
    const decision = await judge(deps, tx, { ...checked, known })
    await requireRoom(deps, tx, { holder, known, ...(replaces === undefined ? {} : { replaces }) })
    await requireKeyUnused(deps, tx, { key, holder, ...(replaces === undefined ? {} : { replaces }) })
    const at = pki.clock.now()
    const application: CertificateApplication = {
      id: pki.ids.next(),
      holder,
      holderClass: holderClass(known),
      appliedBy: agent,
      appliedAt: at,
      expiresAt: new Date(at.getTime() + policy.applicationDays * DAY),
      ...(unit === undefined ? {} : { unit }),
      dual,
      publicKey: key.publicKey,
      csr,
      ...(replaces === undefined ? {} : { replaces }),
      status: decision === 'automatic' ? 'approved' : 'open',
    }
    await store.applications.insert(tx, { ...application, keyDigest: key.keyDigest })
    await pki.audit.record(tx, {
      action: 'enrolment.applied',
      actor: actorOf(agent),
      object: { kind: 'certificate-application', id: application.id },
      detail: { holder: application.holderClass, decision, key: key.kind, renewal: replaces !== undefined },
    })
    return application
  })

/**
 * The application as it stands afterwards: `issued` where nobody else has to decide, else `open`.
 * @throws TrustError INPUT_INVALID, FORBIDDEN, MANDATE_…, ASSURANCE_TOO_LOW, CERTIFICATE_LIMIT, CERTIFICATE_NAME_REFUSED,
 * CERTIFICATE_KEY_REFUSED, CERTIFICATE_POSSESSION_UNPROVEN, CERTIFICATE_REQUEST_REFUSED
 */
export const applyForCertificate = async (
  deps: EnrolmentDeps,
  request: ApplicationRequest,
): Promise<CertificateApplication> => {
  await requireHolderAgent(deps, request)
  const application = await recordApplication(deps, await checkApplication(deps, request))
  return application.status === 'approved' ? issueApplication(deps, application.id) : application
}
