/** A licence (电子证照) and its life: draft → valid ⇄ suspended, then revoked or superseded for good. Expiry is a matter of dates. */
import type { LicenceMetadata } from '../../standards/gbt-36903-licence-metadata/index.ts'
import { TrustError } from '../errors.ts'

export type LicenceStatus = 'draft' | 'valid' | 'suspended' | 'revoked'

export interface LicenceHolder {
  readonly kind: 'person' | 'entity'
  readonly name: string
  /** USCC or citizen ID number. */
  readonly code: string
}

export interface Licence {
  readonly id: string
  /** GB/T 36904. */
  readonly licenceId: string
  readonly typeCode: string
  readonly issuerId: string
  readonly sealId: string
  readonly number: string
  readonly version: number
  readonly holder: LicenceHolder
  readonly metadata: LicenceMetadata
  /** 16 random bytes in hex, in the file too: makes the digest in public status lists unguessable. */
  readonly salt: string
  readonly status: LicenceStatus
  /** 办件编号: the case that this licence results from; repeated requests of one case give one licence. */
  readonly caseNumber: string
  /** SM3 of the request, in hex: the same case with other content is a conflict. */
  readonly requestDigest: string
  /** In the document store; undefined while draft. */
  readonly documentId?: string
  readonly createdAt: Date
}

export interface StatusChange {
  readonly licenceId: string
  readonly status: Exclude<LicenceStatus, 'draft'>
  readonly at: Date
  readonly reason: string
}

const NEXT: Readonly<Record<LicenceStatus, readonly LicenceStatus[]>> = {
  draft: ['valid'],
  valid: ['suspended', 'revoked'],
  suspended: ['valid', 'revoked'],
  revoked: [],
}

/** @throws TrustError LICENCE_STATE */
export const requireTransition = (from: LicenceStatus, to: LicenceStatus): void => {
  if (!NEXT[from].includes(to)) throw new TrustError('LICENCE_STATE', `a ${from} licence cannot become ${to}`)
}
