/** What a registry told reaches live sessions and their portals in the transaction that applies it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import { makeUnitOfWork } from '../../../adapters/postgres/db.ts'
import type { EntityEvent, PersonEvent } from '../../../src/identity/index.ts'
import { makeIdentityReactions, makeLogoutWorker, type LogoutWorker } from '../../../src/oidc/index.ts'
import { freshEmbedded } from '../../support/database.ts'
import { FIRM, LI, MANDATE, newBrowser, startOidc, ZHANG, type OidcWorld } from './oidc-world.ts'
import { signIn, startPortal, until, type Portal } from './oidc-portal.ts'

let db: Db
let world: OidcWorld
let worker: LogoutWorker
let own: Portal
let firms: Portal
beforeAll(async () => {
  db = await freshEmbedded()
  world = await startOidc({ db, deps: { nudge: () => worker.nudge() } })
  worker = makeLogoutWorker(world.deps, { pollMs: 50 })
  worker.start()
  own = await startPortal(world, 'portal-own')
  firms = await startPortal(world, 'portal-firms', { principalTypes: 'any' })
})
afterAll(async () => {
  await worker.stop()
  await own.stop()
  await firms.stop()
  await world.stop()
  await db.close()
})

const reactions = () => makeIdentityReactions(world.deps)
const told = {
  entity: (event: Omit<EntityEvent, 'entityId'>) =>
    makeUnitOfWork(db).run((tx) => reactions().entityChanged(tx, { entityId: FIRM, ...event })),
  person: (event: PersonEvent) => makeUnitOfWork(db).run((tx) => reactions().personChanged(tx, event)),
}
/** Signed in at one portal as oneself, at the other for the firm. */
const bothPortals = async () => {
  own.told.length = 0
  firms.told.length = 0
  const browser = newBrowser()
  const principal = JSON.stringify({ kind: 'entity', entityId: FIRM, via: { mandateId: MANDATE } })
  const forFirm = await signIn(browser, firms, { headers: { 'x-principal': principal } })
  const forSelf = await signIn(browser, own)
  return {
    firm: async () => (await world.resolveBearer(forFirm.access_token)) !== undefined,
    self: async () => (await world.resolveBearer(forSelf.access_token)) !== undefined,
  }
}

describe('what a registry told', () => {
  it.each(['deregistered', 'revoked'] as const)(
    'ends acting for an entity that is %s, and nothing else',
    async (change) => {
      const live = await bothPortals()
      await told.entity({ change })
      expect([await live.firm(), await live.self()]).toEqual([false, true])
      await until(() => firms.told.length === 1)
      expect(own.told).toEqual([])
    },
  )

  it('ends what the former representative did for it, and leaves the others', async () => {
    const live = await bothPortals()
    await told.entity({ change: 'representative-changed', formerRepresentativeId: LI.personId })
    expect(await live.firm()).toBe(true)
    await told.entity({ change: 'representative-changed', formerRepresentativeId: ZHANG.personId })
    expect([await live.firm(), await live.self()]).toEqual([false, true])
  })

  it('ends nothing when a name changes, or an entity comes back', async () => {
    const live = await bothPortals()
    await told.entity({ change: 'renamed' })
    await told.entity({ change: 'restored' })
    await told.person({ personId: ZHANG.personId, accountId: ZHANG.accountId, change: 'renamed' })
    expect([await live.firm(), await live.self()]).toEqual([true, true])
  })

  it('ends every session of who has died, and tells every portal', async () => {
    const live = await bothPortals()
    await told.person({ personId: LI.personId, change: 'deceased' })
    expect(await live.self()).toBe(true)
    await told.person({ personId: ZHANG.personId, accountId: ZHANG.accountId, change: 'deceased' })
    expect([await live.firm(), await live.self()]).toEqual([false, false])
    await until(() => own.told.length >= 1 && firms.told.length >= 1)
  })
})
