import { describe, expect, it } from 'vitest'
import { world } from '../../../examples/world.ts'
import digests from '../../../src/demonstration.json' with { type: 'json' }
import { demonstrationDigest, isDemonstrationConstant } from '../../../src/demonstration.ts'
import type { OidcStore } from '../../../src/oidc/index.ts'
import { refuseDemonstrationClients, refuseDemonstrationPeople } from '../../../src/refuse-demonstration.ts'

const clients = world.clients.map(({ authentication: a }) =>
  a.method === 'private_key_jwt' ? a.publicJwk.x : a.secret,
)

describe('constants of the demonstration', () => {
  it('are exactly those of world.json (npx node tools/demonstration-digests.ts)', () => {
    const constants = [...world.accounts.map((a) => a.password), ...Object.values(world.registrySecrets), ...clients]
    expect([...digests].sort()).toEqual(constants.map(demonstrationDigest).sort())
  })
  it.each(['', 'demo', 'x'.repeat(64)])('are not what merely looks like them: %s', (text) => {
    expect(isDemonstrationConstant(text)).toBe(false)
  })
})

describe('production', () => {
  const asked: string[] = []
  const people = refuseDemonstrationPeople({
    passwords: { hash: (p) => Promise.resolve(`hash of ${p}`), matches: () => Promise.resolve(true) },
    populationRegistry: {
      matchPerson: () => {
        asked.push('population')
        return Promise.resolve({ verdict: 'match', at: new Date(0) })
      },
    },
    legalEntityRegistry: {
      matchEntity: () => {
        asked.push('entity')
        return Promise.resolve({ verdict: 'match', kind: 'enterprise', at: new Date(0) })
      },
    },
  })

  it.each(world.accounts)(
    'keeps no password of the demonstration, and lets none in: $loginName',
    async ({ password }) => {
      expect(() => people.passwords.hash(password)).toThrow(expect.objectContaining({ code: 'PASSWORD_WEAK' }))
      expect(await people.passwords.matches(password, 'hash')).toBe(false)
    },
  )
  it('lets every other password through', async () => {
    expect(await people.passwords.matches('Kx7!pale-river-91', 'hash')).toBe(true)
  })
  it('asks the registries about nobody of the invented province', () => {
    const representative = { name: '甲', citizenIdNumber: '110101198001011013' }
    for (const { name, citizenIdNumber } of world.people)
      expect(() => people.populationRegistry.matchPerson({ requestId: '1', name, citizenIdNumber })).toThrow(
        expect.objectContaining({ code: 'CITIZEN_ID_INVALID' }),
      )
    for (const { name, uscc } of world.entities)
      expect(() => people.legalEntityRegistry.matchEntity({ requestId: '1', name, uscc, representative })).toThrow(
        expect.objectContaining({ code: 'USCC_INVALID' }),
      )
    expect(asked).toEqual([])
  })

  const rowOf = ({ id, authentication: a }: (typeof world.clients)[number]) => ({
    clientId: id,
    metadata: a.method === 'private_key_jwt' ? { jwks: { keys: [a.publicJwk] } } : {},
    ...(a.method === 'private_key_jwt' ? {} : { secretSealed: new TextEncoder().encode(a.secret) }),
    hosts: [],
    logoutMode: 'lease' as const,
    createdAt: new Date(0),
  })
  const cipher = {
    encrypt: (_column: string, plain: string) => new TextEncoder().encode(plain),
    decrypt: (_column: string, field: Uint8Array) => new TextDecoder().decode(field),
    blindIndex: () => new Uint8Array(),
  }
  const storeOf = (row: ReturnType<typeof rowOf>): OidcStore =>
    ({ clients: { insert: () => Promise.resolve(true), find: () => Promise.resolve(row) } }) as unknown as OidcStore

  it.each(world.clients)('registers no client with a key of the demonstration, and knows none: $id', async (client) => {
    const row = rowOf(client)
    const store = refuseDemonstrationClients(storeOf(row), cipher)
    await expect(store.clients.insert({} as never, row)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    expect(await store.clients.find(client.id)).toBeUndefined()
  })
  it('registers and knows a client of the same name with a key of its own', async () => {
    const row = {
      ...rowOf(world.clients[0] as (typeof world.clients)[number]),
      secretSealed: new Uint8Array([1, 2, 3]),
    }
    const store = refuseDemonstrationClients(storeOf(row), cipher)
    expect(await store.clients.insert({} as never, row)).toBe(true)
    expect(await store.clients.find('x')).toBe(row)
  })
})
