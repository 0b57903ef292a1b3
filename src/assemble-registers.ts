/** Wires what the registries tell: their feeds, the gates for their pushes, and the poller. Part of the composition root. */
import { makeRegisterFeed } from '../adapters/registry-call/feed.ts'
import { makeRegistryCall } from '../adapters/registry-call/index.ts'
import { makeRegisterPushGate } from '../adapters/registry-call/push-gate.ts'
import type { Config, RegistrySlice } from './config.ts'
import type { IdentityDeps, PollDeps, PushReceiver, RegistryName } from './identity/index.ts'
import type { Logger } from './kernel/index.ts'
import { systemRandom } from './kernel/index.ts'

export type Registers = PollDeps & PushReceiver

export const makeRegisters = (
  identity: IdentityDeps,
  { registries, logger }: { readonly registries: Config['registries']; readonly logger: Logger },
): Registers => {
  const { clock, ids } = identity
  const slices: Readonly<Record<RegistryName, RegistrySlice>> = {
    population: registries.population,
    'legal-entity': registries.legalEntity,
  }
  const of = (registry: RegistryName) => {
    const { url, client: clientId, secret } = slices[registry]
    const call = makeRegistryCall({ url, clientId, secret, clock, random: systemRandom })
    return {
      feed: makeRegisterFeed(registry, call, ids),
      gate: makeRegisterPushGate({ registry, clientId, secret, clock }),
    }
  }
  const [population, entities] = [of('population'), of('legal-entity')]
  return {
    ...identity,
    feeds: { population: population.feed, 'legal-entity': entities.feed },
    pushGates: { population: population.gate, 'legal-entity': entities.gate },
    logger,
    holder: ids.next(),
  }
}
