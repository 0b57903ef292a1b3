/**
 * What a register says of a holder, done to its certificates in the same transaction: deregistered and revoked entities and people who
 * have died have theirs on hold at once, and nothing of theirs is issued any more. Coming back is for two officers.
 */
import type { Actor } from '../../audit/index.ts'
import type { Reaction } from '../../identity/index.ts'
import type { Tx } from '../../kernel/index.ts'
import { ON_HOLD } from '../suspend-certificate.ts'
import { changePair } from './change-pair.ts'
import type { CertificateHolder } from './holder.ts'
import type { EnrolmentDeps } from './ports.ts'

const SYSTEM: Actor = { kind: 'system', id: 'register' }

type Deps = Pick<EnrolmentDeps, 'pki' | 'store'>

const endApplications = async ({ pki, store }: Deps, tx: Tx, holder: CertificateHolder, reason: string) => {
  for (const { id, status } of await store.applications.waitingOf(holder, tx)) {
    const change = { from: status, to: 'rejected', at: pki.clock.now(), reason } as const
    if (!(await store.applications.change(tx, id, change))) continue
    const object = { kind: 'certificate-application', id }
    await pki.audit.record(tx, { action: 'enrolment.given-up', actor: SYSTEM, object, detail: { code: reason } })
  }
}

const suspendAll = async (deps: Deps, tx: Tx, holder: CertificateHolder, reason: string): Promise<void> => {
  await deps.store.lockHolder(tx, holder)
  await endApplications(deps, tx, holder, reason)
  for (const certificate of await deps.store.held.ofHolder(holder, tx)) {
    const { revocation } = certificate
    if (revocation !== undefined && revocation.reasonCode !== ON_HOLD) continue
    // Those that the holder suspended too: only two officers may release them from now on.
    const change = { kind: 'suspend', origin: 'register', reason } as const
    await changePair(deps, tx, { certificate, change, actor: SYSTEM })
  }
}

export const makeCertificateReactions = (deps: Deps): Pick<Reaction, 'entityChanged' | 'personChanged'> => ({
  entityChanged: async (tx, { entityId, change }) => {
    if (change === 'deregistered' || change === 'revoked')
      await suspendAll(deps, tx, { kind: 'entity', entityId }, 'ENTITY_NOT_ACTIVE')
  },
  personChanged: async (tx, { personId, change }) => {
    if (change === 'deceased') await suspendAll(deps, tx, { kind: 'person', personId }, 'PERSON_DECEASED')
  },
})
