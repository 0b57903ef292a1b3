/** Who did it, for the audit: the agent as it stands in the mandate. */
import type { Actor } from '../audit/index.ts'
import type { Agent } from '../identity/index.ts'

export const actorOf = (agent: Agent): Actor =>
  agent.kind === 'person' ? { kind: 'person', id: agent.personId } : { kind: 'client', id: agent.clientId }
