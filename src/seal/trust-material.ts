/** Whom a verifier trusts and what it knows, as data: collected before verification, never during it. */
import type { Certificate, Crl, TrustAnchor } from '../../standards/rfc5280-x509/index.ts'

/** One step of a timeline: from this moment on the status holds, until the next step. */
export interface StatusStep {
  /** `active`, `suspended`, `revoked` for seals; other kinds have their own words. */
  readonly status: string
  readonly from: Date
}

/** A signed list of statuses, its signature already checked by whoever read it. */
export interface StatusSnapshot {
  readonly kind: 'seal' | 'licence'
  readonly issuedAt: Date
  readonly nextUpdate: Date
  /** The whole timeline of this id, oldest first; undefined if the list does not know it. */
  find(id: string): readonly StatusStep[] | undefined
  /** Salted digest of what the register holds under this id, in hex, where the list carries one. */
  digestOf?(id: string): string | undefined
}

export interface TrustMaterial {
  readonly anchors: readonly TrustAnchor[]
  readonly intermediates: readonly Certificate[]
  readonly crls: readonly Crl[]
  readonly statuses: readonly StatusSnapshot[]
}

export interface StatusEntry {
  readonly id: string
  readonly timeline: readonly StatusStep[]
  readonly digest?: string
}

export const makeStatusSnapshot = (
  snapshot: Pick<StatusSnapshot, 'kind' | 'issuedAt' | 'nextUpdate'> & { readonly entries: readonly StatusEntry[] },
): StatusSnapshot => {
  const byId = new Map(snapshot.entries.map((e) => [e.id, e]))
  const { kind, issuedAt, nextUpdate } = snapshot
  return {
    kind,
    issuedAt,
    nextUpdate,
    find: (id) => byId.get(id)?.timeline,
    digestOf: (id) => byId.get(id)?.digest,
  }
}

/** The step that holds at `at`; undefined before the first. Steps of the same moment: the last one. */
export const statusAt = (timeline: readonly StatusStep[], at: Date): StatusStep | undefined =>
  timeline
    .filter((s) => s.from <= at)
    .reduce<StatusStep | undefined>((a, b) => (a && a.from > b.from ? a : b), undefined)
