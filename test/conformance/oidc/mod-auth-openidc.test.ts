/**
 * A portal that is an Apache with Debian's mod_auth_openidc: it signs people in, takes our back-channel logout tokens, and signs out.
 * Skips where Apache or the module is not installed (apt-get install libapache2-mod-auth-openidc).
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request, type IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import { makeLogoutWorker, logoutReceipt, type LogoutWorker } from '../../../src/oidc/index.ts'
import { freshEmbedded } from '../../support/database.ts'
import { skipUnless } from '../../support/outside.ts'
import { startOidc, type OidcWorld } from '../../integration/oidc/oidc-world.ts'
import { until } from '../../integration/oidc/oidc-portal.ts'

const MODULES = '/usr/lib/apache2/modules'
const installed = existsSync('/usr/sbin/apache2') && existsSync(join(MODULES, 'mod_auth_openidc.so'))
const SECRET = 'a-secret-of-this-portal-0123456789abcdef'
/** The module answers 401 to what does not look like a person's navigation, and fetch never does (IDENTITY.md, trap 19). */
const NAVIGATION = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', accept: 'text/html' }

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}
type Browser = ReturnType<typeof newBrowser>

const newBrowser = () => {
  const jar = new Map<string, string>()
  const send = (method: 'GET' | 'POST', url: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const req = request(url, { method, headers: { ...NAVIGATION, cookie } }, (res) => {
        let text = ''
        res.on('data', (part) => (text += String(part)))
        res.on('end', () => {
          for (const line of res.headers['set-cookie'] ?? []) {
            const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
            if (value === '' || /1970/.test(line)) jar.delete(name)
            else jar.set(name, value)
          }
          resolve({ status: res.statusCode ?? 0, headers: res.headers, text })
        })
      })
      req.on('error', reject)
      req.end()
    })
  return {
    get: (url: string) => send('GET', url),
    post: (url: string) => send('POST', url),
    cookie: (name: string): string => jar.get(name) ?? '',
  }
}

const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const configuration = (folder: string, at: string, issuer: string): string => `
ServerRoot ${folder}
PidFile ${folder}/apache.pid
Listen ${new URL(at).host}
ServerName 127.0.0.1
User nobody
Group nogroup
ErrorLog ${folder}/error.log
LogLevel warn
DocumentRoot ${folder}/htdocs
${['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'auth_openidc', 'dir', 'headers', 'mime']
  .map((m) => `LoadModule ${m}_module ${MODULES}/mod_${m}.so`)
  .join('\n')}
TypesConfig /dev/null
OIDCProviderMetadataURL ${issuer}/.well-known/openid-configuration
OIDCClientID apache-portal
OIDCClientSecret ${SECRET}
OIDCRedirectURI ${at}/app/callback
OIDCCryptoPassphrase "a passphrase of this portal"
OIDCScope "openid profile"
OIDCPKCEMethod S256
OIDCProviderTokenEndpointAuth client_secret_basic
OIDCIDTokenSignedResponseAlg ES256
OIDCSessionType server-cache
OIDCCacheShmMax 500
OIDCDefaultLoggedOutURL ${at}/out.html
OIDCCookiePath /
<Location /app>
  AuthType openid-connect
  Require valid-user
  Header set x-remote-user "%{REMOTE_USER}e" env=REMOTE_USER
</Location>
`

describe.skipIf(skipUnless(installed, 'Apache with mod_auth_openidc'))('mod_auth_openidc of Debian', () => {
  let db: Db
  let world: OidcWorld
  let worker: LogoutWorker
  let apache: ChildProcess
  let folder: string
  let at: string

  beforeAll(async () => {
    db = await freshEmbedded()
    world = await startOidc({ db, deps: { nudge: () => worker.nudge() } })
    worker = makeLogoutWorker(world.deps, { pollMs: 50 })
    worker.start()
    at = `http://127.0.0.1:${await freePort()}`
    await world.register({
      clientId: 'apache-portal',
      name: '阿帕奇门户',
      uri: at,
      scopes: ['openid', 'profile'],
      grantTypes: ['authorization_code'],
      redirectUris: [`${at}/app/callback`],
      postLogoutRedirectUris: [`${at}/out.html`],
      backchannelLogoutUri: `${at}/app/callback?logout=backchannel`,
      secret: SECRET,
    })
    folder = mkdtempSync(join(tmpdir(), 'xinyin-apache-'))
    mkdirSync(join(folder, 'htdocs/app'), { recursive: true })
    writeFileSync(join(folder, 'htdocs/app/index.html'), 'inside')
    writeFileSync(join(folder, 'htdocs/out.html'), 'outside')
    spawnSync('chmod', ['-R', 'a+rX', folder])
    writeFileSync(join(folder, 'apache.conf'), configuration(folder, at, world.issuer))
    apache = spawn('/usr/sbin/apache2', ['-f', join(folder, 'apache.conf'), '-D', 'FOREGROUND'], { stdio: 'ignore' })
    await until(async () => (await fetch(`${at}/out.html`).catch(() => undefined))?.status === 200, 15_000)
  }, 30_000)
  afterAll(async () => {
    apache.kill('SIGTERM')
    await worker.stop()
    await world.stop()
    await db.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** From the portal's page until something is shown; every stop of ours is answered. */
  const visit = async (browser: Browser, from: string): Promise<{ status: number; text: string; asked: boolean }> => {
    let [address, asked] = [from, false]
    for (let i = 0; i < 12; i++) {
      const stop = address.includes('/interaction/')
      asked ||= stop
      const answer = stop ? await browser.post(address) : await browser.get(address)
      const to = answer.headers.location
      if (to === undefined) return { status: answer.status, text: answer.text, asked }
      address = new URL(to, address).href
    }
    throw new Error(`walked in circles; ${readFileSync(join(folder, 'error.log'), 'utf8').slice(-2_000)}`)
  }
  const isInside = async (browser: Browser): Promise<boolean> =>
    (await browser.get(`${at}/app/index.html`)).status === 200

  it('signs a person in', async () => {
    const browser = newBrowser()
    expect(await visit(browser, `${at}/app/index.html`)).toEqual({ status: 200, text: 'inside', asked: true })
    expect(await isInside(browser)).toBe(true)
  })

  it('takes our logout token: the session there is gone, and its answer counts as confirmed', async () => {
    const browser = newBrowser()
    await visit(browser, `${at}/app/index.html`)
    expect(await isInside(browser)).toBe(true)
    await browser.get(`${world.publicUrl}/leave`)
    const receiptId = browser.cookie('xinyin_receipt')
    await until(async () => (await logoutReceipt(world.deps, receiptId))?.settled === true)
    expect(await logoutReceipt(world.deps, receiptId)).toMatchObject({ confirmed: 1 })
    expect(await isInside(browser)).toBe(false)
  })

  it('signs out by itself, and our session is over too', async () => {
    const browser = newBrowser()
    await visit(browser, `${at}/app/index.html`)
    const out = `${at}/app/callback?logout=${encodeURIComponent(`${at}/out.html`)}`
    expect((await visit(browser, out)).text).toContain('outside')
    expect((await browser.get(`${world.publicUrl}/me`)).text).toBe('null')
    expect((await visit(browser, `${at}/app/index.html`)).asked).toBe(true)
  })
})
