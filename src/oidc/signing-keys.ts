/**
 * The keys that sign tokens, and their change without a failed verification: a new key is published before it signs, an old one for as
 * long as anything that it signed is still shown to somebody. Every process follows the same table and its own clock.
 */
import { toBase64Url } from '../../standards/bytes.ts'
import type { Actor } from '../audit/index.ts'
import { SESSION } from './lifetimes.ts'
import type { OidcDeps, SigningJwk } from './ports.ts'

const COLUMN = 'oidc_signing_key.sealed'
/** As long as portals keep a key set without looking again. */
const PUBLISH_AHEAD_MS = 15 * 60_000
/** An ID token comes back as id_token_hint until the session it spoke of is over, and an hour for clocks and queues. */
const PUBLISH_AFTER_MS = (SESSION + 3_600) * 1_000

type Deps = Pick<OidcDeps, 'store' | 'cipher' | 'clock' | 'work' | 'audit'>
export type SigningKeys = [SigningJwk, ...SigningJwk[]]

interface Dated {
  readonly jwk: SigningJwk
  readonly signsFrom: Date
}

/** The one that signs first, then all others that are published now. Newest first given. Pure. */
export const publishedKeys = (newestFirst: readonly Dated[], at: Date): readonly SigningJwk[] => {
  const now = at.getTime()
  const ahead = newestFirst.filter((k) => k.signsFrom.getTime() > now)
  const begun = newestFirst.filter((k) => k.signsFrom.getTime() <= now)
  const kept = begun.filter((_, i) => {
    const successor = begun[i - 1]
    return successor === undefined || successor.signsFrom.getTime() + PUBLISH_AFTER_MS > now
  })
  return [...kept, ...ahead].map((k) => k.jwk)
}

const read = async ({ store, cipher }: Deps): Promise<Dated[]> =>
  (await store.signingKeys.list()).map(({ sealed, signsFrom }) => ({
    jwk: JSON.parse(cipher.decrypt(COLUMN, sealed)) as SigningJwk,
    signsFrom,
  }))

const insert = (deps: Deps, jwk: SigningJwk, { signsFrom, at }: { signsFrom: Date; at: Date }) => {
  const sealed = deps.cipher.encrypt(COLUMN, JSON.stringify(jwk))
  return (tx: Parameters<typeof deps.store.signingKeys.insert>[0]) =>
    deps.store.signingKeys.insert(tx, { kid: jwk.kid, sealed, signsFrom, at })
}

const newKey = async (): Promise<SigningJwk> => {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const { x = '', y = '', d = '' } = await crypto.subtle.exportKey('jwk', pair.privateKey)
  return { kty: 'EC', crv: 'P-256', x, y, d, kid: toBase64Url(crypto.getRandomValues(new Uint8Array(12))) }
}

/** The list that everything here signs with, and what brings it up to date in place. `first`: when there is none yet. */
export const openSigningKeys = async (
  deps: Deps,
  first: SigningJwk,
): Promise<{ readonly keys: SigningKeys; readonly refresh: () => Promise<void> }> => {
  if ((await deps.store.signingKeys.list()).length === 0)
    await deps.work.run(insert(deps, first, { signsFrom: new Date(0), at: deps.clock.now() }))
  const known = new Map<string, SigningJwk>()
  const keys: SigningKeys = [first]
  const refresh = async (): Promise<void> => {
    const next = publishedKeys(await read(deps), deps.clock.now())
    // The same object for the same key: imported keys are remembered by it.
    const same = next.map((k) => known.get(k.kid) ?? k)
    for (const k of same) known.set(k.kid, k)
    if (same.length > 0) keys.splice(0, keys.length, ...same)
  }
  await refresh()
  return { keys, refresh }
}

/**
 * Makes the next key: it is published at once and signs in a quarter of an hour. `now`: it signs at once and every other key is
 * withdrawn at once, because one is known to somebody else. Returns its id and when it signs.
 */
export const rotateSigningKey = async (
  deps: Deps,
  { now = false, actor }: { readonly now?: boolean; readonly actor: Actor },
): Promise<{ readonly kid: string; readonly signsFrom: Date }> => {
  const at = deps.clock.now()
  const signsFrom = now ? at : new Date(at.getTime() + PUBLISH_AHEAD_MS)
  const jwk = await newKey()
  await deps.work.run(async (tx) => {
    await insert(deps, jwk, { signsFrom, at })(tx)
    if (now) await deps.store.signingKeys.withdrawOthers(tx, { kid: jwk.kid, at })
    await deps.audit.record(tx, {
      action: now ? 'signing-key.replaced' : 'signing-key.rotated',
      actor,
      object: { kind: 'signing-key', id: jwk.kid },
      detail: { signsFrom: signsFrom.toISOString() },
    })
  })
  return { kid: jwk.kid, signsFrom }
}
