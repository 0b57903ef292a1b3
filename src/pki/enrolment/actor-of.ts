/** The agent of an application or decision, as the audit names it. */
import type { Actor } from '../../audit/index.ts'
import type { Agent } from '../../identity/index.ts'

export const actorOf = (agent: Agent): Actor =>
  agent.kind === 'person' ? { kind: 'person', id: agent.personId } : { kind: 'client', id: agent.clientId }
