/**
 * Passkeys (WebAuthn): the browser signs a challenge of ours for this very site, after the person unlocked the authenticator. Bound to
 * origin and browser, so that nothing shown elsewhere can be used here; accepted without a password. Attestation is not asked for:
 * whether a key lives in hardware is not claimed.
 */
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { fromBase64Url, toBase64Url } from '../../../standards/bytes.ts'
import { TrustError } from '../../errors.ts'
import type { Authentication } from '../authenticate.ts'
import type { IdentityDeps } from '../ports.ts'
import type { FactorDeps } from './check-code.ts'
import { requireOwner, type OwnerDeps, type OwnerProof } from './confirm-owner.ts'
import { note } from './note.ts'
import { completeSignIn } from './complete-sign-in.ts'

/** Where the person is; `https://id.example`. */
export interface Site {
  readonly origin: string
}
export const relyingPartyId = ({ origin }: Site): string => new URL(origin).hostname

/** ES256, EdDSA, RS256 (COSE). */
export const PASSKEY_ALGORITHMS: readonly number[] = [-7, -8, -257]

/** What is to be signed, base64url: keyed and bound to the handle of this browser's sign-in or session. */
export const passkeyChallenge = ({ store }: Pick<IdentityDeps, 'store'>, handle: string): string =>
  toBase64Url(store.signInSteps.challenge(`passkey ${handle}`))

const refused = (what: string, cause?: unknown): TrustError => new TrustError('PASSKEY_REFUSED', what, { cause })

interface StoredKey {
  readonly publicKey: string
  readonly transports: readonly string[]
}

/** The response as the browser wrote it; its parts are checked by the library, which throws on what is malformed. */
const parseResponse = (text: string): { readonly id: string } => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw refused('not a response of a browser', cause)
  }
  const { id, response } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  if (typeof id !== 'string' || !/^[\w-]{1,1400}$/.test(id) || typeof response !== 'object' || response === null)
    throw refused('not a response of a browser')
  return value as { readonly id: string }
}

export interface PasskeyEnrolment {
  readonly owner: OwnerProof
  readonly site: Site
  readonly handle: string
  /** As its owner calls it. */
  readonly label: string
  /** JSON of the browser. */
  readonly response: string
}

const register = async (deps: OwnerDeps, { site, handle, response }: PasskeyEnrolment) => {
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: parseResponse(response) as RegistrationResponseJSON,
      expectedChallenge: passkeyChallenge(deps, handle),
      expectedOrigin: site.origin,
      expectedRPID: relyingPartyId(site),
      requireUserVerification: true,
      supportedAlgorithmIDs: [...PASSKEY_ALGORITHMS],
    })
    if (verified) return registrationInfo.credential
  } catch (cause) {
    throw cause instanceof TrustError ? cause : refused('not a registration for this site and session', cause)
  }
  throw refused('not a registration for this site and session')
}

const labelOf = (typed: string): string =>
  [
    ...typed
      .normalize('NFC')
      .replace(/[\p{Cc}\p{Cf}<>]/gu, '')
      .trim(),
  ]
    .slice(0, 40)
    .join('') || 'Passkey'

/** @throws TrustError PASSKEY_REFUSED, AUTHENTICATOR_TAKEN, and those of `requireOwner` */
export const enrolPasskey = async (deps: OwnerDeps, enrolment: PasskeyEnrolment): Promise<void> => {
  const { accountId } = enrolment.owner
  const { id: credentialId, publicKey, counter, transports = [] } = await register(deps, enrolment)
  const personId = await requireOwner(deps, enrolment.owner)
  const key: StoredKey = { publicKey: toBase64Url(publicKey), transports }
  const at = deps.clock.now()
  const id = deps.ids.next()
  await deps.work.run(async (tx) => {
    const secret = JSON.stringify(key)
    const label = labelOf(enrolment.label)
    const own = { id, accountId, kind: 'passkey', label, createdAt: at, confirmedAt: at } as const
    await deps.store.authenticators.insert(tx, { ...own, secret, counter, lookup: credentialId })
    await note(deps, tx, { accountId, what: 'passkey-enrolled' })
    await deps.audit.record(tx, {
      action: 'authenticator.enrolled',
      actor: { kind: 'person', id: personId },
      object: { kind: 'account', id: accountId },
      detail: { kind: 'passkey', authenticatorId: id },
    })
  })
}

export interface PasskeyShown {
  readonly site: Site
  readonly handle: string
  /** JSON of the browser. */
  readonly response: string
}

const assertion = async (
  deps: FactorDeps,
  { site, handle }: PasskeyShown,
  { response, key, counter }: { response: AuthenticationResponseJSON; key: StoredKey; counter: number },
): Promise<number> => {
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: passkeyChallenge(deps, handle),
      expectedOrigin: site.origin,
      expectedRPID: relyingPartyId(site),
      credential: { id: response.id, publicKey: Uint8Array.from(fromBase64Url(key.publicKey)), counter },
      requireUserVerification: true,
    })
    if (verified) return authenticationInfo.newCounter
  } catch (cause) {
    throw refused('not an assertion for this site and sign-in', cause)
  }
  throw refused('not an assertion for this site and sign-in')
}

/** Signs in with a passkey alone. @throws TrustError PASSKEY_REFUSED, ACCOUNT_FROZEN, PERSON_DECEASED */
export const authenticateWithPasskey = async (deps: FactorDeps, shown: PasskeyShown): Promise<Authentication> => {
  const response = parseResponse(shown.response) as AuthenticationResponseJSON
  const found = await deps.store.authenticators.findByLookup('passkey', response.id)
  if (found === undefined) throw refused('nobody has enrolled it')
  const { id, accountId, secret, counter } = found
  const newCounter = await assertion(deps, shown, { response, key: JSON.parse(secret) as StoredKey, counter })
  return completeSignIn(deps, { accountId, methods: ['passkey'] }, async (tx) => {
    if (!(await deps.store.authenticators.use(tx, id, { counter: newCounter, at: deps.clock.now() })))
      throw refused('its count went back: it was copied')
  })
}
