/** The trust folder of a world, published by the service's own publisher. */
import type { CeremonyResult } from '../../keys/ceremony.ts'
import type { KeyStore } from '../../src/crypto/index.ts'
import { nodeCrypto } from '../../src/crypto/node.ts'
import type { LicenceDeps } from '../../src/licence/index.ts'
import { licenceSnapshotEntries } from '../../src/licence/index.ts'
import type { HierarchyCertificate, PkiDeps } from '../../src/pki/index.ts'
import { currentCrl } from '../../src/pki/index.ts'
import type { SealDeps } from '../../src/seal/index.ts'
import { sealStatusSnapshot } from '../../src/seal/index.ts'
import type { TrustPublisher } from '../../src/verification/index.ts'
import { makeTrustPublisher } from '../../src/verification/index.ts'

interface Sources {
  readonly keys: KeyStore
  readonly ceremony: CeremonyResult
  readonly pki: PkiDeps
  readonly seals: SealDeps
  readonly licences: LicenceDeps
  readonly publicUrl: string
}

const chainOf = (certificates: readonly HierarchyCertificate[], id: string): Uint8Array[] => {
  const own = certificates.find((c) => c.id === id)
  if (own === undefined) throw new TypeError(`the ceremony made no ${id}`)
  return own.issuerId === own.id ? [] : [own.der, ...chainOf(certificates, own.issuerId)]
}

export const publisherOf = ({ keys, ceremony, pki, seals, licences, publicUrl }: Sources): TrustPublisher => {
  const { certificates } = ceremony
  const cas = new Set(pki.authorities.map((a) => a.id))
  return makeTrustPublisher({
    sources: {
      anchors: certificates.filter((c) => c.id === c.issuerId),
      intermediates: certificates.filter((c) => cas.has(c.id) && c.id !== c.issuerId),
      crls: () => Promise.all(pki.authorities.map(async ({ id }) => ({ id, der: (await currentCrl(pki, id)).der }))),
      entries: { seal: () => sealStatusSnapshot(seals), licence: () => licenceSnapshotEntries(licences) },
      signers: () =>
        Promise.all(
          ['status-sm2', 'status-p256'].map(async (id) => ({
            signer: await keys.signer(id),
            chain: chainOf(certificates, id),
          })),
        ),
    },
    crypto: nodeCrypto,
    clock: pki.clock,
    work: pki.work,
    audit: pki.audit,
    publicUrl,
  })
}
