/** The demonstration as `npm start` runs it, in this process on free ports, its log kept; and what an attacker's tools need. */
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignJWT, importJWK } from 'jose'
import type { JWTPayload } from 'jose'
import { world } from '../../../examples/world.ts'
import { readConfig } from '../../../src/config.ts'
import type { LogFields, Logger } from '../../../src/kernel/index.ts'
import { start } from '../../../src/main.ts'

export type Target = Awaited<ReturnType<typeof startTarget>>

export const startTarget = async () => {
  const data = await mkdtemp(join(tmpdir(), 'xinyin-hostile-'))
  const log: string[] = []
  const keep = (event: string, fields?: LogFields): void => void log.push(`${event} ${JSON.stringify(fields ?? {})}`)
  const logger: Logger = { info: keep, warn: keep, error: keep }
  let said = ''
  const config = readConfig({ NODE_ENV: 'test', XINYIN_DATA: data, PORT: '0', LOG_LEVEL: 'info' })
  const running = await start(config, logger, (line) => {
    said += line
  })
  const addresses = [...said.matchAll(/http:\/\/(?:localhost|127\.0\.0\.1):\d+/g)].map(([a]) => a)
  const [url = '', , portal = '', portal2 = '', population = '', legalEntity = ''] = addresses
  return {
    url,
    portal,
    portal2,
    log,
    /** How the registries behave from now on. */
    control: async (failure: string): Promise<void> => {
      for (const registry of [population, legalEntity])
        await fetch(`${registry}/_control`, { method: 'POST', body: JSON.stringify({ failure }) })
    },
    stop: async () => {
      await running.stop()
      await rm(data, { recursive: true, force: true })
    },
  }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Of a problem+json, or the OAuth error. */
  readonly code: string
}

export const ask = async (address: string, init: RequestInit = {}): Promise<Answer> => {
  const response = await fetch(address, { redirect: 'manual', ...init })
  const text = await response.text()
  let code = ''
  if (/json/.test(response.headers.get('content-type') ?? '')) {
    const body = JSON.parse(text) as { readonly code?: string; readonly error?: string }
    code = body.code ?? body.error ?? ''
  }
  return { status: response.status, headers: response.headers, text, code }
}

/** Bytes on the wire, whatever they are; all that comes back. */
export const wire = (url: string, bytes: string): Promise<string> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port) })
    let out = ''
    socket.setTimeout(2_000, () => socket.destroy())
    socket.on('data', (chunk) => (out += chunk.toString('latin1')))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(out))
    socket.write(bytes, 'latin1')
  })

export const form = (fields: Readonly<Record<string, string>>, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams(fields),
  headers,
})

const approval = world.clients.find((c) => c.kind === 'approval-system')
if (approval?.authentication.method !== 'private_key_jwt') throw new Error('world.json has no approval system')
export const approvalClient = approval
const { privateJwk } = approval.authentication

/** A client assertion of the approval system, with what the attacker would rather have in it. */
export const assertionOf = async (target: Target, changed: JWTPayload = {}): Promise<string> => {
  const key = await importJWK({ ...privateJwk }, 'ES256')
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: approvalClient.id, sub: approvalClient.id, aud: `${target.url}/oidc`, iat: now, exp: now + 60 }
  return new SignJWT({ ...claims, jti: crypto.randomUUID(), ...changed })
    .setProtectedHeader({ alg: 'ES256', kid: privateJwk.kid })
    .sign(key)
}

export const tokenWith = (target: Target, assertion: string, scope = 'seal.use'): Promise<Answer> =>
  ask(
    `${target.url}/oidc/token`,
    form({
      grant_type: 'client_credentials',
      scope,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }),
  )

export const tokenOf = async (target: Target, scope: string): Promise<string> => {
  const { text } = await tokenWith(target, await assertionOf(target), scope)
  return (JSON.parse(text) as { readonly access_token: string }).access_token
}

export const bearer = (token: string, init: RequestInit = {}): RequestInit => ({
  ...init,
  headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` },
})

/** Everything of the demonstration world that must never leak: names of people, their numbers, passwords, secrets. */
export const secretsOfTheWorld = (): readonly string[] => [
  ...world.people.flatMap((p) => [p.name, p.citizenIdNumber]),
  ...world.accounts.flatMap((a) => [a.password, a.loginName]),
  ...world.clients.flatMap(({ authentication: a }) =>
    a.method === 'client_secret_basic' ? [a.secret] : [a.privateJwk.d ?? ''],
  ),
  world.registrySecrets.xinyin,
]
