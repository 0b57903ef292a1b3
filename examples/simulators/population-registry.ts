/** The population registry of the demonstration world, over HTTP: adapters/population-registry/README.md. */
import { world, type WorldPerson } from '../world.ts'
import { startRegistry, type RunningRegistry } from './registry-server.ts'

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

export const startPopulationRegistry = ({
  port,
  people = world.people,
  secrets = world.registrySecrets,
}: PopulationSimulator): Promise<RunningRegistry> => {
  const byNumber = new Map(people.map((p) => [p.citizenIdNumber, p]))
  return startRegistry({
    port,
    secrets,
    path: '/v1/persons/match',
    answer: ({ name, citizenIdNumber }) =>
      typeof name === 'string' && typeof citizenIdNumber === 'string'
        ? { code: answerTo(byNumber.get(citizenIdNumber), name) }
        : undefined,
  })
}
