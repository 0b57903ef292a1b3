/**
 * One of the two servers that `oidc.ts` measures, in a process of its own: `bare`, oidc-provider on a memory adapter; or `ours` on the
 * database of DATABASE_URL, else on an embedded one in a temporary folder. The bench answers the sign-in page itself: header `x-user`
 * says who, and with `x-password` the real check of passwords comes first.
 */
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Provider from 'oidc-provider'
import type { Adapter, AdapterPayload } from 'oidc-provider'
import { makePortalCallback } from '../adapters/portal-callback/index.ts'
import { makeAuditStore } from '../adapters/postgres/audit-store.ts'
import type { Db } from '../adapters/postgres/db.ts'
import { makeUnitOfWork } from '../adapters/postgres/db.ts'
import { makeIdentityStore } from '../adapters/postgres/identity-store.ts'
import { migrate } from '../adapters/postgres/migrate.ts'
import { makeOidcStore } from '../adapters/postgres/oidc-store.ts'
import { openPostgres } from '../adapters/postgres/pg.ts'
import { openEmbedded } from '../adapters/postgres/pglite.ts'
import { world } from '../examples/world.ts'
import { makeAuditTrail, startSequencer } from '../src/audit/index.ts'
import { makeFieldCipher, makePasswordHasher, nodeCrypto } from '../src/crypto/node.ts'
import type { Authentication, IdentityDeps } from '../src/identity/index.ts'
import { authenticate, registerPerson } from '../src/identity/index.ts'
import { makeIds, silentLogger, systemRandom } from '../src/kernel/index.ts'
import type { OidcDeps, ProviderDeps } from '../src/oidc/index.ts'
import { makeInteractions, makePeople, makeProvider, makeProviderHandler, registerClient } from '../src/oidc/index.ts'
import { memoryLegalEntityRegistry, memoryPopulationRegistry } from '../test/support/world-registries.ts'
import { CALLBACK, CLIENT, PASSWORD, SECRET, USERS } from './oidc-client.ts'

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>

const signingKey = () => {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  return { kty: 'EC' as const, crv: 'P-256' as const, x: String(jwk.x), y: String(jwk.y), d: String(jwk.d), kid: 'k1' }
}

/** The library's own in-memory adapter keeps a thousand entries and scans; this one is a map. */
const memoryAdapter = () => {
  const rows = new Map<string, AdapterPayload>()
  const uids = new Map<string, string>()
  return class implements Adapter {
    readonly #model: string
    constructor(model: string) {
      this.#model = model
    }
    async upsert(id: string, payload: AdapterPayload): Promise<void> {
      rows.set(`${this.#model}:${id}`, payload)
      if (payload.uid !== undefined) uids.set(payload.uid, id)
    }
    async find(id: string): Promise<AdapterPayload | undefined> {
      return rows.get(`${this.#model}:${id}`)
    }
    async findByUid(uid: string): Promise<AdapterPayload | undefined> {
      return this.find(uids.get(uid) ?? '')
    }
    async findByUserCode(): Promise<undefined> {
      return undefined
    }
    async consume(id: string): Promise<void> {
      const row = rows.get(`${this.#model}:${id}`)
      if (row !== undefined) row.consumed = Math.floor(Date.now() / 1000)
    }
    async destroy(id: string): Promise<void> {
      rows.delete(`${this.#model}:${id}`)
    }
    async revokeByGrantId(): Promise<void> {
      return undefined
    }
  }
}

const bareServer = (url: string): Handler => {
  const provider: Provider = new Provider(`${url}/oidc`, {
    adapter: memoryAdapter(),
    clients: [
      {
        client_id: CLIENT,
        client_secret: SECRET,
        redirect_uris: [CALLBACK],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [{ ...signingKey(), alg: 'ES256', use: 'sig' }] },
    cookies: { keys: ['bench-cookie-key'] },
    claims: { openid: ['sub'], profile: ['name'] },
    findAccount: (_ctx, id) => ({ accountId: id, claims: async () => ({ sub: id, name: '测试张三' }) }),
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 1800, Session: 28_800, Grant: 32_400 },
    loadExistingGrant: async (ctx) => {
      const { client, session } = ctx.oidc
      if (client === undefined || session?.accountId === undefined) return undefined
      const known = session.grantIdFor(client.clientId)
      const found = known === undefined ? undefined : await provider.Grant.find(known)
      if (found !== undefined) return found
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope('openid profile')
      await grant.save()
      return grant
    },
  })
  const serve = provider.callback()
  return async (req, res) => {
    if (req.url?.startsWith('/interaction/') === true) {
      const login = { accountId: String(req.headers['x-user']) }
      return provider.interactionFinished(req, res, { login }, { mergeWithLastSubmission: false })
    }
    req.url = (req.url ?? '').replace(/^\/oidc/, '')
    await serve(req, res)
  }
}

