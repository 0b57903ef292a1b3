/** The population registry (人口库): does this name belong to this citizen ID number? It says yes or no, and gives out nothing else. */
import type { PersonAnswer, PopulationRegistry, RegistryCall } from '../../src/identity/index.ts'
import { TrustError } from '../../src/errors.ts'

/** The registry's answer codes; a code not listed is an outage, never a "no". */
const VERDICTS: Readonly<Record<string, PersonAnswer['verdict']>> = {
  '00': 'match',
  '01': 'mismatch',
  '02': 'not-found',
  '03': 'deceased',
}

export const makePopulationRegistry = (call: RegistryCall): PopulationRegistry => ({
  matchPerson: async ({ requestId, name, citizenIdNumber }) => {
    const { code, at } = await call('/v1/persons/match', { requestId, name, citizenIdNumber })
    const verdict = typeof code === 'string' && Object.hasOwn(VERDICTS, code) ? VERDICTS[code] : undefined
    const time = new Date(typeof at === 'string' ? at : Number.NaN)
    if (verdict === undefined || Number.isNaN(time.getTime()))
      throw new TrustError('REGISTRY_ANSWER_UNDEFINED', 'population registry: an answer that is not defined')
    return { verdict, at: time }
  },
})
