/** WebAuthn's options for our pages (Level 2, §5.4 and §5.5): this site, a challenge bound to this browser, the person verified by their device. */
import { utf8, toBase64Url } from '../../../standards/bytes.ts'
import type { Site } from '../../identity/index.ts'
import { PASSKEY_ALGORITHMS, passkeyChallenge, relyingPartyId } from '../../identity/index.ts'
import type { PageDeps } from './page-deps.ts'

type Deps = Pick<PageDeps, 'publicUrl' | 'identity' | 'platform'>

const TIME_MS = 120_000

export const siteOf = ({ publicUrl }: Pick<PageDeps, 'publicUrl'>): Site => ({ origin: publicUrl })

/** No credential is named: who holds one chooses it, and nobody learns who has one. */
export const passkeyRequest = (deps: Deps, handle: string): string =>
  JSON.stringify({
    challenge: passkeyChallenge(deps.identity, handle),
    rpId: relyingPartyId(siteOf(deps)),
    timeout: TIME_MS,
    userVerification: 'required',
    allowCredentials: [],
  })

export const passkeyCreation = (
  deps: Deps,
  { accountId, loginName, handle }: { readonly accountId: string; readonly loginName: string; readonly handle: string },
): string =>
  JSON.stringify({
    rp: { name: deps.platform, id: relyingPartyId(siteOf(deps)) },
    user: { id: toBase64Url(utf8(accountId)), name: loginName, displayName: loginName },
    challenge: passkeyChallenge(deps.identity, handle),
    pubKeyCredParams: PASSKEY_ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout: TIME_MS,
    attestation: 'none',
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
  })
