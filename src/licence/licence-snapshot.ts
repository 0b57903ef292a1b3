/**
 * What the public status list says of licences: a timeline and a digest of the metadata. The digest is salted with random bytes
 * that only the file itself carries, so that nobody can guess a holder's number from the list.
 */
import { toHex, utf8, fromHex } from '../../standards/bytes.ts'
import type { LicenceMetadata } from '../../standards/gbt-36903-licence-metadata/index.ts'
import type { Digests } from '../../standards/ports.ts'
import { canonicalJson } from '../kernel/index.ts'
import type { LicenceDeps } from './ports.ts'

/** SM3 over salt ‖ canonical JSON of the metadata, in hex. */
export const metadataDigest = (digests: Digests, metadata: LicenceMetadata, salt: string): string =>
  toHex(
    digests.digest('sm3', fromHex(salt), utf8(canonicalJson({ ...metadata, extensions: { ...metadata.extensions } }))),
  )

export interface SnapshotEntry {
  readonly id: string
  readonly timeline: readonly { readonly status: string; readonly from: Date }[]
  readonly digest: string
}

export const licenceSnapshotEntries = async ({
  store,
  digests,
}: Pick<LicenceDeps, 'store' | 'digests'>): Promise<SnapshotEntry[]> =>
  (await store.allForSnapshot()).map(({ licence, timeline }) => ({
    id: licence.licenceId,
    timeline: timeline.map((t) => ({ status: t.status, from: t.at })),
    digest: metadataDigest(digests, licence.metadata, licence.salt),
  }))
