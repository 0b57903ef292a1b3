/**
 * The trust folder that this service publishes: its anchors and CAs, their CRLs, signed status lists, and the manifest.
 * A list is signed anew when its entries change or half its time has gone, never per request; what was signed stands in the audit.
 */
import { toHex } from '../../standards/bytes.ts'
import type { CryptoPort } from '../../standards/ports.ts'
import type { AuditTrail } from '../audit/index.ts'
import type { JwsSigner } from '../crypto/index.ts'
import type { Clock, UnitOfWork } from '../kernel/index.ts'
import type { StatusEntry } from '../seal/offline.ts'
import { encodeStatusList, signStatusList } from './status-list.ts'
import type { LoadedTrust, TrustFiles } from './trust-folder.ts'
import { MANIFEST, certificatePem, loadTrust, writeManifest } from './trust-folder.ts'
import { utf8 } from '../../standards/bytes.ts'

type Kind = 'seal' | 'licence'

export interface TrustSources {
  /** Id and DER, e.g. `root-sm2`. */
  readonly anchors: readonly { readonly id: string; readonly der: Uint8Array }[]
  readonly intermediates: readonly { readonly id: string; readonly der: Uint8Array }[]
  /** What is trusted of other regions, as paths of a trust folder: `anchors/…`, `intermediates/…`, `crl/…`. Ours come first. */
  readonly others?: () => Promise<TrustFiles>
  /** The newest CRL of every CA. */
  readonly crls: () => Promise<readonly { readonly id: string; readonly der: Uint8Array }[]>
  readonly entries: Readonly<Record<Kind, () => Promise<readonly StatusEntry[]>>>
  /** The status signer and its twin. */
  readonly signers: () => Promise<readonly JwsSigner[]>
}

export interface TrustPublisherDeps {
  readonly sources: TrustSources
  readonly crypto: CryptoPort
  readonly clock: Clock
  readonly work: UnitOfWork
  readonly audit: AuditTrail
  readonly publicUrl: string
  /** The register could not be asked, and what was signed last is published again. */
  readonly onStale?: (error: unknown) => void
}

export interface TrustPublisher {
  /** As published, manifest included; at most a second old, and not older than a change that was noted. */
  files(): Promise<TrustFiles>
  /** Something that the lists speak of is changing in this process: for half a second nothing is kept, so that its commit is seen. */
  noteChange(): void
  /** The same, loaded: what the service's own verification trusts. */
  loaded(): Promise<LoadedTrust>
}

const LIFETIME_MS = 24 * 3_600_000
const KEEP_MS = 1_000
const SETTLE_MS = 500

interface SignedList {
  readonly digest: string
  readonly signedAt: Date
  readonly text: string
}

export const makeTrustPublisher = (deps: TrustPublisherDeps): TrustPublisher => {
  const lists = new Map<Kind, SignedList>()
  let kept: { readonly at: number; readonly files: Promise<TrustFiles> } | undefined
  let changedAt = -Infinity
  let last: { readonly files: TrustFiles; readonly loaded: LoadedTrust } | undefined

  const list = async (kind: Kind): Promise<Uint8Array> => {
    const before = lists.get(kind)
    try {
      const entries = await deps.sources.entries[kind]()
      const now = deps.clock.now()
      const list = await currentList(deps, { kind, entries, now, ...(before === undefined ? {} : { before }) })
      lists.set(kind, list)
      return utf8(list.text)
    } catch (error) {
      // A verifier judges a list by its own dates; no list at all would take the CRLs beside it away too.
      if (before === undefined || deps.onStale === undefined) throw error
      deps.onStale(error)
      return utf8(before.text)
    }
  }
  const collect = async (): Promise<TrustFiles> => {
    const { anchors, intermediates, crls } = deps.sources
    const others = (await deps.sources.others?.()) ?? new Map<string, Uint8Array>()
    const files = new Map<string, Uint8Array>([
      ...others,
      ...anchors.map((a) => [`anchors/${a.id}.pem`, certificatePem(a.der)] as const),
      ...intermediates.map((a) => [`intermediates/${a.id}.pem`, certificatePem(a.der)] as const),
      ...(await crls()).map((c) => [`crl/${c.id}.crl`, c.der] as const),
      ['status/seals.jws', await list('seal')],
      ['status/licences.jws', await list('licence')],
    ])
    files.set(MANIFEST, utf8(writeManifest(files, deps.crypto, deps.clock.now())))
    return files
  }
  const files = (): Promise<TrustFiles> => {
    const now = deps.clock.now().getTime()
    const settled = kept !== undefined && kept.at > changedAt + SETTLE_MS
    if (kept !== undefined && settled && now - kept.at < KEEP_MS && now >= kept.at) return kept.files
    const collected = collect()
    kept = { at: now, files: collected }
    collected.catch(() => {
      kept = undefined
    })
    return collected
  }
  return {
    files,
    noteChange: () => {
      changedAt = deps.clock.now().getTime()
    },
    loaded: async () => {
      const current = await files()
      if (last?.files !== current) last = { files: current, loaded: loadTrust(current, deps.crypto) }
      return last.loaded
    },
  }
}

interface ListState {
  readonly kind: Kind
  readonly entries: readonly StatusEntry[]
  readonly now: Date
  readonly before?: SignedList
}

const currentList = async (
  deps: TrustPublisherDeps,
  { kind, entries, now, before }: ListState,
): Promise<SignedList> => {
  const epoch = new Date(0)
  const same = { kind, issuer: deps.publicUrl, entries }
  const digest = toHex(
    deps.crypto.digest('sm3', encodeStatusList(deps.crypto, { ...same, issuedAt: epoch, nextUpdate: epoch })),
  )
  const age = before === undefined ? Infinity : now.getTime() - before.signedAt.getTime()
  if (before !== undefined && before.digest === digest && age >= 0 && age < LIFETIME_MS / 2) return before
  await deps.work.run((tx) =>
    deps.audit.record(tx, {
      action: 'status-list.signed',
      actor: { kind: 'system', id: 'trust' },
      object: { kind: 'status-list', id: kind },
      detail: { digest, entries: entries.length },
    }),
  )
  const content = { ...same, issuedAt: now, nextUpdate: new Date(now.getTime() + LIFETIME_MS) }
  return { digest, signedAt: now, text: await signStatusList(deps.crypto, content, await deps.sources.signers()) }
}
