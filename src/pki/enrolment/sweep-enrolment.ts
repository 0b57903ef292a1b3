/**
 * What time does by itself, in any process, every minute: applications and proposals run out, approved applications whose making was
 * cut short are finished, and certificates whose overlap is over are revoked as superseded.
 */
import { isTrustError } from '../../errors.ts'
import type { TrustErrorCode } from '../../errors.ts'
import type { Actor } from '../../audit/index.ts'
import { revokeCertificate } from '../revoke-certificate.ts'
import { issueApplication } from './issue-application.ts'
import type { EnrolmentDeps } from './ports.ts'

export interface EnrolmentSweep {
  readonly expired: number
  readonly issued: number
  readonly rejected: number
  readonly superseded: number
  /** Still to be made; tried again in the next round. */
  readonly failed: readonly TrustErrorCode[]
}

const SYSTEM: Actor = { kind: 'system', id: 'enrolment' }
/** Whoever approved makes the certificates right afterwards; only then is it left to the sweep. */
const PATIENCE = 60_000

/** Trying again changes nothing about these. */
const HOPELESS: ReadonlySet<TrustErrorCode> = new Set([
  'PERSON_NOT_FOUND',
  'PERSON_DECEASED',
  'ENTITY_NOT_FOUND',
  'ENTITY_NOT_ACTIVE',
  'CERTIFICATE_REQUEST_REFUSED',
])

const expire = ({ pki, store }: EnrolmentDeps): Promise<number> =>
  pki.work.run(async (tx) => {
    const at = pki.clock.now()
    const applications = await store.applications.expire(tx, at)
    const proposals = await store.proposals.expire(tx, at)
    const ended = [
      ...applications.map((id) => ({ kind: 'certificate-application', id })),
      ...proposals.map((id) => ({ kind: 'proposal', id })),
    ]
    for (const object of ended) await pki.audit.record(tx, { action: 'enrolment.expired', actor: SYSTEM, object })
    return ended.length
  })

const giveUp = ({ pki, store }: EnrolmentDeps, id: string, code: TrustErrorCode): Promise<void> =>
  pki.work.run(async (tx) => {
    const change = { from: 'approved', to: 'rejected', at: pki.clock.now(), reason: code } as const
    if (!(await store.applications.change(tx, id, change))) return
    const object = { kind: 'certificate-application', id }
    await pki.audit.record(tx, { action: 'enrolment.given-up', actor: SYSTEM, object, detail: { code } })
  })

const finish = async (deps: EnrolmentDeps) => {
  const at = deps.pki.clock.now()
  const found = { issued: 0, rejected: 0, failed: [] as TrustErrorCode[] }
  const approvedBefore = new Date(at.getTime() - PATIENCE)
  for (const id of await deps.store.applications.unclaimed({ at, approvedBefore })) {
    try {
      await issueApplication(deps, id)
      found.issued++
    } catch (error) {
      if (!isTrustError(error)) throw error
      if (HOPELESS.has(error.code)) {
        await giveUp(deps, id, error.code)
        found.rejected++
      } else found.failed.push(error.code)
    }
  }
  return found
}

const supersede = async ({ pki, store }: EnrolmentDeps): Promise<number> => {
  const due = await store.held.superseded(pki.clock.now())
  for (const name of due) await revokeCertificate(pki, { ...name, reason: 'superseded', actor: SYSTEM })
  return due.length
}

/** May run in several processes at once. */
export const sweepEnrolment = async (deps: EnrolmentDeps): Promise<EnrolmentSweep> => {
  const expired = await expire(deps)
  const finished = await finish(deps)
  return { expired, ...finished, superseded: await supersede(deps) }
}
