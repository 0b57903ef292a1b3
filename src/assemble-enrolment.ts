/** Wires enrolment: applications, officers, escrow under the master keys, and what registers do to certificates. Decides nothing. */
import { makeEnrolmentStore } from '../adapters/postgres/enrolment-store.ts'
import { makeEscrowStore } from '../adapters/postgres/escrow-store.ts'
import type { Db } from '../adapters/postgres/db.ts'
import type { AssemblyInput, Base } from './assemble-base.ts'
import type { PkiParts } from './assemble-pki.ts'
import type { IdentityDeps, Reaction } from './identity/index.ts'
import { findEntityByUscc } from './identity/index.ts'
import { systemRandom } from './kernel/index.ts'
import type { EnrolmentDeps, EnrolmentStore } from './pki/enrolment/index.ts'
import { issueForHolder, makeCertificateReactions, standardEnrolmentPolicy } from './pki/enrolment/index.ts'
import { escrowScalars, makeEscrowVault } from './pki/escrow/node.ts'
import type { CertificateIssuer, SealStore } from './seal/index.ts'
import { makeSealReactions } from './seal/index.ts'

export const makeEnrolmentRegister = (db: Db, { cipher }: Pick<Base, 'cipher'>): EnrolmentStore =>
  makeEnrolmentStore(db, cipher)

/** Certificates and seals first: what they hold is held by whoever is told afterwards too. */
export const withCertificatesAndSeals = (
  reaction: Reaction,
  { parts, store, seals }: { readonly parts: PkiParts; readonly store: EnrolmentStore; readonly seals: SealStore },
): Reaction => {
  const certificates = makeCertificateReactions({ pki: parts.pki, store })
  const sealed = makeSealReactions({ store: seals, audit: parts.pki.audit, clock: parts.pki.clock })
  return {
    ...reaction,
    entityChanged: async (tx, event) => {
      await certificates.entityChanged(tx, event)
      await sealed.entityChanged(tx, event)
      await reaction.entityChanged(tx, event)
    },
    personChanged: async (tx, event) => {
      await certificates.personChanged(tx, event)
      await reaction.personChanged(tx, event)
    },
  }
}

export interface EnrolmentParts {
  readonly base: Base
  readonly parts: PkiParts
  readonly identity: IdentityDeps
  readonly store: EnrolmentStore
}

export const makeEnrolment = (
  { config }: AssemblyInput,
  db: Db,
  { base, parts, identity, store }: EnrolmentParts,
): EnrolmentDeps => {
  const uscc = config.caOperatorUscc
  return {
    pki: parts.pki,
    identity,
    store,
    escrow: {
      store: makeEscrowStore(db),
      vault: makeEscrowVault({ ring: base.custody.masterKeys, random: systemRandom }),
      scalars: escrowScalars(),
    },
    policy: standardEnrolmentPolicy,
    cipher: base.cipher,
    operatorEntityId: async () => (uscc === undefined ? undefined : (await findEntityByUscc(identity, uscc))?.id),
  }
}

/** The certificates of seals belong to the organisation of the seal. */
export const sealCertificates = (enrolment: EnrolmentDeps): CertificateIssuer => ({
  issue: ({ entityId, ...request }) => issueForHolder(enrolment, { kind: 'entity', entityId }, request),
})
