/** Wires the published trust folder: our anchors, lists and statuses, and what is trusted of other regions. */
import { fileURLToPath } from 'node:url'
import { readTrustFolder } from './cli/offline.ts'
import { nodeCrypto } from './crypto/node.ts'
import type { LicenceDeps } from './licence/index.ts'
import { licenceSnapshotEntries } from './licence/index.ts'
import type { PkiDeps } from './pki/index.ts'
import { newestCrl } from './pki/index.ts'
import type { SealDeps } from './seal/index.ts'
import { sealStatusSnapshot } from './seal/index.ts'
import type { TrustFiles, TrustPublisher } from './verification/index.ts'
import { makeTrustPublisher } from './verification/index.ts'
import type { AssemblyInput, Base } from './assemble-base.ts'
import type { PkiParts } from './assemble-pki.ts'
import { statusSigners } from './assemble-pki.ts'
const OTHER_REGIONS = fileURLToPath(new URL('../keys/trust', import.meta.url))
const READ_AGAIN_MS = 60_000

/** Anchors and lists of other regions, read again every minute; while the folder cannot be read, what was read last holds. */
export const otherRegions = async ({ config, clock, logger }: AssemblyInput): Promise<() => Promise<TrustFiles>> => {
  const folder = config.trustFolder ?? OTHER_REGIONS
  let files = await readTrustFolder(folder)
  let readAt = clock.now().getTime()
  return async () => {
    if (clock.now().getTime() - readAt < READ_AGAIN_MS) return files
    readAt = clock.now().getTime()
    try {
      files = await readTrustFolder(folder)
    } catch (error) {
      logger.warn('trust.other-regions-unread', { error: error instanceof Error ? error.name : 'unknown' })
    }
    return files
  }
}

export const makeTrust = (
  { publicUrl, clock, logger }: AssemblyInput,
  base: Base,
  parts: PkiParts &
    Pick<LicenceDeps, 'store'> & { readonly sealStore: SealDeps['store']; readonly others: () => Promise<TrustFiles> },
): TrustPublisher => {
  const { pki } = parts
  const named = (a: PkiDeps['authorities'][number]) => ({ id: a.id, der: a.certificate.der })
  return makeTrustPublisher({
    crypto: base.crypto,
    clock,
    work: base.work,
    audit: base.audit,
    publicUrl,
    onStale: (error) => logger.warn('trust.stale', { error: error instanceof Error ? error.name : 'unknown' }),
    sources: {
      others: parts.others,
      anchors: pki.authorities.filter((a) => a.above.length === 0).map(named),
      intermediates: pki.authorities.filter((a) => a.above.length > 0).map(named),
      crls: () => Promise.all(pki.authorities.map(async ({ id }) => ({ id, der: await newestCrl(pki, id) }))),
      entries: {
        seal: () => sealStatusSnapshot({ store: parts.sealStore }),
        licence: () => licenceSnapshotEntries({ store: parts.store, digests: nodeCrypto }),
      },
      signers: statusSigners(parts),
    },
  })
}
