/** Starting and stopping as an operator meets it: real processes, real folders, real ports. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { get as httpsGet } from 'node:https'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { skipUnless, skipWithoutProgram } from '../../support/outside.ts'
import { killAll, newFolder, removeFolders, startServer } from './server-process.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const LONG = 90_000

afterAll(() => {
  killAll()
  removeFolders()
})

const quiet = (folder: string, more: Readonly<Record<string, string>> = {}) => ({
  XINYIN_DATA: folder,
  PORT: '0',
  LOG_LEVEL: 'warn',
  ...more,
})

describe('a folder of state belongs to one process', () => {
  const folder = newFolder()

  it(
    'refuses a second process, also while the first is still starting, and takes over after kill -9',
    async () => {
      const first = startServer(quiet(folder))
      while (!existsSync(join(folder, 'lock'))) await new Promise((resolve) => setTimeout(resolve, 20))
      const early = startServer(quiet(folder))
      expect((await early.ended).code).toBe(2)
      expect(early.said()).toContain('DATA_FOLDER_IN_USE')
      await first.ready()

      // A port that is taken would be the second's first complaint, were it opened before the folder.
      const taken = createTcpServer()
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
      const late = startServer(quiet(folder, { PORT: String((taken.address() as AddressInfo).port) }))
      expect((await late.ended).code).toBe(2)
      expect(late.said()).toContain('DATA_FOLDER_IN_USE')
      expect(late.said()).toContain('XINYIN_DATA')
      taken.close()

      await first.kill()
      const heir = startServer(quiet(folder))
      await heir.ready()
      expect(await heir.stop()).toEqual({ code: 0, signal: null })
      expect(existsSync(join(folder, 'lock'))).toBe(false)
    },
    LONG,
  )

  it(
    'names the setting when the port is in use, and ends with 2',
    async () => {
      const taken = createServer()
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
      const server = startServer(quiet(folder, { PORT: String((taken.address() as AddressInfo).port) }))
      expect((await server.ended).code).toBe(2)
      expect(server.said()).toContain('PORT')
      expect(server.said()).not.toContain('    at ')
      taken.close()
    },
    LONG,
  )

  it(
    'answers what was asked before SIGTERM, and takes nothing new',
    async () => {
      const server = startServer(quiet(folder))
      const url = await server.ready()
      const asked = Array.from({ length: 8 }, () => fetch(`${url}/trust/manifest.json`).then((r) => r.status))
      // An open connection that asks nothing must not hold the end up.
      const idle = await fetch(`${url}/health/live`, { headers: { connection: 'keep-alive' } })
      expect(idle.status).toBe(200)
      const ended = server.stop()
      expect(await Promise.all(asked)).toEqual(Array.from({ length: 8 }, () => 200))
      expect(await ended).toEqual({ code: 0, signal: null })
      expect(server.said()).not.toMatch(/closed|unexpected|failed/i)
    },
    LONG,
  )
})

describe('faulty settings', () => {
  it('are all named at once, with exit code 2 and before anything is touched', async () => {
    const folder = join(newFolder(), 'never')
    const server = startServer(quiet(folder, { PORT: '70000', TRUSTED_PROXIES: 'proxy', TLS_CERT_FILE: 'a.pem' }))
    expect((await server.ended).code).toBe(2)
    for (const name of ['PORT', 'TRUSTED_PROXIES', 'TLS_KEY_FILE']) expect(server.said()).toContain(name)
    expect(existsSync(folder)).toBe(false)
  })

  it('of production are all named at once', async () => {
    const server = startServer({ NODE_ENV: 'production', XINYIN_DATA: newFolder() })
    expect((await server.ended).code).toBe(2)
    for (const name of ['PUBLIC_URL', 'DATABASE_URL', 'MASTER_KEY', 'POPULATION_REGISTRY_URL'])
      expect(server.said()).toContain(`${name}: required`)
  })

  it.each(['/nowhere.pem', '/etc/hostname'])('say that %s is no certificate', async (file) => {
    const folder = join(newFolder(), 'never')
    const server = startServer(quiet(folder, { TLS_CERT_FILE: file, TLS_KEY_FILE: file }))
    expect((await server.ended).code).toBe(2)
    expect(server.said()).toContain('CONFIG_INVALID: TLS_CERT_FILE')
    expect(existsSync(folder)).toBe(false)
  })
})

describe.skipIf(skipWithoutProgram('openssl'))('HTTPS by a given certificate', () => {
  it(
    'is served, and the issuer says https',
    async () => {
      const folder = newFolder()
      const [key, cert] = [join(folder, 'tls.key'), join(folder, 'tls.pem')]
      const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost']
      execFileSync('openssl', [...made, '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert], {
        stdio: 'ignore',
      })
      // The sample portals call the service back: they must trust its certificate.
      const server = startServer(
        quiet(join(folder, 'data'), { TLS_CERT_FILE: cert, TLS_KEY_FILE: key, NODE_EXTRA_CA_CERTS: cert }),
      )
      const url = await server.ready()
      expect(url).toMatch(/^https:/)
      const body = await new Promise<string>((resolve, reject) =>
        httpsGet(`${url}/oidc/.well-known/openid-configuration`, { ca: readFileSync(cert) }, (res) => {
          let text = ''
          res.on('data', (part: Buffer) => (text += part.toString()))
          res.on('end', () => resolve(text))
        }).on('error', reject),
      )
      expect((JSON.parse(body) as { issuer: string }).issuer).toBe(`${url}/oidc`)
      expect((await server.stop()).code).toBe(0)
    },
    LONG,
  )
})

const OLD_NODE = '/usr/bin/node'
describe.skipIf(skipUnless(existsSync(OLD_NODE), 'a Node that is too old, at /usr/bin/node'))('a Node too old', () => {
  it('is told what to do by the launcher, with exit code 1 and no stack', async () => {
    const server = startServer({}, { node: OLD_NODE })
    expect((await server.ended).code).toBe(1)
    expect(server.said()).toContain('npm ci')
    expect(server.said()).not.toContain('    at ')
  })

  it('is told the same by the command line where npm installed no newer one', () => {
    const copy = newFolder()
    for (const folder of ['bin', 'src']) cpSync(join(ROOT, folder), join(copy, folder), { recursive: true })
    mkdirSync(join(copy, 'node_modules'))
    try {
      execFileSync(OLD_NODE, [join(copy, 'bin/xinyin.mjs')], { stdio: 'pipe' })
      expect.unreachable()
    } catch (error) {
      const { status, stderr } = error as { readonly status: number; readonly stderr: Buffer }
      expect(status).toBe(1)
      expect(stderr.toString()).toContain('npm ci')
    }
  })
})
