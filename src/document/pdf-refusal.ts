/** Faults of a PDF become refusals on the way into the domain. */
import { FormatError, isMalformed } from '../../standards/errors.ts'
import type { TrustErrorCode } from '../errors.ts'
import { TrustError } from '../errors.ts'

const CODES: Readonly<Record<string, TrustErrorCode>> = {
  PDF_ENCRYPTED: 'DOCUMENT_ENCRYPTED',
  PDF_CLOSED: 'DOCUMENT_CLOSED',
  PDF_XFA: 'DOCUMENT_UNSUPPORTED',
  PDF_UNSUPPORTED_FILTER: 'DOCUMENT_UNSUPPORTED',
  PDF_TOO_LARGE: 'INPUT_TOO_LARGE',
  PDF_NO_SUCH_PAGE: 'PLACEMENT_INVALID',
  OUTLINE_UNSUPPORTED: 'SEAL_PICTURE_INVALID',
}

/** Runs `work`; a FormatError comes out as a TrustError with it as the cause, DOCUMENT_MALFORMED where nothing fits better. */
export const orPdfRefusal = <T>(work: () => T): T => {
  try {
    return work()
  } catch (cause) {
    if (!isMalformed(cause)) throw cause
    const code = cause instanceof FormatError ? CODES[cause.reason] : undefined
    throw new TrustError(code ?? 'DOCUMENT_MALFORMED', 'the PDF cannot be signed', { cause })
  }
}
