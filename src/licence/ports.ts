/** What licences need: a store, a way to seal a document with the authority's seal, and the register of types. */
import type { Digests } from '../../standards/ports.ts'
import type { AuditTrail } from '../audit/index.ts'
import type { DocumentStore, Placement } from '../document/ports.ts'
import type { Agent, Authority } from '../identity/index.ts'
import type { Clock, Ids, RandomSource, Tx, UnitOfWork } from '../kernel/index.ts'
import type { FaceFont } from './face-font.ts'
import type { Licence, LicenceStatus, StatusChange } from './licence.ts'
import type { LicenceType } from './licence-type.ts'

export interface LicenceStore {
  /** The next number of this database for serials. */
  nextSerial(): Promise<number>
  /** @throws TrustError LICENCE_DUPLICATE when issuer, type, number and version are taken, or the case is */
  insert(tx: Tx, licence: Licence): Promise<void>
  find(id: string, tx?: Tx): Promise<Licence | undefined>
  findByLicenceId(licenceId: string, tx?: Tx): Promise<Licence | undefined>
  findByCase(issuerId: string, caseNumber: string, tx?: Tx): Promise<Licence | undefined>
  /** Issued ones, newest first. */
  findByHolder(code: string): Promise<readonly Licence[]>
  findByIssuer(issuerId: string, limit: number): Promise<readonly Licence[]>
  /** False when the licence is no longer in the status `from`. */
  setStatus(
    tx: Tx,
    id: string,
    change: {
      readonly from: LicenceStatus
      readonly to: LicenceStatus
      readonly documentId?: string
      readonly sealId?: string
    },
  ): Promise<boolean>
  addStatus(tx: Tx, change: StatusChange): Promise<void>
  timeline(licenceId: string): Promise<readonly StatusChange[]>
  /** Every issued licence with its timeline, for the signed snapshot. */
  allForSnapshot(): Promise<readonly { readonly licence: Licence; readonly timeline: readonly StatusChange[] }[]>
  draftsBefore(at: Date): Promise<readonly Licence[]>
}

/** Seals with the authority's seal; refuses as src/seal does. */
export interface SealForLicence {
  /** @throws TrustError SEAL_NOT_FOUND when the seal is not the issuing authority's own */
  seal(request: {
    readonly sealId: string
    readonly issuerId: string
    readonly document: Uint8Array
    readonly placement: Placement
    readonly agent: Agent
    readonly reason: string
  }): Promise<Uint8Array>
}

export interface HolderDirectory {
  /** The registered name under this USCC, when it is registered here. */
  entityName(uscc: string): Promise<string | undefined>
}

export interface IssuerDirectory {
  /** Registered name and USCC of an office. @throws TrustError ENTITY_NOT_FOUND */
  office(entityId: string): Promise<{ readonly name: string; readonly uscc: string }>
}

export interface RequireAuthority {
  (request: {
    readonly entityId: string
    readonly agent: Agent
    readonly function: 'licence.issue' | 'licence.manage' | 'licence.read'
    readonly at: Date
  }): Promise<Authority>
}

export interface LicenceDeps {
  readonly clock: Clock
  readonly ids: Ids
  readonly random: RandomSource
  readonly digests: Digests
  readonly work: UnitOfWork
  readonly audit: AuditTrail
  readonly store: LicenceStore
  readonly documents: DocumentStore
  readonly types: readonly LicenceType[]
  readonly sealing: SealForLicence
  readonly offices: IssuerDirectory
  readonly requireAuthority: RequireAuthority
  readonly font: FaceFont
  /** Printed into the QR code on the face: `<publicUrl>/verify?id=…`. */
  readonly publicUrl: string
}
