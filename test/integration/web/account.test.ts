import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { actFor, newBrowser, personNamed, signedIn, startWeb, type Browser, type WebWorld } from './web-world.ts'

let web: WebWorld
beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.stop())

const day = (days: number): string =>
  new Date(Date.now() + days * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10)
const idOf = (entity: string): string => web.entities.get(entity) ?? ''

describe('the account centre', () => {
  it('shows one’s own number masked, never whole, on no page at all', async () => {
    const browser = await signedIn(web, 'lin')
    const { citizenIdNumber } = personNamed('lin')
    const account = await browser.get('/account')
    expect(account.text).toContain('9901**********1232')
    for (const path of ['/account', '/', '/principal', '/wallet', '/register/entity', '/sign-out'])
      expect((await browser.get(path)).text, path).not.toContain(citizenIdNumber)
  })

  it('ends another of one’s own sessions, and nobody else’s', async () => {
    const [here, there, stranger] = [
      await signedIn(web, 'tang'),
      await signedIn(web, 'tang'),
      await signedIn(web, 'wu'),
    ]
    const foreign = /name="sessionId" value="([^"]+)"/
    await signedIn(web, 'wu')
    const ofStranger = foreign.exec((await stranger.get('/account')).text)?.[1] ?? ''
    expect(ofStranger).not.toBe('')
    expect((await here.post('/account/sessions/end', { sessionId: ofStranger })).status).toBe(404)
    expect((await here.post('/account/sessions/end', {})).status).toBe(404)
    const ofThere = foreign.exec((await here.get('/account')).text)?.[1] ?? ''
    const ended = await here.post('/account/sessions/end', { sessionId: ofThere })
    expect((await here.get(ended.to)).text).toContain('已结束那一处的登录')
    expect((await there.get('/account')).status).toBe(303)
    expect((await here.get('/account')).status).toBe(200)
    expect((await stranger.get('/account')).status).toBe(200)
  })
})

