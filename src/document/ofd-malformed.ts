/** Malformed OFD bytes become a refusal on the way into the domain. */
import { isMalformed } from '../../standards/errors.ts'
import { TrustError } from '../errors.ts'

/** Runs `work`; a FormatError comes out as TrustError DOCUMENT_MALFORMED with the FormatError as its cause. */
export const orMalformed = <T>(work: () => T): T => {
  try {
    return work()
  } catch (cause) {
    if (isMalformed(cause)) throw new TrustError('DOCUMENT_MALFORMED', 'the document breaks its format', { cause })
    throw cause
  }
}
