/** The newest lists of a CA key: from the register, or from the shelf while that cannot be asked. */
import { TrustError } from '../errors.ts'
import type { PkiDeps, StoredCrl, StoredDelta } from './ports.ts'

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
export const newestCrl = async (deps: Pick<PkiDeps, 'store' | 'shelf'>, issuerId: string): Promise<Uint8Array> => {
  const shelved = await deps.shelf?.newest(issuerId)
  if (shelved === undefined) return (await currentCrl(deps, issuerId)).der
  const registered = await deps.store.currentCrl(issuerId).catch(() => undefined)
  return registered === undefined || registered.number < shelved.number ? shelved.der : registered.der
}

/** The newest signed delta. @throws TrustError NOT_FOUND before the first one */
export const currentDelta = async (deps: Pick<PkiDeps, 'store'>, issuerId: string): Promise<StoredDelta> => {
  const found = await deps.store.currentDelta(issuerId)
  if (found === undefined) throw new TrustError('NOT_FOUND', 'no delta CRL of this issuer')
  return found
}
