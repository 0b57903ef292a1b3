/** The agent of a seal's use, as the audit names it. */
import type { Actor } from '../audit/index.ts'
import type { Agent } from '../identity/index.ts'

export const actorOf = (agent: Agent): Actor =>
  agent.kind === 'person' ? { kind: 'person', id: agent.personId } : { kind: 'client', id: agent.clientId }

export const sameAgent = (a: Agent, b: Agent): boolean => {
  const [x, y] = [actorOf(a), actorOf(b)]
  return x.kind === y.kind && x.id === y.id
}
