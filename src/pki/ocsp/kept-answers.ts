/** Signed answers by certificate: dropped together when its status changes, forgotten oldest first. One certificate is asked about in few ways. */
import { makeBoundedCache } from '../../crypto/node.ts'
import type { OcspReply } from './ports.ts'

/** About a kilobyte each. */
const CERTIFICATES = 20_000
/** Five digests, parameters absent or NULL. */
const WAYS = 10

export interface KeptAnswer extends OcspReply {
  readonly cacheable: NonNullable<OcspReply['cacheable']>
}

export interface KeptAnswers {
  /** @param question the CertID in hex */
  find(about: string, question: string): KeptAnswer | undefined
  keep(about: string, question: string, answer: KeptAnswer): void
  drop(about: string): void
}

export const makeKeptAnswers = (): KeptAnswers => {
  const byCertificate = makeBoundedCache<Map<string, KeptAnswer>>(CERTIFICATES)
  return {
    find: (about, question) => byCertificate.get(about)?.get(question),
    keep: (about, question, answer) => {
      const ways = byCertificate.get(about) ?? new Map<string, KeptAnswer>()
      if (ways.size >= WAYS && !ways.has(question)) ways.clear()
      ways.set(question, answer)
      byCertificate.set(about, ways)
    },
    drop: (about) => byCertificate.delete(about),
  }
}
