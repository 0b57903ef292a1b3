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

/** `INTERNAL`: no refusal of ours. */
export type SweepFailure = TrustErrorCode | 'INTERNAL'

export interface EnrolmentSweep {
  readonly expired: number
  readonly issued: number
  readonly rejected: number
  readonly superseded: number
  /** Of what is still to be made or revoked: tried again, later each time. */
  readonly failed: readonly SweepFailure[]
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
  'CERTIFICATE_KEY_REFUSED',
  'CERTIFICATE_RENEWAL_REFUSED',
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

const codeOf = (error: unknown): SweepFailure => (isTrustError(error) ? error.code : 'INTERNAL')

/** What came of one application: its certificates, its end, or a code and another try later. */
const finishOne = async (deps: EnrolmentDeps, id: string): Promise<'issued' | 'rejected' | SweepFailure> => {
  try {
    await issueApplication(deps, id)
    return 'issued'
  } catch (error) {
    const code = codeOf(error)
    if (code !== 'INTERNAL' && HOPELESS.has(code)) {
      await giveUp(deps, id, code)
      return 'rejected'
    }
    await deps.pki.work.run((tx) => deps.store.applications.postpone(tx, id, deps.pki.clock.now()))
    return code
  }
}

const finish = async (deps: EnrolmentDeps) => {
  const at = deps.pki.clock.now()
  const found = { issued: 0, rejected: 0, failed: [] as SweepFailure[] }
  const approvedBefore = new Date(at.getTime() - PATIENCE)
  for (const id of await deps.store.applications.unclaimed({ at, approvedBefore })) {
    const outcome = await finishOne(deps, id).catch(codeOf)
    if (outcome === 'issued' || outcome === 'rejected') found[outcome]++
    else found.failed.push(outcome)
  }
  return found
}

const supersede = async ({ pki, store }: EnrolmentDeps) => {
  const found = { superseded: 0, failed: [] as SweepFailure[] }
  for (const name of await store.held.superseded(pki.clock.now())) {
    try {
      await revokeCertificate(pki, { ...name, reason: 'superseded', actor: SYSTEM })
      found.superseded++
    } catch (error) {
      found.failed.push(codeOf(error))
    }
  }
  return found
}

/** May run in several processes at once. One that fails keeps no other from its turn. */
export const sweepEnrolment = async (deps: EnrolmentDeps): Promise<EnrolmentSweep> => {
  const expired = await expire(deps)
  const { superseded, failed } = await supersede(deps)
  const finished = await finish(deps)
  return { expired, ...finished, superseded, failed: [...failed, ...finished.failed] }
}
