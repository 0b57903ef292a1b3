/** The legal-entity registry of the demonstration world, over HTTP: adapters/legal-entity-registry/README.md. */
import { world, type WorldEntity, type WorldPerson } from '../world.ts'
import { makeRegisterLog, type TellingRegistry } from './register-log.ts'
import { startRegistry } from './registry-server.ts'

export interface LegalEntitySimulator {
  /** 0: any free one. */
  readonly port: number
  readonly entities?: readonly WorldEntity[]
  readonly people?: readonly WorldPerson[]
  readonly secrets?: Readonly<Record<string, string>>
}

type Wish = Readonly<Record<string, unknown>>

/** `representative`: short name of the new one, for the register only; it is not told to anybody. */
const changed = (entity: WorldEntity, { code, name, representative }: Wish): WorldEntity | undefined => {
  if (code === '20' || code === '21') return { ...entity, status: 'deregistered' }
  if (code === '22') return { ...entity, status: 'active' }
  if (code === '23') return typeof name === 'string' ? { ...entity, name } : undefined
  return code === '24' && typeof representative === 'string'
    ? { ...entity, legalRepresentative: representative }
    : undefined
}

export const startLegalEntityRegistry = async ({
  port,
  entities = world.entities,
  people = world.people,
  secrets = world.registrySecrets,
}: LegalEntitySimulator): Promise<TellingRegistry> => {
  const byCode = new Map(entities.map((e) => [e.uscc, e]))
  const byId = new Map(people.map((p) => [p.id, p]))
  const answerTo = (uscc: string, name: unknown, asked: Wish) => {
    const entity = byCode.get(uscc)
    if (entity === undefined) return { code: '02' }
    if (entity.name !== name) return { code: '01' }
    if (entity.status !== 'active') return { code: '03' }
    const representative = byId.get(entity.legalRepresentative)
    const same = representative?.name === asked['name'] && representative?.citizenIdNumber === asked['citizenIdNumber']
    return same ? { code: '00', kind: entity.kind } : { code: '04' }
  }
  const [client = '', secret = ''] = Object.entries(secrets)[0] ?? []
  const log = makeRegisterLog({
    client,
    secret,
    take: (wish) => {
      const entity = typeof wish['uscc'] === 'string' ? byCode.get(wish['uscc']) : undefined
      const next = entity && changed(entity, wish)
      if (next !== undefined) byCode.set(next.uscc, next)
      return next !== undefined
    },
  })
  const running = await startRegistry({
    port,
    secrets,
    acts: { '/_event': log.event, '/_subscribe': log.subscribe },
    answers: {
      '/v1/events/feed': log.feed,
      '/v1/entities/match': ({ name, uscc, representative }) =>
        typeof uscc === 'string' && typeof representative === 'object' && representative !== null
          ? answerTo(uscc, name, representative as Wish)
          : undefined,
    },
  })
  return { ...running, tell: async (url) => void (await log.subscribe({ url })) }
}
