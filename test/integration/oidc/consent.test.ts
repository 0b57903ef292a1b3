/** Portals whose own law does not allow it get data only from people who agreed to the text of today. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import { CONSENT_TEXT_VERSION, consentsOf, withdrawConsent } from '../../../src/oidc/index.ts'
import { freshEmbedded } from '../../support/database.ts'
import { LI, newBrowser, startOidc, ZHANG, type OidcWorld } from './oidc-world.ts'
import { signIn, startPortal, walk, type Portal } from './oidc-portal.ts'

const actor = { kind: 'person', id: ZHANG.personId } as const
let db: Db
let world: OidcWorld
let asking: Portal
let implied: Portal
beforeAll(async () => {
  db = await freshEmbedded()
  world = await startOidc({ db })
  asking = await startPortal(world, 'portal-asking', { consent: 'ask', principalTypes: 'any' })
  implied = await startPortal(world, 'portal-implied')
})
afterAll(async () => {
  await asking.stop()
  await implied.stop()
  await world.stop()
  await db.close()
})

const errorOf = (callback: string): string | null => new URL(callback).searchParams.get('error')
const given = async () => (await consentsOf(world.deps, ZHANG.accountId)).filter((c) => c.withdrawnAt === undefined)

describe('consent', () => {
  it('is asked once, recorded with the version of the text, and not asked again for the same or less', async () => {
    const browser = newBrowser()
    await signIn(browser, asking)
    expect(await given()).toMatchObject([
      { clientId: 'portal-asking', scopes: ['profile'], textVersion: CONSENT_TEXT_VERSION },
    ])
    const again = await browser.get(await asking.start({ prompt: 'none' }))
    expect(errorOf(again.headers.get('location') ?? '')).toBeNull()
    const less = await browser.get(await asking.start({ prompt: 'none', scope: 'openid' }))
    expect(errorOf(less.headers.get('location') ?? '')).toBeNull()
  })

  it('is missing for more than was agreed to, by another person, and after a change of the text', async () => {
    const browser = newBrowser()
    await signIn(browser, asking)
    const more = await browser.get(await asking.start({ prompt: 'none', scope: 'openid profile entity' }))
    expect(errorOf(more.headers.get('location') ?? '')).toBe('consent_required')
    const of = { clientId: 'portal-asking', scopes: ['profile'] }
    const { consents } = world.deps.store
    expect(await consents.covers({ ...of, accountId: LI.accountId, textVersion: CONSENT_TEXT_VERSION })).toBe(false)
    expect(await consents.covers({ ...of, accountId: ZHANG.accountId, textVersion: '2026-01-01' })).toBe(false)
    expect(await consents.covers({ ...of, accountId: ZHANG.accountId, textVersion: CONSENT_TEXT_VERSION })).toBe(true)
  })

  it('is not needed for a pseudonym, nor where the law allows it, and nothing is recorded', async () => {
    const before = (await given()).length
    const browser = newBrowser()
    await signIn(browser, implied)
    expect(await given()).toHaveLength(before)
  })

  it('is asked when the portal wants it to be', async () => {
    const browser = newBrowser()
    await signIn(browser, implied)
    const answer = await browser.get(await implied.start({ prompt: 'consent' }))
    const stop = answer.headers.get('location') ?? ''
    expect(stop).toContain('/interaction/')
    const details = (await (await browser.get(new URL(stop, world.publicUrl).href)).json()) as { prompt: string }
    expect(details.prompt).toBe('consent')
  })

  it('refused gives the portal access_denied and no data', async () => {
    const browser = newBrowser()
    const start = await asking.start({ scope: 'openid profile entity' })
    await signIn(browser, asking)
    expect(errorOf(await walk(browser, start, { 'x-abort': '1' }))).toBe('access_denied')
    expect((await given()).every((c) => !c.scopes.includes('entity'))).toBe(true)
  })

  it('withdrawn makes what the portal holds worthless at once, and the portal must ask again', async () => {
    const browser = newBrowser()
    const tokens = await signIn(browser, asking)
    const elsewhere = await signIn(browser, implied)
    const of = { accountId: ZHANG.accountId, clientId: 'portal-asking', actor }
    expect(await withdrawConsent(world.deps, of)).toBeGreaterThan(0)
    expect(await world.resolveBearer(tokens.access_token)).toBeUndefined()
    expect(await world.resolveBearer(elsewhere.access_token)).toBeDefined()
    const again = await browser.get(await asking.start({ prompt: 'none' }))
    expect(errorOf(again.headers.get('location') ?? '')).toBe('consent_required')
    expect(await withdrawConsent(world.deps, of)).toBe(0)
    const history = await consentsOf(world.deps, ZHANG.accountId)
    expect(history.filter((c) => c.clientId === 'portal-asking').every((c) => c.withdrawnAt !== undefined)).toBe(true)
  })

  it('is never changed or deleted in the database', async () => {
    for (const text of ['DELETE FROM oidc_consent', "UPDATE oidc_consent SET scopes = '{entity}'"])
      await expect(db.query(text)).rejects.toMatchObject({ code: '42501' })
  })
})
