/**
 * Refusals. `code` is public API and add-only; the message is for developers, carries no personal data, and no HTTP status.
 * HTTP meets these in one file, src/http/problem.ts. Codes stand by area, so that each area adds to its own list.
 */
const CODES = {
  common: [
    'INPUT_INVALID',
    'INPUT_TOO_LARGE',
    'NOT_FOUND',
    'UNAUTHENTICATED',
    'FORBIDDEN',
    'CONFLICT',
    'TRY_LATER',
    'TOO_MANY_REQUESTS',
    'METHOD_NOT_ALLOWED',
    'UNSUPPORTED_MEDIA',
    'CSRF_REJECTED',
  ],
  config: ['CONFIG_INVALID', 'DATA_FOLDER_IN_USE', 'BOOTSTRAP_DONE', 'SELF_CHECK_FAILED'],
  audit: ['AUDIT_CHAIN_BROKEN', 'AUDIT_NOT_CHAINED'],
  identity: [
    'LOGIN_NAME_TAKEN',
    'LOGIN_FAILED',
    'ACCOUNT_LOCKED',
    'ACCOUNT_FROZEN',
    'PASSWORD_WEAK',
    'PERSON_MISMATCH',
    'PERSON_NOT_FOUND',
    'PERSON_DECEASED',
    'PERSON_ALREADY_REGISTERED',
    'CITIZEN_ID_INVALID',
    'USCC_INVALID',
    'ENTITY_MISMATCH',
    'ENTITY_NOT_FOUND',
    'ENTITY_NOT_ACTIVE',
    'ENTITY_ALREADY_REGISTERED',
    'REGISTRY_UNAVAILABLE',
    'REGISTRY_ANSWER_UNDEFINED',
    'ASSURANCE_TOO_LOW',
    'MANDATE_MISSING',
    'MANDATE_EXPIRED',
    'MANDATE_REVOKED',
    'MANDATE_NOT_GRANTABLE',
    'CODE_WRONG',
    'SIGN_IN_EXPIRED',
    'AUTHENTICATOR_TAKEN',
    'AUTHENTICATOR_MISSING',
    'RECOVERY_FAILED',
    'PASSKEY_REFUSED',
    'CERTIFICATE_NOT_ACCEPTED',
    'STRONGER_SIGN_IN_NEEDED',
    'SECOND_FACTOR_NEEDED',
  ],
  oidc: ['SESSION_ENDED', 'CLIENT_UNKNOWN', 'INTERACTION_EXPIRED', 'PRINCIPAL_NOT_AVAILABLE'],
  pki: [
    'CERTIFICATE_NOT_FOUND',
    'CERTIFICATE_PROFILE_UNKNOWN',
    'CERTIFICATE_REQUEST_REFUSED',
    'CERTIFICATE_REVOKED',
    'CERTIFICATE_NOT_SUSPENDED',
    'CERTIFICATE_KEY_REFUSED',
    'CERTIFICATE_POSSESSION_UNPROVEN',
    'CERTIFICATE_NAME_REFUSED',
    'CERTIFICATE_APPLICATION_NOT_FOUND',
    'CERTIFICATE_APPLICATION_STATE',
    'CERTIFICATE_LIMIT',
    'CERTIFICATE_RENEWAL_REFUSED',
    'CERTIFICATE_HELD_BY_OTHERS',
    'PROPOSAL_NOT_FOUND',
    'PROPOSAL_STATE',
    'OFFICER_SAME_PERSON',
    'ESCROW_NOT_FOUND',
    'KEY_NOT_FOUND',
    'KEY_UNUSABLE',
    'CHAIN_INVALID',
  ],
  custody: [
    'KEY_ALGORITHM_UNSUPPORTED',
    'CEREMONY_REFUSED',
    'BACKUP_UNREADABLE',
    'BACKUP_SHARE_INVALID',
    'BACKUP_SHARES_TOO_FEW',
  ],
  seal: [
    'SEAL_NOT_FOUND',
    'SEAL_APPLICATION_NOT_FOUND',
    'SEAL_APPLICATION_STATE',
    'SEAL_SAME_PERSON',
    'SEAL_SUSPENDED',
    'SEAL_REVOKED',
    'SEAL_EXPIRED',
    'SEAL_NOT_YET_VALID',
    'SEAL_NOT_MANDATED',
    'SEAL_PICTURE_INVALID',
    'SEAL_NAME_UNDRAWABLE',
    'SEAL_STATE',
    'PLACEMENT_INVALID',
  ],
  document: [
    'DOCUMENT_UNSUPPORTED',
    'DOCUMENT_MALFORMED',
    'DOCUMENT_CLOSED',
    'DOCUMENT_ENCRYPTED',
    'DOCUMENT_TOO_COSTLY',
  ],
  licence: [
    'LICENCE_NOT_FOUND',
    'LICENCE_TYPE_UNKNOWN',
    'LICENCE_FIELDS_INVALID',
    'LICENCE_STATE',
    'LICENCE_NOT_MANDATED',
    'LICENCE_TEXT_UNDRAWABLE',
    'LICENCE_DUPLICATE',
  ],
} as const

export type TrustErrorCode = (typeof CODES)[keyof typeof CODES][number]
export const TRUST_ERROR_CODES: readonly TrustErrorCode[] = Object.values(CODES).flat()

export class TrustError extends Error {
  readonly code: TrustErrorCode
  /** Which input is at fault, when one is: a field name, never its value. */
  readonly field?: string
  constructor(
    code: TrustErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly field?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'TrustError'
    this.code = code
    if (options.field !== undefined) this.field = options.field
  }
}

export const isTrustError = (error: unknown, code?: TrustErrorCode): error is TrustError =>
  error instanceof TrustError && (code === undefined || error.code === code)
