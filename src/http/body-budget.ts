/**
 * Memory that bodies of requests may take at once, over all requests, from before they are read until they are answered.
 * A body without a declared length counts as the largest there can be. Beyond the budget: TRY_LATER.
 */
import type { IncomingMessage } from 'node:http'
import { TrustError } from '../errors.ts'
import { MAX_DOCUMENT } from './body.ts'

const BUDGET = 10 * MAX_DOCUMENT

export interface BodyBudget {
  /** Returns the release, to be called once. @throws TrustError TRY_LATER */
  reserve(req: IncomingMessage): () => void
}

const sizeOf = (req: IncomingMessage): number => {
  if (req.headers['transfer-encoding'] !== undefined) return MAX_DOCUMENT
  const declared = Number(req.headers['content-length'] ?? 0)
  // What is larger than any body may be is refused by its length alone, without being read.
  return Number.isFinite(declared) ? Math.min(Math.max(declared, 0), MAX_DOCUMENT) : MAX_DOCUMENT
}

export const makeBodyBudget = (budget = BUDGET): BodyBudget => {
  let used = 0
  return {
    reserve: (req) => {
      const size = sizeOf(req)
      if (used + size > budget) throw new TrustError('TRY_LATER', 'too many large requests at once')
      used += size
      let released = false
      return () => {
        if (released) return
        released = true
        used -= size
      }
    },
  }
}
