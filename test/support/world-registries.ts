/** The two registries answered from examples/world.json, without the wire. */
import { world } from '../../examples/world.ts'
import type { LegalEntityRegistry, PopulationRegistry } from '../../src/identity/index.ts'
import type { Clock } from '../../src/kernel/index.ts'

export const memoryPopulationRegistry = (clock: Clock): PopulationRegistry => ({
  matchPerson: ({ name, citizenIdNumber }) => {
    const person = world.people.find((p) => p.citizenIdNumber === citizenIdNumber)
    const at = clock.now()
    if (person === undefined) return Promise.resolve({ verdict: 'not-found', at })
    if (person.deceased === true) return Promise.resolve({ verdict: 'deceased', at })
    return Promise.resolve({ verdict: person.name === name ? 'match' : 'mismatch', at })
  },
})

export const memoryLegalEntityRegistry = (clock: Clock): LegalEntityRegistry => ({
  matchEntity: ({ name, uscc, representative }) => {
    const entity = world.entities.find((e) => e.uscc === uscc)
    const at = clock.now()
    if (entity === undefined) return Promise.resolve({ verdict: 'not-found', at })
    if (entity.status !== 'active') return Promise.resolve({ verdict: 'not-active', at })
    if (entity.name !== name) return Promise.resolve({ verdict: 'mismatch', at })
    const head = world.people.find((p) => p.id === entity.legalRepresentative)
    return Promise.resolve(
      head?.citizenIdNumber === representative.citizenIdNumber
        ? { verdict: 'match', kind: entity.kind, at }
        : { verdict: 'representative-mismatch', at },
    )
  },
})
