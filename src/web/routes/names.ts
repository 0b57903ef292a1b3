/** Names of those who acted, for histories. */
import type { Agent } from '../../identity/index.ts'
import { findProvenPerson } from '../../identity/index.ts'
import type { PageDeps } from './page-deps.ts'

const nameOf = async ({ identity }: Pick<PageDeps, 'identity'>, agent: Agent): Promise<string> =>
  agent.kind === 'client' ? agent.clientId : ((await findProvenPerson(identity, agent.personId))?.person.name ?? '')

const keyOf = (agent: Agent): string => (agent.kind === 'client' ? agent.clientId : agent.personId)

/** Asks for each once. */
export const namesOf = async (
  deps: Pick<PageDeps, 'identity'>,
  agents: readonly Agent[],
): Promise<(agent: Agent) => string> => {
  const names = new Map<string, string>()
  for (const agent of agents) if (!names.has(keyOf(agent))) names.set(keyOf(agent), await nameOf(deps, agent))
  return (agent) => names.get(keyOf(agent)) ?? ''
}
