/** The whole service on loopback, in this process: assembled as src/main.ts does, over simulators of both registries; and a browser. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDataFolder } from '../../../adapters/data-folder/index.ts'
import { populate } from '../../../examples/populate.ts'
import { startLegalEntityRegistry } from '../../../examples/simulators/legal-entity-registry.ts'
import { startPopulationRegistry } from '../../../examples/simulators/population-registry.ts'
import type { Control } from '../../../examples/simulators/registry-server.ts'
import { world } from '../../../examples/world.ts'
import { assemble } from '../../../src/assemble.ts'
import { readConfig } from '../../../src/config.ts'
import type { LogFields, Logger } from '../../../src/kernel/index.ts'
import { systemClock } from '../../../src/kernel/index.ts'
import { publishCrls } from '../../../src/pki/index.ts'
import { makeService } from '../../../src/service.ts'

export type WebWorld = Awaited<ReturnType<typeof startWeb>>

const listening = async (host: string) => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, publicUrl: `http://${host}:${(server.address() as AddressInfo).port}` }
}

const rememberingLogger = () => {
  const lines: string[] = []
  const keep = (event: string, fields?: LogFields): void => void lines.push(`${event} ${JSON.stringify(fields ?? {})}`)
  const logger: Logger = { info: keep, warn: keep, error: keep }
  return { lines, logger }
}

const control = async (url: string, how: Control): Promise<void> => {
  const answer = await fetch(`${url}/_control`, { method: 'POST', body: JSON.stringify(how) })
  if (!answer.ok) throw new Error(`control: ${answer.status}`)
}

/** `localhost` where the browser must take the address for a site's name. */
export const startWeb = async ({ host = '127.0.0.1' }: { readonly host?: string } = {}) => {
  const population = await startPopulationRegistry({ port: 0 })
  const legalEntity = await startLegalEntityRegistry({ port: 0 })
  const path = await mkdtemp(join(tmpdir(), 'xinyin-web-'))
  const folder = await openDataFolder(path)
  const { server, publicUrl } = await listening(host)
  const { lines, logger } = rememberingLogger()
  const operator = world.entities.find((e) => e.id === world.caOperator)
  const config = readConfig({ NODE_ENV: 'test', CA_OPERATOR_USCC: operator?.uscc ?? '' })
  const secret = world.registrySecrets.xinyin
  const registries = {
    population: { url: population.url, client: 'xinyin', secret },
    legalEntity: { url: legalEntity.url, client: 'xinyin', secret },
  }
  const assembly = await assemble({ config, folder, publicUrl, clock: systemClock, logger, registries })
  await publishCrls(assembly.pki)
  const portals = () => []
  const service = await makeService({ assembly, config, publicUrl, clock: systemClock, logger, portals })
  server.on('request', service.listener)
  const ids = await populate(assembly.identity)
  service.setReady()
  return {
    ...ids,
    assembly,
    publicUrl,
    routes: service.routes,
    /** Everything that was logged, one line each. */
    log: lines,
    controlPopulation: (how: Control) => control(population.url, how),
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await population.close()
      await legalEntity.close()
      await assembly.logoutWorker.stop()
      await assembly.sequencer.stop()
      await assembly.db.close()
      await folder.release()
      await rm(path, { recursive: true, force: true })
    },
  }
}

/** A field by this name of the demonstration world. */
export const personNamed = (id: string) => {
  const person = world.people.find((p) => p.id === id)
  if (person === undefined) throw new Error(`world.json has no ${id}`)
  return person
}

type Form = Readonly<Record<string, string | readonly string[]>>

export interface Page {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Where a redirect leads, without our own origin. */
  readonly to: string
}

export interface Browser {
  readonly cookies: () => ReadonlyMap<string, string>
  /** One request; redirects are not followed. */
  get(path: string, headers?: Record<string, string>): Promise<Page>
  post(path: string, form: Form, headers?: Record<string, string>): Promise<Page>
  send(path: string, init: RequestInit): Promise<Page>
  /** Follows redirects within the site. */
  open(path: string): Promise<Page & { readonly at: string }>
}

interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
}

const formOf = (form: Form): URLSearchParams =>
  new URLSearchParams(
    Object.entries(form).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : value.map((v) => [name, v]),
    ),
  )

export const newBrowser = (base: string): Browser => {
  let jar: Cookie[] = []
  const keep = (line: string): void => {
    const [pair = '', ...attributes] = line.split(/;\s*/)
    const [name = '', value = ''] = pair.split('=', 2)
    const path = attributes.find((a) => a.toLowerCase().startsWith('path='))?.slice(5) ?? '/'
    jar = jar.filter((c) => c.name !== name || c.path !== path)
    if (!/expires=thu, 01 jan 1970/i.test(line)) jar.push({ name, value, path })
  }
  const send = async (path: string, init: RequestInit): Promise<Page> => {
    const url = new URL(path, base)
    const fits = jar.filter((c) => c.path === '/' || url.pathname === c.path || url.pathname.startsWith(`${c.path}/`))
    const headers = new Headers({
      accept: 'text/html',
      'accept-language': 'zh-CN',
      ...(init.headers as Record<string, string>),
    })
    headers.set('cookie', fits.map((c) => `${c.name}=${c.value}`).join('; '))
    const response = await fetch(url, { ...init, redirect: 'manual', headers })
    response.headers.getSetCookie().forEach(keep)
    const to = response.headers.get('location') ?? ''
    return {
      status: response.status,
      headers: response.headers,
      text: await response.text(),
      to: to.startsWith(base) ? to.slice(base.length) : to,
    }
  }
  const get: Browser['get'] = (path, headers = {}) => send(path, { headers })
  return {
    cookies: () => new Map(jar.map((c) => [c.name, c.value])),
    send,
    get,
    post: (path, form, headers = {}) =>
      send(path, {
        method: 'POST',
        body: formOf(form),
        headers: { origin: base, 'sec-fetch-site': 'same-origin', ...headers },
      }),
    open: async (path) => {
      let at = path
      for (let i = 0; i < 10; i++) {
        const page = await get(at)
        if (page.to === '') return { ...page, at }
        at = page.to
      }
      throw new Error('redirected in circles')
    },
  }
}

/** A browser in which this person of the demonstration world is signed in to our own pages. */
export const signedIn = async (web: Pick<WebWorld, 'publicUrl'>, person: string): Promise<Browser> => {
  const account = world.accounts.find((a) => a.person === person)
  if (account === undefined) throw new Error(`world.json has no account of ${person}`)
  const browser = newBrowser(web.publicUrl)
  const { at } = await browser.open('/sign-in')
  const answer = await browser.post(at, { loginName: account.loginName, password: account.password })
  if (answer.status !== 303) throw new Error(`not signed in: ${answer.status}`)
  await browser.open(answer.to)
  return browser
}

/** Acts for this organisation from now on. */
export const actFor = async (web: Pick<WebWorld, 'entities'>, browser: Browser, entity: string): Promise<void> => {
  const page = await browser.get('/principal')
  const id = web.entities.get(entity) ?? ''
  const value = new RegExp(`value="(${id} [^"]+)"`).exec(page.text)?.[1]
  if (value === undefined) throw new Error(`cannot act for ${entity}`)
  const chosen = await browser.post('/principal', { principal: value })
  if (chosen.status !== 303) throw new Error(`not chosen: ${chosen.status}`)
}
