/**
 * Consent (Personal Information Protection Law, articles 13 to 17): at portals whose own law does not already allow it, the person is
 * asked before data goes there. What is kept is who, where, which data, when, and the version of the text that they read.
 */
import type { Actor } from '../audit/index.ts'
import type { ConsentRow, OidcDeps } from './ports.ts'

/** Changes whenever the words of the page change (src/web/words): everybody is then asked again. */
export const CONSENT_TEXT_VERSION = '2026-11-22'

/** Scopes that give away data; the others give a pseudonym or a power. */
const DATA_SCOPES: ReadonlySet<string> = new Set(['profile', 'entity'])

export const dataScopes = (scopes: Iterable<string>): string[] => [...scopes].filter((s) => DATA_SCOPES.has(s)).sort()

interface Asked {
  readonly accountId: string
  readonly clientId: string
  readonly scopes: Iterable<string>
}

/** Whether the text of today was agreed to, for all of this. */
export const hasConsented = async (
  { store }: Pick<OidcDeps, 'store'>,
  { accountId, clientId, scopes }: Asked,
): Promise<boolean> => {
  const wanted = dataScopes(scopes)
  if (wanted.length === 0) return true
  return store.consents.covers({ accountId, clientId, scopes: wanted, textVersion: CONSENT_TEXT_VERSION })
}

export const giveConsent = async (
  deps: Pick<OidcDeps, 'store' | 'work' | 'audit' | 'clock' | 'ids'>,
  { accountId, clientId, scopes, actor }: Asked & { readonly actor: Actor },
): Promise<void> => {
  const given = dataScopes(scopes)
  await deps.work.run(async (tx) => {
    await deps.store.consents.insert(tx, {
      id: deps.ids.next(),
      accountId,
      clientId,
      scopes: given,
      textVersion: CONSENT_TEXT_VERSION,
      givenAt: deps.clock.now(),
    })
    await deps.audit.record(tx, {
      action: 'consent.given',
      actor,
      object: { kind: 'client', id: clientId },
      detail: { scopes: given.join(' '), text: CONSENT_TEXT_VERSION },
    })
  })
}

/** Newest first, withdrawn ones too. */
export const consentsOf = ({ store }: Pick<OidcDeps, 'store'>, accountId: string): Promise<readonly ConsentRow[]> =>
  store.consents.ofAccount(accountId)

/** What the portal holds is worth nothing from now on; the next sign-in there asks again. Returns how many were withdrawn. */
export const withdrawConsent = async (
  deps: Pick<OidcDeps, 'store' | 'work' | 'audit' | 'clock'>,
  { accountId, clientId, actor }: Omit<Asked, 'scopes'> & { readonly actor: Actor },
): Promise<number> => {
  const at = deps.clock.now()
  return deps.work.run(async (tx) => {
    const count = await deps.store.consents.withdraw(tx, { accountId, clientId, at })
    if (count === 0) return 0
    for (const { uid: sessionUid } of await deps.store.sessions.ofAccount(accountId, at, tx))
      await deps.store.payloads.endTokens(tx, { sessionUid, clientId, grants: true, at })
    await deps.audit.record(tx, { action: 'consent.withdrawn', actor, object: { kind: 'client', id: clientId } })
    return count
  })
}
