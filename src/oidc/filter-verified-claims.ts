/**
 * Data minimisation for `verified_claims` (OpenID Connect for Identity Assurance §5): only what was asked leaves, and what cannot be
 * met is left out, never an error. A verification element that does not fit takes the whole object with it; a claim only itself.
 */
import type { Json, VerifiedClaims } from './verified-claims.ts'

type Members = { readonly [key: string]: Json }
const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The library drops arrays: a request for several sets travels through it as this one member of an object. */
const ANY_OF = 'any_of'
const MOST_SETS = 8

/** The array form as an object that the library keeps; anything else as it is. */
export const wrapRequest = (request: unknown): unknown => (Array.isArray(request) ? { [ANY_OF]: request } : request)

/** The sets asked for; `list`: in the array form, to be answered by an array (OpenID4IDA §5.6). */
export const unwrapRequest = (request: unknown): { readonly sets: readonly unknown[]; readonly list: boolean } => {
  const sets: unknown = isObject(request) ? request[ANY_OF] : undefined
  return Array.isArray(sets) ? { sets: sets as readonly unknown[], list: true } : { sets: [request], list: false }
}

/** Why a request, in either form, cannot be read, or undefined. */
export const requestFault = (request: unknown): string | undefined => {
  const { sets, list } = unwrapRequest(wrapRequest(request))
  if (list && (sets.length === 0 || sets.length > MOST_SETS))
    return `verified_claims may ask for 1 to ${MOST_SETS} sets`
  return sets.map(setFault).find((fault) => fault !== undefined)
}

const setFault = (request: unknown): string | undefined => {
  if (!isObject(request)) return 'verified_claims must be an object'
  const { verification, claims } = request
  if (!isObject(verification) || !('trust_framework' in verification))
    return 'verified_claims.verification must name trust_framework'
  if (!isObject(claims) || Object.keys(claims).length === 0)
    return 'verified_claims.claims must be an object and not empty'
  return undefined
}

/** Names come from the request: `constructor` must not find anything. */
const own = (members: Members, key: string): Json | undefined =>
  Object.hasOwn(members, key) ? members[key] : undefined

const RULES: ReadonlySet<string> = new Set(['essential', 'value', 'values', 'max_age', 'purpose'])
const isRule = (asked: Members): boolean => Object.keys(asked).every((k) => RULES.has(k))

const tooOld = (value: Json, maxAge: Json, at: Date): boolean => {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return !(typeof maxAge === 'number' && at.getTime() - time <= maxAge * 1_000)
}

/** Undefined: does not fit what was asked. */
const select = (value: Json | undefined, asked: Json, at: Date): Json | undefined => {
  if (value === undefined) return undefined
  if (asked === null) return value
  if (Array.isArray(asked)) return selectItems(value, asked as readonly Json[], at)
  if (!isObject(asked)) return undefined
  if (isRule(asked)) return fits(value, asked, at) ? value : undefined
  return isObject(value) ? selectMembers(value, asked, at) : undefined
}

const fits = (value: Json, rule: Members, at: Date): boolean => {
  if (rule['value'] !== undefined && JSON.stringify(rule['value']) !== JSON.stringify(value)) return false
  if (Array.isArray(rule['values']) && !(rule['values'] as readonly Json[]).includes(value)) return false
  return rule['max_age'] === undefined || !tooOld(value, rule['max_age'], at)
}

const selectMembers = (value: Members, asked: Members, at: Date): Members | undefined => {
  const out: Record<string, Json> = {}
  for (const [key, rule] of Object.entries(asked)) {
    const part = select(own(value, key), rule, at)
    if (part === undefined) return undefined
    out[key] = part
  }
  return out
}

/** Each item asked for must be there; `type` and `check_method` always stay, the schema wants them. */
const selectItems = (value: Json, asked: readonly Json[], at: Date): Json | undefined => {
  if (!Array.isArray(value)) return undefined
  const out: Json[] = []
  for (const item of value as readonly Json[]) {
    for (const rule of asked) {
      const part = select(item, rule, at)
      if (part === undefined) continue
      out.push(isObject(part) && isObject(item) ? { ...required(item), ...part } : part)
      break
    }
  }
  return out.length === 0 ? undefined : out
}

const required = (item: Members): Members =>
  Object.fromEntries(Object.entries(item).filter(([key]) => key === 'type' || key === 'check_method'))

/** The part of `available` that was asked for; undefined when nothing fits. `request` has passed requestFault. */
export const filterVerifiedClaims = (
  available: VerifiedClaims,
  request: unknown,
  at: Date,
): VerifiedClaims | undefined => {
  if (!isObject(request) || !isObject(request['verification']) || !isObject(request['claims'])) return undefined
  const verification = selectMembers(available.verification, request['verification'], at)
  if (verification === undefined) return undefined
  const claims: Record<string, Json> = {}
  for (const [name, rule] of Object.entries(request['claims'])) {
    const value = select(own(available.claims, name), rule, at)
    if (value !== undefined) claims[name] = value
  }
  if (Object.keys(claims).length === 0) return undefined
  return {
    verification: { trust_framework: available.verification['trust_framework'] ?? null, ...verification },
    claims,
  }
}
