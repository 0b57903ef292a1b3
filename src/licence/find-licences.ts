/** Reading the register: by id, by holder, by issuer; the file; and drafts that a crash left behind. */
import { TrustError } from '../errors.ts'
import type { Licence, StatusChange } from './licence.ts'
import { requireDocument } from './issue-licence.ts'
import type { LicenceDeps } from './ports.ts'

type Deps = Pick<LicenceDeps, 'store' | 'documents'>

export interface LicenceWithHistory {
  readonly licence: Licence
  readonly timeline: readonly StatusChange[]
}

/** By our id or the licence identifier. @throws TrustError LICENCE_NOT_FOUND */
export const findLicence = async ({ store }: Pick<LicenceDeps, 'store'>, id: string): Promise<LicenceWithHistory> => {
  const licence = id.includes('.') ? await store.findByLicenceId(id) : await store.find(id)
  if (licence === undefined || licence.status === 'draft') throw new TrustError('LICENCE_NOT_FOUND', 'no such licence')
  return { licence, timeline: await store.timeline(licence.id) }
}

const LISTED = 200

export const findLicences = (
  { store }: Pick<LicenceDeps, 'store'>,
  by: { readonly holderCode: string } | { readonly issuerId: string },
): Promise<readonly Licence[]> =>
  'holderCode' in by ? store.findByHolder(by.holderCode) : store.findByIssuer(by.issuerId, LISTED)

/** The sealed OFD as it was handed out. @throws TrustError LICENCE_NOT_FOUND */
export const licenceFile = (deps: Deps, licence: Licence): Promise<Uint8Array> => {
  if (licence.documentId === undefined) throw new TrustError('LICENCE_NOT_FOUND', 'no such licence')
  return requireDocument(deps, licence.documentId)
}

/** Drafts older than ten minutes: begun and never finished. */
export const sweepLicenceDrafts = ({
  store,
  clock,
}: Pick<LicenceDeps, 'store' | 'clock'>): Promise<readonly Licence[]> =>
  store.draftsBefore(new Date(clock.now().getTime() - 600_000))
