import { describe, expect, it } from 'vitest'
import { registerClient, type ClientRegistration } from '../../../src/oidc/index.ts'
import type { ClientRow } from '../../../src/oidc/ports.ts'
import type { Tx } from '../../../src/kernel/index.ts'

const good: ClientRegistration = {
  clientId: 'portal-one',
  name: '门户',
  scopes: ['openid', 'profile'],
  grantTypes: ['authorization_code'],
  redirectUris: ['https://portal.example/cb'],
  backchannelLogoutUri: 'https://back.portal.example:8443/bcl',
  secret: 'x'.repeat(32),
}
const key = { keys: [{ kty: 'EC' }] }

const register = async (change: Partial<ClientRegistration> = {}): Promise<ClientRow> => {
  const rows: ClientRow[] = []
  const deps = {
    clock: { now: () => new Date(0) },
    work: { run: <T>(w: (tx: Tx) => Promise<T>) => w({} as Tx) },
    audit: { record: async () => 'id', chained: async () => undefined },
    cipher: { encrypt: () => new Uint8Array([1]), decrypt: () => '' },
    pairwise: { current: 'v1', keys: {} },
    store: { clients: { insert: async (_tx: Tx, row: ClientRow) => rows.push(row) === 1 } },
  } as unknown as Parameters<typeof registerClient>[0]
  await registerClient(deps, { ...good, ...change }, { kind: 'system', id: 'test' })
  return rows[0] as ClientRow
}

describe('registering a client', () => {
  it('keeps the secret only sealed, asks for sid, and notes whom may be called', async () => {
    const row = await register()
    expect(JSON.stringify(row.metadata)).not.toContain(good.secret)
    expect(row.metadata).toMatchObject({
      scope: 'openid profile',
      token_endpoint_auth_method: 'client_secret_basic',
      backchannel_logout_session_required: true,
      principal_types: 'self',
      pairwise_key: 'v1',
    })
    expect(row.hosts).toEqual(['portal.example', 'back.portal.example:8443'])
  })
  it('takes clear text on this machine, and elsewhere only when the network is declared so', async () => {
    expect((await register({ redirectUris: ['http://127.0.0.1:4000/cb'] })).hosts[0]).toBe('127.0.0.1:4000')
    const inside = { redirectUris: ['http://10.1.2.3/cb'], clearText: true }
    expect((await register(inside)).hosts[0]).toBe('10.1.2.3')
  })
  it.each<[string, Partial<ClientRegistration>, string]>([
    ['an id of ours', { clientId: 'xinyin-pages' }, 'clientId'],
    ['an id with spaces', { clientId: 'a b c' }, 'clientId'],
    ['no name', { name: ' ' }, 'name'],
    ['no scope', { scopes: [] }, 'scopes'],
    ['a scope that does not exist', { scopes: ['openid', 'root'] }, 'scopes'],
    ['a code without address', { redirectUris: [] }, 'redirectUris'],
    ['an address without code', { grantTypes: ['client_credentials'] }, 'redirectUris'],
    ['clear text to the outside', { redirectUris: ['http://portal.example/cb'] }, 'redirectUris'],
    ['a fragment', { redirectUris: ['https://portal.example/cb#x'] }, 'redirectUris'],
    ['a password in an address', { backchannelLogoutUri: 'https://u:p@portal.example/' }, 'backchannelLogoutUri'],
    ['a script as address', { redirectUris: ['javascript:alert(1)'] }, 'redirectUris'],
    ['a short secret', { secret: 'short' }, 'secret'],
    ['a secret and keys', { jwks: key }, 'secret'],
    ['an unknown level', { minAcr: 'high' }, 'minAcr'],
  ])('refuses %s', async (_what, change, field) => {
    await expect(register(change)).rejects.toMatchObject({ code: 'INPUT_INVALID', field })
  })
})
