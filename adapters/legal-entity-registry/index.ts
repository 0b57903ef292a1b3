/**
 * The legal-entity registry (法人库): do name and code belong together, is the entity active, is this person its legal
 * representative? We send the representative, the registry says match or not; it never tells us who it is.
 */
import {
  ENTITY_KINDS,
  type EntityAnswer,
  type LegalEntityRegistry,
  type RegistryCall,
} from '../../src/identity/index.ts'
import { TrustError } from '../../src/errors.ts'

/** The registry's answer codes; a code not listed is an outage, never a "no". */
const VERDICTS: Readonly<Record<string, EntityAnswer['verdict']>> = {
  '00': 'match',
  '01': 'mismatch',
  '02': 'not-found',
  '03': 'not-active',
  '04': 'representative-mismatch',
}

const notDefined = (): TrustError =>
  new TrustError('REGISTRY_ANSWER_UNDEFINED', 'legal-entity registry: an answer that is not defined')

export const makeLegalEntityRegistry = (call: RegistryCall): LegalEntityRegistry => ({
  matchEntity: async ({ requestId, name, uscc, representative }) => {
    const answer = await call('/v1/entities/match', { requestId, name, uscc, representative })
    const { code } = answer
    const verdict = typeof code === 'string' && Object.hasOwn(VERDICTS, code) ? VERDICTS[code] : undefined
    const at = new Date(typeof answer['at'] === 'string' ? answer['at'] : Number.NaN)
    if (verdict === undefined || Number.isNaN(at.getTime())) throw notDefined()
    if (verdict !== 'match') return { verdict, at }
    const kind = ENTITY_KINDS.find((k) => k === answer['kind'])
    if (kind === undefined) throw notDefined()
    return { verdict, kind, at }
  },
})
