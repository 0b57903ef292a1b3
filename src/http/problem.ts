/** The one place where refusals meet HTTP: RFC 9457 problem+json for programs, a page for people. */
import type { TrustErrorCode } from '../errors.ts'
import { TrustError } from '../errors.ts'
import { isMalformed } from '../../standards/errors.ts'

/** docs/errors.md is made from it too. */
export const STATUS: Readonly<Record<TrustErrorCode, number>> = {
  INPUT_INVALID: 400,
  INPUT_TOO_LARGE: 413,
  NOT_FOUND: 404,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  CONFLICT: 409,
  TRY_LATER: 503,
  TOO_MANY_REQUESTS: 429,
  METHOD_NOT_ALLOWED: 405,
  UNSUPPORTED_MEDIA: 415,
  CSRF_REJECTED: 403,
  CONFIG_INVALID: 500,
  DATA_FOLDER_IN_USE: 500,
  BOOTSTRAP_DONE: 409,
  SELF_CHECK_FAILED: 500,
  AUDIT_CHAIN_BROKEN: 500,
  AUDIT_NOT_CHAINED: 503,
  LOGIN_NAME_TAKEN: 409,
  LOGIN_FAILED: 401,
  ACCOUNT_LOCKED: 429,
  ACCOUNT_FROZEN: 403,
  PASSWORD_WEAK: 400,
  PERSON_MISMATCH: 422,
  PERSON_NOT_FOUND: 422,
  PERSON_DECEASED: 422,
  PERSON_ALREADY_REGISTERED: 409,
  CITIZEN_ID_INVALID: 400,
  USCC_INVALID: 400,
  ENTITY_MISMATCH: 422,
  ENTITY_NOT_FOUND: 422,
  ENTITY_NOT_ACTIVE: 422,
  ENTITY_ALREADY_REGISTERED: 409,
  REGISTRY_UNAVAILABLE: 503,
  REGISTRY_ANSWER_UNDEFINED: 503,
  ASSURANCE_TOO_LOW: 403,
  MANDATE_MISSING: 403,
  MANDATE_EXPIRED: 403,
  MANDATE_REVOKED: 403,
  MANDATE_NOT_GRANTABLE: 422,
  CODE_WRONG: 401,
  SIGN_IN_EXPIRED: 400,
  AUTHENTICATOR_TAKEN: 409,
  AUTHENTICATOR_MISSING: 409,
  RECOVERY_FAILED: 401,
  PASSKEY_REFUSED: 401,
  CERTIFICATE_NOT_ACCEPTED: 401,
  STRONGER_SIGN_IN_NEEDED: 403,
  SECOND_FACTOR_NEEDED: 403,
  SESSION_ENDED: 401,
  CLIENT_UNKNOWN: 404,
  INTERACTION_EXPIRED: 400,
  PRINCIPAL_NOT_AVAILABLE: 403,
  CERTIFICATE_NOT_FOUND: 404,
  CERTIFICATE_PROFILE_UNKNOWN: 400,
  CERTIFICATE_REQUEST_REFUSED: 422,
  CERTIFICATE_REVOKED: 409,
  CERTIFICATE_NOT_SUSPENDED: 409,
  CERTIFICATE_KEY_REFUSED: 422,
  CERTIFICATE_POSSESSION_UNPROVEN: 422,
  CERTIFICATE_NAME_REFUSED: 422,
  CERTIFICATE_APPLICATION_NOT_FOUND: 404,
  CERTIFICATE_APPLICATION_STATE: 409,
  CERTIFICATE_LIMIT: 409,
  CERTIFICATE_RENEWAL_REFUSED: 409,
  CERTIFICATE_HELD_BY_OTHERS: 409,
  PROPOSAL_NOT_FOUND: 404,
  PROPOSAL_STATE: 409,
  OFFICER_SAME_PERSON: 403,
  ESCROW_NOT_FOUND: 404,
  KEY_NOT_FOUND: 500,
  KEY_UNUSABLE: 500,
  CHAIN_INVALID: 500,
  KEY_ALGORITHM_UNSUPPORTED: 422,
  CEREMONY_REFUSED: 409,
  BACKUP_UNREADABLE: 422,
  BACKUP_SHARE_INVALID: 422,
  BACKUP_SHARES_TOO_FEW: 422,
  SEAL_NOT_FOUND: 404,
  SEAL_APPLICATION_NOT_FOUND: 404,
  SEAL_APPLICATION_STATE: 409,
  SEAL_SAME_PERSON: 403,
  SEAL_SUSPENDED: 409,
  SEAL_REVOKED: 409,
  SEAL_EXPIRED: 409,
  SEAL_NOT_YET_VALID: 409,
  SEAL_NOT_MANDATED: 403,
  SEAL_PICTURE_INVALID: 400,
  SEAL_NAME_UNDRAWABLE: 422,
  SEAL_STATE: 409,
  PLACEMENT_INVALID: 400,
  DOCUMENT_UNSUPPORTED: 415,
  DOCUMENT_MALFORMED: 422,
  DOCUMENT_CLOSED: 409,
  DOCUMENT_ENCRYPTED: 422,
  DOCUMENT_TOO_COSTLY: 422,
  LICENCE_NOT_FOUND: 404,
  LICENCE_TYPE_UNKNOWN: 404,
  LICENCE_FIELDS_INVALID: 422,
  LICENCE_STATE: 409,
  LICENCE_NOT_MANDATED: 403,
  LICENCE_TEXT_UNDRAWABLE: 422,
  LICENCE_DUPLICATE: 409,
}

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: TrustErrorCode | 'INTERNAL'
  readonly field?: string
}

/** Text of unknown errors never leaves: they become INTERNAL, and `unexpected` tells the caller to log them. */
export const problemOf = (error: unknown): { readonly problem: Problem; readonly unexpected: boolean } => {
  if (error instanceof TrustError) {
    const { code, message, field } = error
    const status = STATUS[code]
    return {
      problem: {
        type: `urn:xinyin:error:${code}`,
        title: status >= 500 && status !== 503 ? code : message,
        status,
        code,
        ...(field === undefined ? {} : { field }),
      },
      unexpected: status === 500,
    }
  }
  if (isMalformed(error))
    return {
      problem: {
        type: 'urn:xinyin:error:DOCUMENT_MALFORMED',
        title: 'the document is malformed',
        status: 422,
        code: 'DOCUMENT_MALFORMED',
      },
      unexpected: false,
    }
  return {
    problem: { type: 'urn:xinyin:error:INTERNAL', title: 'internal error', status: 500, code: 'INTERNAL' },
    unexpected: true,
  }
}
