/** The population registry of the demonstration world, over HTTP: adapters/population-registry/README.md. */
import { world, type WorldPerson } from '../world.ts'
import { makeRegisterLog, type TellingRegistry } from './register-log.ts'
import { startRegistry } from './registry-server.ts'

export interface PopulationSimulator {
  /** 0: any free one. */
  readonly port: number
  readonly people?: readonly WorldPerson[]
  readonly secrets?: Readonly<Record<string, string>>
}

const answerTo = (person: WorldPerson | undefined, name: unknown): string => {
  if (person === undefined) return '02'
  if (person.name !== name) return '01'
  return person.deceased === true ? '03' : '00'
}

const changed = (person: WorldPerson, code: unknown, name: unknown): WorldPerson | undefined => {
  if (code === '10' || code === '12') return { ...person, deceased: code === '10' }
  return code === '11' && typeof name === 'string' ? { ...person, name } : undefined
}

export const startPopulationRegistry = async ({
  port,
  people = world.people,
  secrets = world.registrySecrets,
}: PopulationSimulator): Promise<TellingRegistry> => {
  const byNumber = new Map(people.map((p) => [p.citizenIdNumber, p]))
  const [client = '', secret = ''] = Object.entries(secrets)[0] ?? []
  const log = makeRegisterLog({
    client,
    secret,
    take: ({ code, citizenIdNumber, name }) => {
      const person = typeof citizenIdNumber === 'string' ? byNumber.get(citizenIdNumber) : undefined
      const next = person && changed(person, code, name)
      if (next !== undefined) byNumber.set(next.citizenIdNumber, next)
      return next !== undefined
    },
  })
  const running = await startRegistry({
    port,
    secrets,
    acts: { '/_event': log.event, '/_subscribe': log.subscribe },
    answers: {
      '/v1/events/feed': log.feed,
      '/v1/persons/match': ({ name, citizenIdNumber }) =>
        typeof name === 'string' && typeof citizenIdNumber === 'string'
          ? { code: answerTo(byNumber.get(citizenIdNumber), name) }
          : undefined,
    },
  })
  return { ...running, tell: async (url) => void (await log.subscribe({ url })) }
}
