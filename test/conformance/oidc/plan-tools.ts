/** A relying party as the conformance plans play it: raw requests, so that each module can bend one thing. */
import { createRemoteJWKSet, jwtVerify, type JWTPayload } from 'jose'
import type { Browser, OidcWorld } from '../../integration/oidc/oidc-world.ts'
import { walk, type Portal } from '../../integration/oidc/oidc-portal.ts'

export interface Signed {
  readonly callback: URL
  readonly idToken: string
  readonly claims: JWTPayload
  readonly access: string
  readonly refresh: string
}

export const basic = (portal: Portal): Record<string, string> => ({
  authorization: `Basic ${btoa(`${portal.clientId}:${portal.secret}`)}`,
})

export const planTools = (world: Pick<OidcWorld, 'issuer' | 'publicUrl'>) => {
  const keys = createRemoteJWKSet(new URL(`${world.issuer}/jwks`))
  const verify = async (token: string, portal: Portal): Promise<JWTPayload> =>
    (await jwtVerify(token, keys, { issuer: world.issuer, audience: portal.clientId })).payload
  const token = (portal: Portal, form: Record<string, string>): Promise<Response> =>
    fetch(`${world.issuer}/token`, { method: 'POST', headers: basic(portal), body: new URLSearchParams(form) })
  const redeem = (portal: Portal, callback: URL): Promise<Response> =>
    token(portal, {
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: `${portal.url}/cb`,
      code_verifier: portal.verifier,
    })
  const authorize = async (
    browser: Browser,
    portal: Portal,
    extra: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<URL> => new URL(await walk(browser, await portal.start(extra), headers))
  const signIn = async (
    browser: Browser,
    portal: Portal,
    extra: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Signed> => {
    const callback = await authorize(browser, portal, extra, headers)
    const answer = (await (await redeem(portal, callback)).json()) as Record<string, string>
    const idToken = answer['id_token'] ?? ''
    const claims = await verify(idToken, portal)
    return { callback, idToken, claims, access: answer['access_token'] ?? '', refresh: answer['refresh_token'] ?? '' }
  }
  const userInfo = async (access: string, init: RequestInit = {}): Promise<Record<string, unknown>> => {
    const headers = { authorization: `Bearer ${access}` }
    const answer = await fetch(`${world.issuer}/me`, { headers, ...init })
    return { status: answer.status, ...((await answer.json()) as Record<string, unknown>) }
  }
  /** The first answer to an authorization request, redirects not followed. */
  const first = async (browser: Browser, portal: Portal, extra: Record<string, string> = {}): Promise<Response> =>
    browser.get(await portal.start(extra))
  const discovery = async (): Promise<Record<string, unknown>> =>
    (await (await fetch(`${world.issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>
  return { verify, token, redeem, authorize, signIn, userInfo, first, discovery }
}
