/** Wires the CA: ceremony, key store, authorities, register, and who signs status lists. Refuses another hierarchy than the database's. */
import { join } from 'node:path'
import { openCrlShelf } from '../adapters/crl-shelf/index.ts'
import type { Db } from '../adapters/postgres/db.ts'
import { isCeremonyRecorded } from '../adapters/postgres/is-ceremony-recorded.ts'
import { makePkiStore } from '../adapters/postgres/pki-store.ts'
import { openCeremonyFolder } from '../keys/ceremony-folder.ts'
import { readTranscripts, requireGenuine } from '../keys/ceremony-transcript.ts'
import type { CeremonyShelf } from '../keys/ceremony.ts'
import { runCeremony } from '../keys/ceremony.ts'
import { standardHierarchy } from '../keys/hierarchy.ts'
import { toHex, utf8 } from '../standards/bytes.ts'
import type { JwsSigner } from './crypto/index.ts'
import { nodeCrypto } from './crypto/node.ts'
import { TrustError } from './errors.ts'
import { systemRandom } from './kernel/index.ts'
import type { HierarchyCertificate, PkiDeps } from './pki/index.ts'
import { makeAuthorities, recordCeremony, standardProfiles, trustChain } from './pki/index.ts'
import type { AssemblyInput, Base } from './assemble-base.ts'
import { HIERARCHY } from './assemble-base.ts'
/** One database, one hierarchy: keys under another XINYIN_DATA would sign what verifiers of this service do not trust. */
const requireCeremony = async (input: AssemblyInput, { secrets }: Base, shelf: CeremonyShelf): Promise<void> => {
  if ((await shelf.read('transcript.json')) !== undefined) return
  if (input.config.production && input.setUp !== true)
    throw new TrustError('CONFIG_INVALID', 'there are no keys in XINYIN_DATA: run `xinyin bootstrap` first')
  if ((await secrets.find(HIERARCHY)) !== undefined) throw otherHierarchy()
}

const requireSameHierarchy = async (
  { secrets }: Base,
  certificates: readonly HierarchyCertificate[],
): Promise<void> => {
  const roots = certificates.filter((c) => c.id === c.issuerId).map((c) => toHex(nodeCrypto.digest('sm3', c.der)))
  if ((await secrets.get(HIERARCHY, () => roots.join(' '))) !== roots.join(' ')) throw otherHierarchy()
}

const otherHierarchy = (): TrustError =>
  new TrustError('CONFIG_INVALID', 'this database was set up with other keys than those in XINYIN_DATA')

/** Transcripts enter the audit by their digest, when the database is there: a ceremony needs none. */
const recordTranscripts = async (db: Db, { work, audit }: Base, shelf: CeremonyShelf): Promise<void> => {
  for (const transcript of await readTranscripts(shelf)) {
    await requireGenuine({ shelf, crypto: nodeCrypto }, transcript)
    const { text, session, steps } = transcript
    const id = toHex(nodeCrypto.digest('sm3', utf8(text)))
    if (await isCeremonyRecorded(db, id)) continue
    const witnessed = { script: session?.script ?? '', custodians: session?.custodians.length ?? 0 }
    const detail = { ...witnessed, threshold: session?.threshold ?? 0, certificates: steps.length }
    const object = { kind: 'ceremony', id }
    await work.run((tx) =>
      audit.record(tx, { action: 'ceremony.recorded', actor: { kind: 'system', id: 'ceremony' }, object, detail }),
    )
  }
}

/** Development runs the ceremony by itself; production finds what one made, checks every key against it, and makes nothing. */
export const makePki = async (input: AssemblyInput, db: Db, base: Base) => {
  const { folder, publicUrl, clock } = input
  const shelf = openCeremonyFolder(join(folder.path, 'ceremony'))
  await requireCeremony(input, base, shelf)
  const { keyStore } = base.custody
  const profiles = standardProfiles
  const ceremony = await runCeremony({
    keyStore,
    shelf,
    hierarchy: standardHierarchy,
    profiles,
    crypto: nodeCrypto,
    clock,
    random: systemRandom,
    publicUrl,
    readOnly: input.config.production && input.setUp !== true,
  })
  await requireSameHierarchy(base, ceremony.certificates)
  const authorities = makeAuthorities({ certificates: ceremony.certificates, keyStore, publicUrl })
  const { work, audit, ids } = base
  const pki: PkiDeps = {
    work,
    store: makePkiStore(db),
    shelf: openCrlShelf(join(folder.path, 'crl')),
    audit,
    authorities,
    profiles,
    crypto: nodeCrypto,
    clock,
    ids,
    random: systemRandom,
  }
  await recordCeremony(pki, ceremony.certificates)
  await recordTranscripts(db, base, shelf)
  return { pki, keyStore, certificates: ceremony.certificates }
}

export const certificateOf = (certificates: readonly HierarchyCertificate[], id: string): Uint8Array => {
  const found = certificates.find((c) => c.id === id)
  if (found === undefined) throw new TrustError('CHAIN_INVALID', `the hierarchy has no ${id}`)
  return found.der
}

/** The issuing CA, its root left out: anchors are the verifier's business. */
export const chainOf = (pki: PkiDeps, issuerId: string): readonly Uint8Array[] =>
  trustChain(pki, issuerId)
    .slice(0, -1)
    .map((c) => c.der)

/** Who signs what this service states about others: status lists, receipts of sign-outs. */
export const statusSigners =
  ({ pki, certificates, keyStore }: Awaited<ReturnType<typeof makePki>>) =>
  async (): Promise<readonly JwsSigner[]> => {
    const signer = async (id: string, issuer: string) => {
      const above = trustChain(pki, issuer).map((c) => c.der)
      return { signer: await keyStore.signer(id), chain: [certificateOf(certificates, id), ...above] }
    }
    return [await signer('status-sm2', 'infra-ca-sm2'), await signer('status-p256', 'infra-ca-p256')]
  }

export type PkiParts = Awaited<ReturnType<typeof makePki>>
