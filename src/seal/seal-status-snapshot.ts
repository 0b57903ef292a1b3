/** What the signed status list says about seals: each code with its whole timeline, so that any moment can be asked. */
import type { SealDeps } from './ports.ts'
import type { StatusEntry } from './trust-material.ts'

/** In the order of the codes. */
export const sealStatusSnapshot = async ({ store }: Pick<SealDeps, 'store'>): Promise<StatusEntry[]> =>
  (await store.seals.timelines())
    .map(({ code, timeline }) => ({ id: code, timeline }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
