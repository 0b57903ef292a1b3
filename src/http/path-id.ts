/** Ids in paths: of the right shape before anything asks the database for them. */
import { TrustError } from '../errors.ts'
import { isUuid } from '../kernel/index.ts'

/** @throws TrustError NOT_FOUND */
export const idOf = (params: Readonly<Record<string, string>>, name = 'id'): string => {
  const id = params[name] ?? ''
  if (!isUuid(id)) throw new TrustError('NOT_FOUND', 'no such id')
  return id
}
