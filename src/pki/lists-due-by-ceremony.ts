/** Lists that nobody here can sign: those of a root whose key is away. Says which need a ceremony soon; signs nothing. */
import { isTrustError } from '../errors.ts'
import type { PkiDeps } from './ports.ts'

const SOON = 30 * 86_400_000

export interface DueList {
  readonly issuerId: string
  /** Absent: there is no list at all. */
  readonly nextUpdate?: Date
}

/** Of the roots without a key here, those whose newest list ends within thirty days. */
export const listsDueByCeremony = async ({
  authorities,
  store,
  clock,
}: Pick<PkiDeps, 'authorities' | 'store' | 'clock'>): Promise<DueList[]> => {
  const due: DueList[] = []
  for (const { id, above, signer } of authorities) {
    if (above.length > 0) continue
    const isHere = await signer().then(
      () => true,
      (error: unknown) => !isTrustError(error, 'KEY_NOT_FOUND'),
    )
    if (isHere) continue
    const nextUpdate = (await store.currentCrl(id))?.nextUpdate
    if (nextUpdate === undefined) due.push({ issuerId: id })
    else if (nextUpdate.getTime() - clock.now().getTime() < SOON) due.push({ issuerId: id, nextUpdate })
  }
  return due
}
