/** The newest lists of a CA key: from the register, or from the shelf while that cannot be asked. */
import { TrustError } from '../errors.ts'
import type { PkiDeps, ShelvedList, StoredCrl, StoredDelta } from './ports.ts'
import { shelvedLists } from './shelved-lists.ts'

type NewestDeps = Pick<PkiDeps, 'store' | 'shelf' | 'authorities' | 'crypto'>

interface Newest {
  readonly kind: ShelvedList['kind']
  readonly registered: () => Promise<Pick<StoredCrl, 'number' | 'der'>>
}

const newest = async (deps: NewestDeps, issuerId: string, { kind, registered }: Newest): Promise<Uint8Array> => {
  const authority = deps.authorities.find((a) => a.id === issuerId)
  if (authority === undefined) throw new TrustError('NOT_FOUND', 'no such CA')
  const shelved = (await shelvedLists(deps, authority)).find((list) => list.kind === kind)
  if (shelved === undefined) return (await registered()).der
  const known = await registered().catch(() => undefined)
  return known === undefined || known.number < shelved.number ? shelved.der : known.der
}

/** The newest signed CRL of this CA key. @throws TrustError NOT_FOUND before the first one */
export const currentCrl = async (deps: Pick<PkiDeps, 'store'>, issuerId: string): Promise<StoredCrl> => {
  const found = await deps.store.currentCrl(issuerId)
  if (found === undefined) throw new TrustError('NOT_FOUND', 'no CRL of this issuer')
  return found
}

/**
 * The newest list of this CA key, from the register or, while that cannot be asked, from the shelf; the shelf's when it is newer.
 * @throws TrustError NOT_FOUND before the first one
 */
export const newestCrl = (deps: NewestDeps, issuerId: string): Promise<Uint8Array> =>
  newest(deps, issuerId, { kind: 'crl', registered: () => currentCrl(deps, issuerId) })

/** The same of the deltas. @throws TrustError NOT_FOUND before the first one */
export const newestDelta = (deps: NewestDeps, issuerId: string): Promise<Uint8Array> =>
  newest(deps, issuerId, { kind: 'delta', registered: () => currentDelta(deps, issuerId) })

/** The newest signed delta. @throws TrustError NOT_FOUND before the first one */
export const currentDelta = async (deps: Pick<PkiDeps, 'store'>, issuerId: string): Promise<StoredDelta> => {
  const found = await deps.store.currentDelta(issuerId)
  if (found === undefined) throw new TrustError('NOT_FOUND', 'no delta CRL of this issuer')
  return found
}
