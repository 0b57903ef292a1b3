/** Pairwise subjects (OpenID Connect Core §8.1): another one for each sector, the same for ever, without a table. */
import { createHmac } from 'node:crypto'
import type { PairwiseKeys } from './ports.ts'

export interface SubjectQuestion {
  readonly accountId: string
  /** Host of the client's redirect address, or of its sector identifier. */
  readonly sector: string
  /** Which key the client was registered under. */
  readonly version: string
}

/** @throws RangeError when the key of that version is not configured */
export const pairwiseSubject = ({ keys }: PairwiseKeys, { accountId, sector, version }: SubjectQuestion): string => {
  const key = keys[version]
  if (key === undefined) throw new RangeError(`no pairwise key ${version}`)
  // The separator cannot stand in a host, so no two questions have the same bytes.
  return createHmac('sha256', key).update(`${sector}\n${accountId}`).digest('base64url')
}
