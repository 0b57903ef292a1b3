/** Signing in with an SM2 certificate of our own CA over real HTTP: enrolled, used, and refused in every way that it should be. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { world } from '../../../examples/world.ts'
import { changeStatus, keyPair, signText, untrustedKeyPair, type KeyPair } from './certificate-keys.ts'
import { newBrowser, signedIn, startWeb, type Browser, type Page, type WebWorld } from './web-world.ts'

let web: WebWorld
beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.stop())

const passwordOf = (person: string): string => world.accounts.find((a) => a.person === person)?.password ?? ''
const challengeIn = ({ text }: Page): string => /<pre[^>]*><code>([^<]+)<\/code>/.exec(text)?.[1] ?? ''
const formPath = '/account/authenticators/certificate'

const enrol = async (browser: Browser, person: string, pair: KeyPair): Promise<Page> => {
  const form = await browser.get(formPath)
  const signature = await signText(pair, challengeIn(form))
  return browser.post(formPath, { certificate: pair.pem, signature, password: passwordOf(person) })
}
const atStop = async () => {
  const browser = newBrowser(web.publicUrl)
  const { at } = await browser.open('/sign-in')
  const form = await browser.get(`${at}?with=certificate`)
  return { browser, at, challenge: challengeIn(form) }
}
const show = async (pair: KeyPair) => {
  const { browser, at, challenge } = await atStop()
  const signature = await signText(pair, challenge)
  return { browser, page: await browser.post(at, { certificate: pair.pem, signature }) }
}

describe('a certificate', () => {
  let pair: KeyPair
  beforeAll(async () => {
    pair = await keyPair(web, '唐普通', 'SM2')
  })

  it('opens nothing before it is enrolled', async () => {
    expect((await show(pair)).page.text).toContain('CERTIFICATE_NOT_ACCEPTED')
  })

  it('is enrolled by its owner: not with a wrong password, nor with a signature of another session', async () => {
    const browser = await signedIn(web, 'tang')
    const form = await browser.get(formPath)
    expect(challengeIn(form)).toMatch(/^XINYIN-ENROL-1 http:\/\/127\.0\.0\.1:\d+ [\w-]{43}$/)
    const signature = await signText(pair, challengeIn(form))
    const wrong = await browser.post(formPath, { certificate: pair.pem, signature, password: 'not it' })
    expect(wrong.text).toContain('LOGIN_FAILED')
    const other = await signedIn(web, 'wu')
    const stolen = await other.post(formPath, { certificate: pair.pem, signature, password: passwordOf('wu') })
    expect(stolen.text).toContain('CERTIFICATE_NOT_ACCEPTED')
    expect((await enrol(browser, 'tang', pair)).to).toContain('done=certificate-enrolled')
  })

  it('opens the account without a password, as strongly as can be', async () => {
    const { browser, page } = await show(pair)
    expect(page.status).toBe(303)
    await browser.open(page.to)
    expect((await browser.get('/account')).text).toContain('硬件密钥或数字证书')
  })

  it('belongs to one account', async () => {
    const browser = await signedIn(web, 'wu')
    expect((await enrol(browser, 'wu', pair)).text).toContain('AUTHENTICATOR_TAKEN')
  })

  it('is not accepted with a signature made for another sign-in, over another text, or by another key', async () => {
    const [one, two] = [await atStop(), await atStop()]
    const post = async (text: string, by = pair) =>
      (await two.browser.post(two.at, { certificate: pair.pem, signature: await signText(by, text) })).text
    for (const text of [one.challenge, `${two.challenge}\n`, two.challenge.replace('127.0.0.1', 'evil.example'), ''])
      expect(await post(text)).toContain('CERTIFICATE_NOT_ACCEPTED')
    expect(await post(two.challenge, await keyPair(web, '别人', 'SM2'))).toContain('CERTIFICATE_NOT_ACCEPTED')
  })

  it.each([
    ['nothing', '', ''],
    ['text', 'certificate', 'signature'],
    ['an empty block', '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----', 'AAAA'],
    ['a broken block', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----', 'AAAA'],
    ['sixty kilobytes', `-----BEGIN CERTIFICATE-----\n${'A'.repeat(60_000)}\n-----END CERTIFICATE-----`, 'AAAA'],
  ])('is asked for again when %s is pasted', async (_what, certificate, signature) => {
    const { browser, at } = await atStop()
    const answer = await browser.post(at, { certificate, signature })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('INPUT_INVALID')
  })

  it('is not accepted from a CA that nobody here trusts', async () => {
    const stranger = await untrustedKeyPair('唐普通')
    const { challenge, browser, at } = await atStop()
    const signature = await signText(stranger, challenge)
    const answer = await browser.post(at, { certificate: stranger.pem, signature })
    expect(answer.text).toContain('CERTIFICATE_NOT_ACCEPTED')
  })

  it('opens nothing while it is on hold', async () => {
    await changeStatus(web, pair, 'suspend')
    expect((await show(pair)).page.text).toContain('CERTIFICATE_NOT_ACCEPTED')
    await changeStatus(web, pair, 'release')
    expect((await show(pair)).page.status).toBe(303)
  })

  it('can be of P-256, and keeps a thief of the password from changing anything', async () => {
    const p256 = await keyPair(web, '吴理正', 'P-256')
    const browser = await signedIn(web, 'wu')
    expect((await enrol(browser, 'wu', p256)).status).toBe(303)
    expect((await show(p256)).page.status).toBe(303)
    const thief = await signedIn(web, 'wu')
    const centre = await thief.get('/account/authenticators')
    const address = /href="(\/account\/authenticators\/[^"]+\/remove)"/.exec(centre.text)?.[1] ?? ''
    const removal = await thief.post(address, { password: passwordOf('wu') })
    expect(removal.text).toContain('STRONGER_SIGN_IN_NEEDED')
  })
})
