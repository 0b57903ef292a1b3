/** Officers (证书管理员) are people with a mandate of the CA's operator, signed in as policy asks. Whom a matter concerns decides nothing in it. */
import { TrustError } from '../../errors.ts'
import type { Agent, AuthenticationStrength } from '../../identity/index.ts'
import { AUTHENTICATION_STRENGTHS, requireAuthority, strengthAtLeast } from '../../identity/index.ts'
import type { Tx } from '../../kernel/index.ts'
import type { OfficerFunction } from './policy.ts'
import type { EnrolmentDeps } from './ports.ts'

export interface OfficerQuestion {
  readonly agent: Agent
  /** How they signed in; absent counts as one factor. */
  readonly strength?: AuthenticationStrength
  readonly function: OfficerFunction
  /** Person ids of those whom it concerns. */
  readonly barred?: readonly string[]
  /** The operator's entity id, asked before the transaction began; the mandate cannot be revoked before it ends. */
  readonly within?: { readonly tx: Tx; readonly operator: string }
}

/** The organisation that runs the CA. Not inside a transaction. @throws TrustError FORBIDDEN when there is none */
export const requireOperator = async ({
  operatorEntityId,
}: Pick<EnrolmentDeps, 'operatorEntityId'>): Promise<string> => {
  const entityId = await operatorEntityId()
  if (entityId === undefined) throw new TrustError('FORBIDDEN', 'no organisation runs this CA yet')
  return entityId
}

/** The officer's person id. @throws TrustError FORBIDDEN, OFFICER_SAME_PERSON, SECOND_FACTOR_NEEDED, ENTITY_…, MANDATE_… */
export const requireOfficer = async (
  deps: Pick<EnrolmentDeps, 'identity' | 'pki' | 'operatorEntityId' | 'policy'>,
  { agent, strength = AUTHENTICATION_STRENGTHS[0], function: fn, barred = [], within }: OfficerQuestion,
): Promise<string> => {
  if (agent.kind !== 'person') throw new TrustError('FORBIDDEN', 'a person must do this')
  const entityId = within?.operator ?? (await requireOperator(deps))
  const question = { entityId, agent, function: fn, at: deps.pki.clock.now() } as const
  await requireAuthority(deps.identity, within === undefined ? question : { ...question, tx: within.tx })
  if (!strengthAtLeast(strength, deps.policy.officerStrength[fn]))
    throw new TrustError('SECOND_FACTOR_NEEDED', 'this office is exercised after a stronger sign-in')
  if (barred.includes(agent.personId))
    throw new TrustError('OFFICER_SAME_PERSON', 'nobody decides on what concerns themselves')
  return agent.personId
}
