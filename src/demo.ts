/**
 * The demonstration world of a default start: registries as real HTTP servers, two sub-portals, people and offices of world.json,
 * and the office's seal, all brought in by the service's own operations. Never loaded in production.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataFolder } from '../adapters/data-folder/index.ts'
import { populate } from '../examples/populate.ts'
import type { Populated } from '../examples/populate.ts'
import { Portal } from '../examples/portal.ts'
import type { RunningPortal } from '../examples/portal.ts'
import { startLegalEntityRegistry } from '../examples/simulators/legal-entity-registry.ts'
import { startPopulationRegistry } from '../examples/simulators/population-registry.ts'
import { world } from '../examples/world.ts'
import type { WorldClient } from '../examples/world.ts'
import type { Assembly } from './assemble.ts'
import type { Config } from './config.ts'
import { TrustError } from './errors.ts'
import type { ClientRegistration } from './oidc/index.ts'
import { putClient } from './oidc/index.ts'
import { applyForSeal, approveSeal, findSeals } from './seal/index.ts'

export interface Demo {
  readonly registries: Config['registries']
  readonly caOperatorUscc: string
  populate(assembly: Assembly, publicUrl: string): Promise<void>
  portals(): readonly { readonly name: string; readonly by: string; readonly url: string }[]
  greeting(publicUrl: string): string
  stop(): Promise<void>
}

const portalClients = world.clients.filter((c) => c.kind === 'portal')

/** The ports of last time when they are free, so that bookmarks and registered addresses stay. */
const listenPortals = async (folder: DataFolder): Promise<ReadonlyMap<string, Portal>> => {
  const file = join(folder.path, 'demo-ports.json')
  const before = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as Readonly<Record<string, number>>,
    () => ({}) as Readonly<Record<string, number>>,
  )
  const portals = new Map<string, Portal>()
  for (const { id } of portalClients) {
    const wanted = before[id]
    portals.set(
      id,
      wanted === undefined ? await Portal.listen() : await Portal.listen(wanted).catch(() => Portal.listen()),
    )
  }
  await writeFile(
    file,
    JSON.stringify(Object.fromEntries([...portals].map(([id, p]) => [id, Number(new URL(p.url).port)]))),
  )
  return portals
}

export const startDemo = async (folder: DataFolder): Promise<Demo> => {
  const population = await startPopulationRegistry({ port: 0 })
  const legalEntity = await startLegalEntityRegistry({ port: 0 })
  const listening = await listenPortals(folder)
  const running = new Map<string, RunningPortal>()
  const secret = world.registrySecrets.xinyin
  const operator = world.entities.find((e) => e.id === world.caOperator)
  if (operator === undefined) throw new TrustError('ENTITY_NOT_FOUND', 'the demonstration names no CA operator')
  return {
    caOperatorUscc: operator.uscc,
    registries: {
      population: { url: population.url, client: 'xinyin', secret },
      legalEntity: { url: legalEntity.url, client: 'xinyin', secret },
    },
    populate: async (assembly, publicUrl) => {
      const ids = await populate(assembly.identity)
      await registerClients(assembly, { ids, listening })
      await makeOfficeSeal(assembly, ids)
      // `POST /_event` at a simulator writes what it then tells us.
      await population.tell(`${publicUrl}/api/registry-events/population`)
      await legalEntity.tell(`${publicUrl}/api/registry-events/legal-entity`)
      for (const client of portalClients)
        running.set(client.id, await startPortal(client, requirePortal(listening, client.id), publicUrl))
    },
    portals: () => [...running].map(([id, { url }]) => ({ name: nameOf(id), by: '示例子门户', url })),
    greeting: (publicUrl) =>
      greeting(publicUrl, [...running.values()], { population: population.url, legalEntity: legalEntity.url }),
    stop: async () => {
      for (const portal of running.values()) await portal.close()
      await population.close()
      await legalEntity.close()
    },
  }
}

const nameOf = (clientId: string): string => world.clients.find((c) => c.id === clientId)?.name ?? clientId

const requirePortal = (portals: ReadonlyMap<string, Portal>, id: string): Portal => {
  const portal = portals.get(id)
  if (portal === undefined) throw new TrustError('CLIENT_UNKNOWN', 'the demonstration has no such portal')
  return portal
}

