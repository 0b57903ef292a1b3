/** People who mean harm, against the whole service: forms, guessing, registries that fail, portals, and what pages give away. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { world } from '../../../examples/world.ts'
import { newBrowser, personNamed, signedIn } from '../web/web-world.ts'
import type { Browser } from '../web/web-world.ts'
import type { Target } from './service.ts'
import { ask, form, secretsOfTheWorld, startTarget } from './service.ts'

let target: Target
beforeAll(async () => {
  target = await startTarget()
}, 120_000)
afterAll(() => target.stop())

const browser = (): Browser => newBrowser(target.url)
const signIn = (person: string): Promise<Browser> => signedIn({ publicUrl: target.url }, person)
const HTML = { accept: 'text/html' }
const PASSWORD = 'correct horse battery'

const POSTS = [
  '/register',
  '/register/entity',
  '/principal',
  '/account/mandates/grant',
  '/account/mandates/revoke',
  '/account/sessions/end',
  '/sign-out',
  '/verify',
  '/seals/apply',
  '/seals/019a0000-0000-7000-8000-000000000001/status',
  '/licences/019a0000-0000-7000-8000-000000000001/status',
  '/interaction/abc',
]

describe('a form sent from another site', () => {
  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost.evil.example' },
  ])('is refused everywhere (%o), and changes nothing', async (headers) => {
    const victim = await signIn('lin')
    for (const path of POSTS) {
      const cookie = [...victim.cookies()].map(([n, v]) => `${n}=${v}`).join('; ')
      const { status, code } = await ask(`${target.url}${path}`, form({ scope: 'account' }, { cookie, ...headers }))
      expect([path, status, code]).toEqual([path, 403, 'CSRF_REJECTED'])
    }
    expect((await victim.get('/account')).status).toBe(200)
  })
})

describe('a registry that fails', () => {
  const { name, citizenIdNumber } = personNamed('he')
  const fields = {
    name,
    citizenId: citizenIdNumber,
    loginName: 'yangceshi',
    password: PASSWORD,
    passwordAgain: PASSWORD,
  }
  it.each([
    ['500', 'REGISTRY_UNAVAILABLE'],
    ['garbage', 'REGISTRY_'],
    ['hang-up', 'REGISTRY_UNAVAILABLE'],
    ['undefined-code', 'REGISTRY_ANSWER_UNDEFINED'],
    ['timeout', 'REGISTRY_UNAVAILABLE'],
  ])('with %s is an outage, never a no, and creates nothing', async (failure, code) => {
    await target.control(failure)
    const started = performance.now()
    const answer = await browser().post('/register', fields)
    await target.control('none')
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).not.toBeNull()
    expect(answer.text).toContain(code)
    expect(answer.text).not.toContain(PASSWORD)
    expect(performance.now() - started).toBeLessThan(15_000)
  })
  it('is forgotten when it works again', async () => {
    const answer = await browser().post('/register', fields)
    expect(answer.status).toBe(201)
    const again = await browser().post('/register', { ...fields, loginName: 'yangceshi2' })
    expect([again.status, again.text.includes('PERSON_ALREADY_REGISTERED')]).toEqual([409, true])
    expect((await browser().post('/register', { ...fields, loginName: 'YangCeShi' })).status).toBe(409)
  })
})

describe('a form with harmful values', () => {
  const { name, citizenIdNumber } = personNamed('xu')
  const good = { name, citizenId: citizenIdNumber, loginName: 'xuceshi', password: PASSWORD, passwordAgain: PASSWORD }
  it.each([
    ['a name with NUL', { name: `${name}\0` }],
    ['a name with a right-to-left mark', { name: `\u202e${name}` }],
    ['a name with markup', { name: '<script>alert(1)</script>' }],
    ['a name of thousands', { name: '王'.repeat(2_000) }],
    ['no name', { name: '' }],
    ['a number in full-width digits', { citizenId: '９９０１０３１９９００２１４１２３２' }],
    ['a number with letters', { citizenId: "1' OR '1'='1" }],
    ['a login name with NUL', { loginName: 'abc\0def' }],
    ['a login name in look-alike letters', { loginName: 'аdmin' }],
    ['a login name that is a path', { loginName: '../../etc' }],
    ['a password of a megabyte less', { password: 'a1'.repeat(10_000), passwordAgain: 'a1'.repeat(10_000) }],
    ['two different passwords', { passwordAgain: 'another one entirely' }],
  ])('%s is refused and comes back harmless', async (_, change) => {
    const answer = await browser().post('/register', { ...good, ...change })
    expect(answer.status).toBe(400)
    expect(answer.text).not.toContain('<script>alert')
    expect(answer.text).not.toContain(PASSWORD)
  })
  it('doubled or missing fields are no way around', async () => {
    const doubled = await browser().post('/register', { ...good, name: ['别人', name] })
    expect([400, 422]).toContain(doubled.status)
    expect((await browser().post('/register', { password: PASSWORD })).status).toBe(400)
    expect((await browser().post('/register', {})).status).toBe(400)
  })
  it.each(['text/plain', 'application/json', 'multipart/form-data', ''])('as %s is refused', async (type) => {
    const init = { method: 'POST', body: new TextEncoder().encode('name=x'), headers: { 'content-type': type } }
    expect((await ask(`${target.url}/register`, init)).code).toBe('UNSUPPORTED_MEDIA')
  })
  it('beyond the limit is refused', async () => {
    const { code } = await ask(`${target.url}/register`, form({ name: 'a'.repeat(100_000) }))
    expect(code).toBe('INPUT_TOO_LARGE')
  })
})

describe('guessing passwords', () => {
  const attempt = async (loginName: string, password: string, headers: Record<string, string> = {}) => {
    const guesser = browser()
    const { at } = await guesser.open('/sign-in')
    const started = performance.now()
    const answer = await guesser.post(at, { loginName, password }, headers)
    return { ...answer, ms: performance.now() - started }
  }
  it('learns neither from words nor from time whether a name exists', async () => {
    const known = world.accounts.find((a) => a.person === 'wu')?.loginName ?? ''
    const rounds: { known: number[]; unknown: number[] } = { known: [], unknown: [] }
    for (let i = 0; i < 3; i++) {
      const yes = await attempt(known, `wrong ${i} password`)
      const no = await attempt(`nobody${i}`, `wrong ${i} password`)
      expect([yes.status, no.status]).toEqual([401, 401])
      const plain = (text: string): string =>
        text.replaceAll(/interaction\/[\w-]+|challenge&quot;:&quot;[\w-]+|nobody\d|wulizheng/g, '')
      expect(plain(yes.text)).toBe(plain(no.text))
      rounds.known.push(yes.ms)
      rounds.unknown.push(no.ms)
    }
    const fastest = (times: number[]): number => Math.min(...times)
    const ratio = fastest(rounds.known) / fastest(rounds.unknown)
    expect(ratio).toBeGreaterThan(0.4)
    expect(ratio).toBeLessThan(2.5)
  })
  it('is held back, also with a false address, and the right password does not get through then', async () => {
    const { loginName = '', password = '' } = world.accounts.find((a) => a.person === 'jiang') ?? {}
    const statuses: number[] = []
    for (let i = 0; i < 8; i++)
      statuses.push((await attempt(loginName, `guess number ${i}`, { 'x-forwarded-for': `203.0.113.${i}` })).status)
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401])
    expect(statuses.slice(5)).toContain(429)
    const right = await attempt(loginName, password, { 'x-forwarded-for': '198.51.100.1' })
    expect([303, 429]).toContain(right.status)
  })
})

describe('a session', () => {
  it('has a cookie that scripts and other sites do not see', async () => {
    const visitor = browser()
    const { at } = await visitor.open('/sign-in')
    const { loginName = '', password = '' } = world.accounts.find((a) => a.person === 'tang') ?? {}
    const answer = await visitor.post(at, { loginName, password })
    const resumed = await visitor.get(answer.to)
    const lines = resumed.headers.getSetCookie().filter((c) => c.startsWith('xinyin_session'))
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) expect(line).toMatch(/httponly/i)
    for (const line of lines) expect(line).toMatch(/samesite=lax/i)
  })
  it('is over after signing out, for whoever kept its cookie', async () => {
    const person = await signIn('lin')
    const cookie = [...person.cookies()].map(([n, v]) => `${n}=${v}`).join('; ')
    expect((await ask(`${target.url}/account`, { headers: { ...HTML, cookie } })).status).toBe(200)
    await person.post('/sign-out', {})
    expect((await ask(`${target.url}/account`, { headers: { ...HTML, cookie } })).status).toBe(303)
  })
  it('that was invented, or changed, is none', async () => {
    const person = await signIn('lin')
    const id = person.cookies().get('xinyin_session') ?? ''
    for (const cookie of [`xinyin_session=${id}`, 'xinyin_session=x; xinyin_session.sig=x', `xinyin_session=${id}x`])
      expect((await ask(`${target.url}/account`, { headers: { ...HTML, cookie } })).status).toBe(303)
  })
})

describe('every page', () => {
  it('has its security headers and is kept by nobody', async () => {
    const person = await signIn('lin')
    for (const path of ['/', '/account', '/wallet', '/principal', '/register', '/verify', '/seals', '/no-such-page']) {
      const { headers } = await person.get(path)
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('referrer-policy')).toMatch(/^(no-referrer|same-origin)$/)
      expect(headers.get('x-powered-by') ?? headers.get('server')).toBeNull()
    }
  })
  it.each([
    '//evil.example',
    '/\\evil.example',
    '%2f%2fevil.example',
    'javascript:alert(1)',
    '/.//evil.example',
    '/\t/evil.example',
  ])('leads after signing in to %s nowhere but here', async (to) => {
    for (const path of [`/sign-in?to=${encodeURIComponent(to)}`, `/signed-in?state=${encodeURIComponent(to)}`]) {
      const { headers } = await ask(`${target.url}${path}`)
      const location = new URL(headers.get('location') ?? '', target.url)
      expect(location.origin).toBe(target.url)
      expect(location.searchParams.get('state') ?? location.pathname).toBe('/')
    }
  })
})

describe('whatever was tried', () => {
  it('left no name, number, password or secret in the log, and nothing unexpected', () => {
    const log = target.log.join('\n')
    for (const secret of [...secretsOfTheWorld(), PASSWORD])
      expect(log.includes(secret), secret.slice(0, 3)).toBe(false)
    expect(target.log.filter((l) => /unexpected|server-error/.test(l))).toEqual([])
  })
})
