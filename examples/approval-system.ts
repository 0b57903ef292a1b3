/**
 * An approval system's side of the API, as its own authors would write it: a token by private_key_jwt, then stamp and issue.
 */
import type { webcrypto } from 'node:crypto'
import * as oidc from 'openid-client'

export interface ApprovalSettings {
  readonly publicUrl: string
  readonly clientId: string
  /** EC P-256 private key of this client. */
  readonly privateJwk: webcrypto.JsonWebKey & { readonly kid?: string }
}

export interface StampRequest {
  readonly sealId: string
  readonly document: Uint8Array
  readonly mediaType: 'application/ofd' | 'application/pdf'
  readonly page: number
  readonly xMm: number
  readonly yMm: number
  readonly straddle?: boolean
  readonly reason: string
}

export interface LicenceRequest {
  readonly typeCode: string
  readonly sealId: string
  readonly holder: { readonly kind: 'person' | 'entity'; readonly name: string; readonly code: string }
  readonly number: string
  readonly fields: Readonly<Record<string, string>>
  readonly caseNumber: string
}

export interface ApprovalSystem {
  stamp(request: StampRequest): Promise<Uint8Array>
  issue(request: LicenceRequest): Promise<{ readonly id: string; readonly licenceId: string }>
  licenceFile(id: string): Promise<Uint8Array>
  changeLicence(id: string, to: 'suspend' | 'resume' | 'revoke', reason: string): Promise<void>
  seals(): Promise<
    readonly { readonly id: string; readonly name: string; readonly status: string; readonly code: string }[]
  >
}

export class ApiRefusal extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string) {
    super(`${status} ${code}`)
    this.name = 'ApiRefusal'
    this.status = status
    this.code = code
  }
}

const SCOPE = 'seal.use licence.issue licence.manage licence.read'

export const connectApprovalSystem = async (settings: ApprovalSettings): Promise<ApprovalSystem> => {
  const key = await crypto.subtle.importKey('jwk', settings.privateJwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
  ])
  const config = await oidc.discovery(
    new URL(`${settings.publicUrl}/oidc`),
    settings.clientId,
    undefined,
    oidc.PrivateKeyJwt({ key, ...(settings.privateJwk.kid === undefined ? {} : { kid: settings.privateJwk.kid }) }),
    { execute: settings.publicUrl.startsWith('http://') ? [oidc.allowInsecureRequests] : [] },
  )
  let token: { readonly value: string; readonly until: number } | undefined
  const bearer = async (): Promise<string> => {
    if (token !== undefined && Date.now() < token.until) return token.value
    const granted = await oidc.clientCredentialsGrant(config, { scope: SCOPE })
    token = { value: granted.access_token, until: Date.now() + ((granted.expires_in ?? 60) - 30) * 1000 }
    return token.value
  }
  const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(`${settings.publicUrl}${path}`, {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${await bearer()}` },
    })
    if (response.ok) return response
    const problem = (await response.json().catch(() => ({}))) as { readonly code?: string }
    throw new ApiRefusal(response.status, problem.code ?? 'UNKNOWN')
  }
  const postJson = (path: string, value: unknown): Promise<Response> =>
    call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) })

  return {
    stamp: async ({ sealId, document, mediaType, ...where }) => {
      const query = new URLSearchParams({
        page: String(where.page),
        x: String(where.xMm),
        y: String(where.yMm),
        reason: where.reason,
      })
      if (where.straddle === true) query.set('straddle', 'right')
      const response = await call(`/api/seals/${sealId}/apply?${query.toString()}`, {
        method: 'POST',
        headers: { 'content-type': mediaType },
        body: document as Uint8Array<ArrayBuffer>,
      })
      return new Uint8Array(await response.arrayBuffer())
    },
    issue: async (request) =>
      (await postJson('/api/licences', request)).json() as Promise<{ id: string; licenceId: string }>,
    licenceFile: async (id) => new Uint8Array(await (await call(`/api/licences/${id}/file`)).arrayBuffer()),
    changeLicence: async (id, to, reason) => {
      await postJson(`/api/licences/${id}/${to}`, { reason })
    },
    seals: async () =>
      (
        (await (await call('/api/seals')).json()) as {
          seals: { id: string; name: string; status: string; code: string }[]
        }
      ).seals,
  }
}