const SCOPES: Readonly<Record<WorldClient['kind'], readonly string[]>> = {
  portal: ['openid', 'profile', 'entity', 'licence.read'],
  'approval-system': ['seal.use', 'licence.issue', 'licence.manage', 'licence.read'],
}

const registrationOf = (
  client: WorldClient,
  { ids, listening }: { readonly ids: Populated; readonly listening: ReadonlyMap<string, Portal> },
): ClientRegistration => {
  const { authentication } = client
  const keys =
    authentication.method === 'private_key_jwt'
      ? { jwks: { keys: [{ ...authentication.publicJwk }] } }
      : { secret: authentication.secret }
  const common = { clientId: client.id, name: client.name, scopes: SCOPES[client.kind], ...keys }
  if (client.kind === 'approval-system') {
    const office = client.entity === undefined ? undefined : ids.entities.get(client.entity)
    return {
      ...common,
      grantTypes: ['client_credentials'],
      ...(office === undefined ? {} : { organisationEntityId: office }),
    }
  }
  const { url } = requirePortal(listening, client.id)
  return {
    ...common,
    uri: url,
    grantTypes: ['authorization_code', 'refresh_token'],
    redirectUris: [`${url}/callback`],
    postLogoutRedirectUris: [`${url}/`],
    backchannelLogoutUri: `${url}/backchannel-logout`,
    principalTypes: client.principals?.includes('entity') === true ? 'any' : 'self',
  }
}

const registerClients = async ({ oidc }: Assembly, parts: Parameters<typeof registrationOf>[1]): Promise<void> => {
  for (const client of world.clients)
    await putClient(oidc, registrationOf(client, parts), { kind: 'system', id: 'demo' })
}

const startPortal = (client: WorldClient, portal: Portal, publicUrl: string): Promise<RunningPortal> =>
  portal.start({
    issuer: `${publicUrl}/oidc`,
    clientId: client.id,
    clientSecret: client.authentication.method === 'client_secret_basic' ? client.authentication.secret : '',
    name: client.name,
    cookieName: client.id.replaceAll('-', '_'),
    scope: client.principals?.includes('entity') === true ? 'openid profile entity' : 'openid profile',
  })

/** Applied for by the clerk, approved by the custodian: two people, as everywhere. */
const makeOfficeSeal = async ({ seals }: Assembly, { people, entities }: Populated): Promise<void> => {
  const [entityId, clerk, custodian] = [entities.get('scjg'), people.get('zheng'), people.get('sun')]
  if (entityId === undefined || clerk === undefined || custodian === undefined) return
  if ((await findSeals(seals, entityId)).length > 0) return
  const application = await applyForSeal(seals, {
    entityId,
    agent: { kind: 'person', personId: clerk },
    kind: 'legal-name',
    reason: '启用电子印章',
  })
  await approveSeal(seals, { applicationId: application.id, agent: { kind: 'person', personId: custodian } })
}

const greeting = (
  publicUrl: string,
  portals: readonly RunningPortal[],
  registries: { readonly population: string; readonly legalEntity: string },
): string =>
  [
    '',
    `信印已就绪   ${publicUrl}`,
    '',
    '  演示环境：人员、企业、机关、密钥都是虚构的，数据保存在本机，不能用于生产。',
    '',
    `  公众核验     ${publicUrl}/verify`,
    ...portals.map((p, i) => `  示例子门户 ${i + 1} ${p.url}  ${portalClients[i]?.name ?? ''}`),
    `  人口库模拟器 ${registries.population}   法人库模拟器 ${registries.legalEntity}`,
    '',
    '  可以这样登录（用户名 / 密码）：',
    ...world.accounts.slice(0, 9).map((a) => `    ${a.loginName.padEnd(14)} ${a.password.padEnd(18)} ${a.what}`),
    '',
    '  试一试：打开示例子门户 1 登录，再打开示例子门户 2（不必再登录），然后退出，两个门户同时退出。',
    `  走完整个流程：npx xinyin journey --url ${publicUrl}`,
    '',
  ].join('\n')