const openDatabase = async (): Promise<Db> => {
  const url = process.env['DATABASE_URL'] ?? ''
  if (url !== '') return openPostgres(url, 10)
  const folder = mkdtempSync(join(tmpdir(), 'xinyin-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return openEmbedded(join(folder, 'db'))
}

const commonDeps = (db: Db) => {
  const clock = { now: () => new Date() }
  const random = systemRandom
  const ids = makeIds(clock, random)
  const work = makeUnitOfWork(db)
  const store = makeAuditStore(db)
  const sequencer = startSequencer({ store, work, digests: nodeCrypto, logger: silentLogger, holder: ids.next() })
  const audit = makeAuditTrail({ store, clock, ids, digests: nodeCrypto, nudge: () => sequencer.nudge() })
  const keys = [{ id: 'b', key: random.bytes(32) }]
  const cipher = makeFieldCipher({ keys, encryptWith: 'b', indexWith: 'b', random })
  return { clock, random, ids, work, audit, cipher, logger: silentLogger }
}
type Common = ReturnType<typeof commonDeps>

const identityDeps = (db: Db, common: Common): IdentityDeps => ({
  ...common,
  digests: nodeCrypto,
  store: makeIdentityStore(db, common.cipher),
  passwords: makePasswordHasher({ random: common.random }),
  populationRegistry: memoryPopulationRegistry(common.clock),
  legalEntityRegistry: memoryLegalEntityRegistry(common.clock),
  reaction: {
    mandateRevoked: () => Promise.resolve(),
    accountChanged: () => Promise.resolve(),
    entityChanged: () => Promise.resolve(),
    personChanged: () => Promise.resolve(),
  },
})

const registerUsers = async (identity: IdentityDeps): Promise<readonly Authentication[]> => {
  const users: Authentication[] = []
  for (const [i, loginName] of USERS.entries()) {
    const person = world.people.filter((p) => p.deceased !== true)[i]
    if (person === undefined) throw new Error('world.json has too few people')
    const { name, citizenIdNumber } = person
    await registerPerson(identity, { name, citizenIdNumber, loginName, password: PASSWORD })
    users.push(await authenticate(identity, { name: loginName, password: PASSWORD, address: `127.0.0.${i}` }))
  }
  return users
}

const ourServer = async (publicUrl: string): Promise<Handler> => {
  const db = await openDatabase()
  await migrate(db)
  const common = commonDeps(db)
  const identity = identityDeps(db, common)
  const store = makeOidcStore(db)
  const oidc: OidcDeps = {
    ...common,
    store,
    people: makePeople(identity),
    portals: makePortalCallback({ isRegistered: (host) => store.clients.hasHost(host) }),
    pairwise: { current: '1', keys: { '1': common.random.bytes(32) } },
    signingKeys: [signingKey()],
    publicUrl,
  }
  const deps: ProviderDeps = {
    ...oidc,
    pages: { error: (_ctx, code) => code, logoutConfirm: (_ctx, { form }) => form, loggedOut: () => '' },
    cookieKeys: ['bench-cookie-key'],
    interactionUrl: (uid) => `/interaction/${uid}`,
    strongestSignIn: 'urn:xinyin:acr:1',
  }
  const client = {
    clientId: CLIENT,
    name: '测速',
    secret: SECRET,
    scopes: ['openid', 'profile'],
    grantTypes: ['authorization_code'] as const,
    redirectUris: [CALLBACK],
    principalTypes: 'self' as const,
  }
  await registerClient(oidc, client, { kind: 'system', id: 'bench' })
  const users = await registerUsers(identity)
  const provider = makeProvider(deps)
  const interactions = makeInteractions(deps, provider)
  const serve = makeProviderHandler(provider)
  return async (req, res) => {
    if (req.url?.startsWith('/interaction/') !== true) return serve(req, res)
    const user = Number(req.headers['x-user']) % USERS.length
    const password = req.headers['x-password']
    const signedIn =
      password === undefined
        ? users[user]
        : await authenticate(identity, {
            name: USERS[user] ?? '',
            password: String(password),
            address: `127.0.0.${user}`,
          })
    if (signedIn === undefined) throw new Error('no such user')
    await interactions.finishLogin(req, res, signedIn)
  }
}

let handle: Handler = async () => undefined
const server = createServer((req, res) => {
  handle(req, res).catch((error: unknown) => {
    process.stderr.write(`${String((error as Error).stack)}\n`)
    res.writeHead(500).end()
  })
})
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const made = process.argv[2] === 'bare' ? Promise.resolve(bareServer(url)) : ourServer(url)
  made.then(
    (handler) => {
      handle = handler
      process.send?.({ url })
    },
    (error: unknown) => {
      process.stderr.write(`${String((error as Error).stack)}\n`)
      process.exit(1)
    },
  )
})
process.once('disconnect', () => process.exit(0))
process.once('SIGTERM', () => process.exit(0))