describe('granting and revoking a mandate', () => {
  const form = (over: Record<string, string | readonly string[]> = {}) => ({
    entityId: idOf('shili'),
    agentName: personNamed('tang').name,
    agentCitizenId: personNamed('tang').citizenIdNumber,
    functions: ['seal.use', 'matter.file'],
    validFrom: day(0),
    validTo: day(30),
    ...over,
  })
  const grant = (browser: Browser, over: Record<string, string | readonly string[]> = {}) =>
    browser.post('/account/mandates/grant', form(over))

  it.each([
    [
      'a person who is not registered',
      { agentName: '许未注册', agentCitizenId: '990103199505165279' },
      422,
      'f-agentCitizenId',
    ],
    ['a name that does not belong to the number', { agentName: '唐冒名' }, 422, 'f-agentCitizenId'],
    ['an impossible number', { agentCitizenId: '1' }, 400, 'f-agentCitizenId'],
    ['oneself', { agentName: '周示范', agentCitizenId: '990101197806051011' }, 422, 'f-agentCitizenId'],
    ['no function', { functions: [] }, 400, 'f-functions'],
    ['a function that an enterprise cannot give', { functions: ['licence.issue'] }, 422, 'f-functions'],
    ['a function that does not exist', { functions: ['seal.use', 'seal.everything'] }, 400, 'f-functions'],
    ['an end that is past', { validTo: '2020-01-01' }, 422, 'f-validTo'],
    ['a day that does not exist', { validTo: '2027-02-31' }, 400, 'f-validTo'],
    ['more than five years', { validTo: '2040-01-01' }, 422, 'f-validTo'],
    ['no first day', { validFrom: '' }, 400, 'f-validFrom'],
  ])('refuses %s, at its input, and keeps what was typed', async (_what, over, status, input) => {
    const browser = await signedIn(web, 'zhou')
    const answer = await grant(browser, over as unknown as Record<string, string | readonly string[]>)
    expect(answer.status).toBe(status)
    expect(answer.text).toContain(`href="#${input}"`)
    expect(answer.text).toContain('value="唐普通"'.replace('唐普通', String(form(over as never).agentName)))
  })

  it('is for the legal representative only', async () => {
    const agent = await signedIn(web, 'lin')
    expect((await grant(agent)).status).toBe(404)
    expect((await agent.get(`/account/mandates/grant?entity=${idOf('shili')}`)).status).toBe(404)
    const other = await signedIn(web, 'wu')
    expect((await grant(other)).status).toBe(404)
    expect((await grant(other, { entityId: 'x' })).status).toBe(404)
  })

  it('lets the agent act at once, until it is taken back, which ends that at once too', async () => {
    const representative = await signedIn(web, 'zhou')
    const agent = await signedIn(web, 'tang')
    await expect(actFor(web, agent, 'shili')).rejects.toThrow()
    const empty = await representative.get(`/account/mandates/grant?entity=${idOf('shili')}`)
    expect(empty.text).toContain(`value="${day(0)}"`)
    expect(empty.text).not.toContain('licence.issue')

    const granted = await grant(representative)
    expect(granted.to).toBe('/account?done=mandate-granted')
    expect((await agent.get('/account')).text).toContain('周示范授权')
    await actFor(web, agent, 'shili')
    expect((await agent.get('/')).text).toMatch(/经办人，正在代表<\/span> <b>云湖示例科技有限公司/)
    expect((await agent.get('/seals')).status).toBe(200)

    const page = (await representative.get(granted.to)).text
    const mandateId = /唐普通[\s\S]*?name="mandateId" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const stranger = await signedIn(web, 'wu')
    expect((await stranger.post('/account/mandates/revoke', { mandateId, reason: '试验' })).status).toBe(403)
    const revoked = await representative.post('/account/mandates/revoke', { mandateId, reason: '不再经办' })
    expect(revoked.to).toBe('/account?done=mandate-revoked')
    expect((await agent.get('/')).text).toContain('正在以本人身份办理')
    expect((await agent.get('/seals')).status).toBe(403)
    const again = await representative.post('/account/mandates/revoke', { mandateId, reason: '不再经办' })
    expect([again.status, again.text.includes('MANDATE_REVOKED')]).toEqual([403, true])
    expect((await representative.post('/account/mandates/revoke', { mandateId: 'x' })).status).toBe(404)
  })

  it('leaves no name and no number in the log', () => {
    const log = web.log.join('\n')
    for (const id of ['tang', 'zhou', 'lin', 'xu'])
      for (const value of [personNamed(id).name, personNamed(id).citizenIdNumber]) expect(log).not.toContain(value)
  })
})

describe('a page of an organisation', () => {
  it('tells who acts for themselves to choose, and comes back after the choice', async () => {
    const browser = await signedIn(web, 'chen')
    const closed = await browser.get('/seals')
    expect(closed.status).toBe(403)
    expect(closed.text).toContain('href="/principal?to=%2Fseals"')
    const chosen = await browser.post('/principal?to=%2Fseals', { principal: `${idOf('scjg')} legal-representative` })
    expect(chosen.to).toBe('/seals')
    expect((await browser.get('/seals')).status).toBe(200)
  })

  it('does not open without a function of that area', async () => {
    const browser = await signedIn(web, 'lin')
    await actFor(web, browser, 'yangben')
    for (const path of ['/seals', '/seals/apply', '/licences', '/wallet']) {
      const answer = await browser.get(path)
      expect([answer.status, answer.text.includes('MANDATE_MISSING')], path).toEqual([403, true])
    }
  })

  it('cannot be chosen by somebody who has no mandate of it', async () => {
    const browser = await signedIn(web, 'tang')
    for (const principal of [`${idOf('scjg')} legal-representative`, '__proto__', ''])
      expect((await browser.post('/principal', { principal })).status).toBeGreaterThanOrEqual(400)
    expect((await newBrowser(web.publicUrl).post('/principal', { principal: 'self' })).status).toBe(401)
  })
})
