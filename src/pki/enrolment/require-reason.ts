/** Why an officer or a holder does this: kept with the act, so it must say something. */
import { TrustError } from '../../errors.ts'

/** @throws TrustError INPUT_INVALID */
export const requireReason = (typed: string): string => {
  const reason = typed.normalize('NFC').trim()
  if (reason.length < 2 || reason.length > 200 || /\p{Cc}/u.test(reason))
    throw new TrustError('INPUT_INVALID', 'a reason of 2 to 200 characters is needed', { field: 'reason' })
  return reason
}
