/** A client's registration as an administrator writes it, in JSON. Refuses members that it does not know: a typing error is no default. */
import { z } from 'zod'
import { toBase64Url } from '../../standards/bytes.ts'
import { MANDATE_FUNCTIONS } from '../identity/index.ts'
import type { RandomSource } from '../kernel/index.ts'
import type { ClientRegistration } from '../oidc/index.ts'
import { UsageError } from './exit.ts'
import { parseJson } from './read-json.ts'

const text = z.string().min(1)
const schema = z.strictObject({
  clientId: text,
  name: text,
  uri: text.optional(),
  logoUri: text.optional(),
  organisationEntityId: z.uuid().optional(),
  organisationName: text.optional(),
  scopes: z.array(text),
  grantTypes: z.array(z.enum(['authorization_code', 'refresh_token', 'client_credentials'])),
  redirectUris: z.array(text).optional(),
  postLogoutRedirectUris: z.array(text).optional(),
  backchannelLogoutUri: text.optional(),
  logoutMode: z.enum(['feed', 'lease']).optional(),
  leaseSeconds: z.int().optional(),
  secret: text.optional(),
  jwks: z.strictObject({ keys: z.array(z.record(z.string(), z.unknown())) }).optional(),
  jwksUri: text.optional(),
  principalTypes: z.enum(['self', 'entity', 'any']).optional(),
  functions: z.array(z.enum(MANDATE_FUNCTIONS)).optional(),
  minAcr: text.optional(),
  tier: z.enum(['standard', 'high']).optional(),
  consent: z.enum(['implied', 'ask']).optional(),
  clearText: z.boolean().optional(),
})

export interface ParsedRegistration {
  readonly registration: ClientRegistration
  /** Made here, to be shown once. */
  readonly secret?: string
}

/** @throws UsageError naming the member at fault, never its value */
export const parseRegistration = (json: string, random: RandomSource): ParsedRegistration => {
  const value = parseJson(json)
  if (value === undefined) throw new UsageError('不是 JSON (not JSON)')
  const result = schema.safeParse(value)
  if (!result.success) {
    const [issue] = result.error.issues
    throw new UsageError(`登记内容不对 (not a registration): ${issue?.path.join('.') ?? ''} ${issue?.code ?? ''}`)
  }
  // JSON has no undefined: what is not there is absent.
  const given = result.data as ClientRegistration
  if ([given.secret, given.jwks, given.jwksUri].some((k) => k !== undefined)) return { registration: given }
  const secret = toBase64Url(random.bytes(32))
  return { registration: { ...given, secret }, secret }
}
