/** The legal-entity registry of the demonstration world, over HTTP: adapters/legal-entity-registry/README.md. */
import { world, type WorldEntity, type WorldPerson } from '../world.ts'
import { startRegistry, type RunningRegistry } from './registry-server.ts'

export interface LegalEntitySimulator {
  /** 0: any free one. */
  readonly port: number
  readonly entities?: readonly WorldEntity[]
  readonly people?: readonly WorldPerson[]
  readonly secrets?: Readonly<Record<string, string>>
}

export const startLegalEntityRegistry = ({
  port,
  entities = world.entities,
  people = world.people,
  secrets = world.registrySecrets,
}: LegalEntitySimulator): Promise<RunningRegistry> => {
  const byCode = new Map(entities.map((e) => [e.uscc, e]))
  const byId = new Map(people.map((p) => [p.id, p]))
  const answerTo = (uscc: string, name: unknown, asked: Readonly<Record<string, unknown>>) => {
    const entity = byCode.get(uscc)
    if (entity === undefined) return { code: '02' }
    if (entity.name !== name) return { code: '01' }
    if (entity.status !== 'active') return { code: '03' }
    const representative = byId.get(entity.legalRepresentative)
    const same = representative?.name === asked['name'] && representative?.citizenIdNumber === asked['citizenIdNumber']
    return same ? { code: '00', kind: entity.kind } : { code: '04' }
  }
  return startRegistry({
    port,
    secrets,
    path: '/v1/entities/match',
    answer: ({ name, uscc, representative }) =>
      typeof uscc === 'string' && typeof representative === 'object' && representative !== null
        ? answerTo(uscc, name, representative as Readonly<Record<string, unknown>>)
        : undefined,
  })
}
