/** The eKYC plan of the OpenID Foundation's conformance suite, module by module; run by ourselves, as plans.test.ts says. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import { freshEmbedded } from '../../support/database.ts'
import { newBrowser, startOidc, type OidcWorld } from '../../integration/oidc/oidc-world.ts'
import { startPortal, type Portal } from '../../integration/oidc/oidc-portal.ts'
import { planTools } from './plan-tools.ts'

let db: Db
let world: OidcWorld
let portal: Portal
let rp: ReturnType<typeof planTools>

beforeAll(async () => {
  db = await freshEmbedded()
  world = await startOidc({ db })
  portal = await startPortal(world, 'plan-one')
  rp = planTools(world)
})
afterAll(async () => {
  await portal.stop()
  await world.stop()
  await db.close()
})

describe('ekyc-test-plan-oidccore', () => {
  const set = (claims: object, verification: object = { trust_framework: null }) => ({ verification, claims })
  const ask = async (container: 'userinfo' | 'id_token', verified: unknown) => {
    const claims = JSON.stringify({ [container]: { verified_claims: verified } })
    const signed = await rp.signIn(newBrowser(), portal, { claims })
    const info = await rp.userInfo(signed.access)
    return { userinfo: info['verified_claims'], id_token: signed.claims['verified_claims'] }
  }
  const answer = { verification: { trust_framework: 'cn_xinyin' }, claims: { name: '测试张三' } }
  it('ekyc-server-happypath', async () => {
    expect(await rp.discovery()).toMatchObject({
      verified_claims_supported: true,
      trust_frameworks_supported: ['cn_xinyin'],
    })
    expect((await ask('userinfo', set({ name: null }))).userinfo).toEqual(answer)
  })
  it('ekyc-server-happypath-emptyobject', async () => {
    expect((await ask('userinfo', set({ name: {} }))).userinfo).toEqual(answer)
  })
  it('ekyc-server-happypath-essentialfalse', async () => {
    expect((await ask('userinfo', set({ name: { essential: false } }))).userinfo).toEqual(answer)
  })
  it.each([
    ['ekyc-server-unknown-claim-omitted', { name: null, no_such_claim: null }],
    ['ekyc-server-unknown-essential-claim-omitted', { name: null, no_such_claim: { essential: true } }],
    ['ekyc-server-unknown-claim-specialchars-omitted', { name: null, '"><script>\\u0000%00é 测': null }],
  ])('%s', async (_name, claims) => {
    expect((await ask('userinfo', set(claims))).userinfo).toEqual(answer)
  })
  it('ekyc-server-one-claim-with-random-value-omitted', async () => {
    expect((await ask('userinfo', set({ name: { value: crypto.randomUUID() } }))).userinfo).toBeUndefined()
  })
  it('ekyc-server-request-only-in-idtoken', async () => {
    expect(await ask('id_token', set({ name: null }))).toEqual({ userinfo: undefined, id_token: answer })
  })
  it('ekyc-server-request-only-in-userinfo', async () => {
    expect(await ask('userinfo', set({ name: null }))).toEqual({ userinfo: answer, id_token: undefined })
  })
  it('ekyc-server-testuserprovidedrequest', async () => {
    const verification = {
      trust_framework: { value: 'cn_xinyin' },
      assurance_level: { values: ['L3', 'L4'] },
      time: { max_age: 315_360_000 },
    }
    expect((await ask('userinfo', set({ birthdate: null }, verification))).userinfo).toMatchObject({
      verification: { assurance_level: 'L3' },
      claims: { birthdate: '1990-01-01' },
    })
  })
  it('ekyc-server-testbasedonuserinfo-defaults', async () => {
    const evidence = [
      { type: { value: 'electronic_record' }, check_details: [{ check_method: null }], record: { type: null } },
    ]
    const verified = await ask(
      'userinfo',
      set({ name: null, birthdate: null }, { trust_framework: null, time: null, evidence }),
    )
    expect(verified.userinfo).toMatchObject({
      verification: { evidence: [{ record: { type: 'population_register' } }] },
      claims: { name: '测试张三', birthdate: '1990-01-01' },
    })
  })
  it('ekyc-server-test-userinfo-notfoundinop', async () => {
    const evidence = [{ type: { value: 'vouch' } }]
    expect((await ask('userinfo', set({ name: null }, { trust_framework: null, evidence }))).userinfo).toBeUndefined()
  })
})
