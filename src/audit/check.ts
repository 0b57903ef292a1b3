/** Recomputes every digest and link. Finds changed, missing and inserted rows, and says how many wait to be chained. */
import type { Digests } from '../../standards/ports.ts'
import { equalBytes } from '../../standards/bytes.ts'
import { digestEvent } from './record.ts'
import { GENESIS, chainHash } from './sequencer.ts'
import type { AuditStore } from './ports.ts'

export interface AuditCheck {
  readonly intact: boolean
  readonly rows: number
  readonly unsequenced: number
  /** First row that does not follow. */
  readonly brokenAt?: { readonly seq: number; readonly what: 'gap' | 'link' | 'content' }
}

const PAGE = 1_000

export const checkAudit = async (store: AuditStore, digests: Digests): Promise<AuditCheck> => {
  let seq = 0
  let prevHash = GENESIS
  for (;;) {
    const rows = await store.page(seq, PAGE)
    for (const row of rows) {
      const broken = (what: 'gap' | 'link' | 'content'): Promise<AuditCheck> => brokenCheck(store, row.seq, what, seq)
      if (row.seq !== seq + 1) return broken('gap')
      if (!equalBytes(digestEvent(digests, row.event), row.digest)) return broken('content')
      if (
        !equalBytes(row.prevHash, prevHash) ||
        !equalBytes(row.hash, chainHash(digests, prevHash, row.seq, row.digest))
      )
        return broken('link')
      seq = row.seq
      prevHash = row.hash
    }
    if (rows.length < PAGE) return { intact: true, rows: seq, unsequenced: await store.countUnsequenced() }
  }
}

const brokenCheck = async (
  store: AuditStore,
  at: number,
  what: 'gap' | 'link' | 'content',
  rows: number,
): Promise<AuditCheck> => ({
  intact: false,
  rows,
  unsequenced: await store.countUnsequenced(),
  brokenAt: { seq: at, what },
})
