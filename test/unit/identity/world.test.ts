import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { populate } from '../../../examples/populate.ts'
import { world } from '../../../examples/world.ts'
import { authenticate, listPrincipals, passwordFault, requireAuthority } from '../../../src/identity/index.ts'
import { parseCitizenId } from '../../../standards/gb-11643-citizen-id/index.ts'
import { parseUscc } from '../../../standards/gb-32100-uscc/index.ts'
import { freshEmbedded } from '../../support/database.ts'
import { countRows, makeIdentityWorld, type IdentityWorld } from './identity-world.ts'

describe('the demonstration world', () => {
  it('has numbers that check, all of a province that does not exist, each once', () => {
    for (const p of world.people) expect(parseCitizenId(p.citizenIdNumber).division).toMatch(/^99/)
    for (const e of world.entities) expect(parseUscc(e.uscc).division).toMatch(/^99/)
    expect(new Set(world.people.map((p) => p.citizenIdNumber)).size).toBe(world.people.length)
    expect(new Set(world.entities.map((e) => e.uscc)).size).toBe(world.entities.length)
    expect(world.entities.filter((e) => e.kind === 'government-office').every((e) => e.uscc.startsWith('11'))).toBe(
      true,
    )
  })

  it('has passwords that the policy accepts, and people who are alive', () => {
    const living = new Set(world.people.filter((p) => p.deceased !== true).map((p) => p.id))
    for (const a of world.accounts) {
      expect(passwordFault(a.password, a.loginName)).toBeUndefined()
      expect(living.has(a.person)).toBe(true)
    }
  })

  it('has a client key whose halves belong together', () => {
    const approval = world.clients.find((c) => c.id === 'approval-scjg')?.authentication
    if (approval?.method !== 'private_key_jwt') throw new TypeError('not a key')
    const key = createPrivateKey({ key: { ...approval.privateJwk }, format: 'jwk' })
    const publicKey = createPublicKey({ key: { ...approval.publicJwk }, format: 'jwk' })
    expect(approval.publicJwk.d).toBeUndefined()
    expect(verify('sha256', Buffer.from('x'), publicKey, sign('sha256', Buffer.from('x'), key))).toBe(true)
  })
})

describe('populating the service', () => {
  let w: IdentityWorld
  beforeAll(async () => {
    w = await makeIdentityWorld(await freshEmbedded())
    await populate(w.deps)
  })
  afterAll(() => w.close())

  it('lets every demo account sign in', async () => {
    for (const { loginName: name, password } of world.accounts)
      expect(await authenticate(w.deps, { name, password, address: '127.0.0.1' })).toMatchObject({ amr: ['pwd'] })
  })

  it('gives the officers and the approval system what they need, and the agent two enterprises', async () => {
    const { people, entities } = await populate(w.deps)
    const at = w.clock.now()
    const entityId = entities.get('scjg') ?? ''
    const person = (id: string) => ({ kind: 'person', personId: people.get(id) ?? '' }) as const
    for (const [agent, fn] of [
      [person('zheng'), 'seal.apply'],
      [person('sun'), 'seal.approve'],
      [person('sun'), 'seal.manage'],
      [person('zhao'), 'licence.issue'],
      [person('chen'), 'seal.approve'],
      [{ kind: 'client', clientId: 'approval-scjg' }, 'seal.use'],
    ] as const)
      expect(await requireAuthority(w.deps, { entityId, agent, function: fn, at })).toBeDefined()
    const { available } = await listPrincipals(w.deps, { personId: people.get('lin') ?? '', at })
    expect(available).toHaveLength(2)
  })

  it('changes nothing the second time', async () => {
    const tables = ['natural_person', 'account', 'legal_entity', 'mandate', 'administrator', 'proofing_evidence']
    const count = () => Promise.all(tables.map((t) => countRows(w.db, t)))
    const before = await count()
    await populate(w.deps)
    expect(await count()).toEqual(before)
    expect(before).toEqual([
      world.accounts.length,
      world.accounts.length,
      5,
      world.mandates.length,
      3,
      world.accounts.length + 5,
    ])
  })
})
