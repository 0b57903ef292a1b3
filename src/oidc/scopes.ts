/** Every scope there is. The ones about seals and licences open the REST API; what the person or client may do there is asked again at each call. */
export const API_SCOPES = [
  'seal.apply',
  'seal.approve',
  'seal.use',
  'seal.manage',
  'licence.issue',
  'licence.manage',
  'licence.read',
  'certificate.apply',
  'ca.review',
  'ca.recover',
  'logout.feed',
] as const
export type ApiScope = (typeof API_SCOPES)[number]

/** Opens the feed of ended sessions to a portal that fetches them. */
export const FEED_SCOPE: ApiScope = 'logout.feed'

/** `entity`: the entity acted for, verified, with the authority to act. */
export const SCOPES: readonly string[] = ['openid', 'profile', 'entity', ...API_SCOPES]

/** The resource indicator (RFC 8707) of the REST API. */
export const apiResource = (publicUrl: string): string => `${publicUrl}/api`
