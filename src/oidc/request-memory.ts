/**
 * What one request has read and will ask for again: the grant that came along with a code or token, and the portals that had joined
 * the session when it was loaded. Gone with the request; nothing is decided by it that the database does not check when it writes.
 */
import Provider from 'oidc-provider'
import type { Payload } from './ports.ts'

interface Memory {
  readonly grants: Map<string, Payload>
  joined: ReadonlySet<string>
}

const memories = new WeakMap<object, Memory>()

const own = (): Memory | undefined => {
  const ctx = Provider.ctx
  if (ctx === undefined) return undefined
  const known = memories.get(ctx)
  if (known !== undefined) return known
  const made: Memory = { grants: new Map(), joined: new Set() }
  memories.set(ctx, made)
  return made
}

export const keepGrant = (id: string, grant: Payload): void => void own()?.grants.set(id, grant)

/** Once: whoever asks again gets it from the database. */
export const takeGrant = (id: string): Payload | undefined => {
  const memory = own()
  const grant = memory?.grants.get(id)
  memory?.grants.delete(id)
  return grant
}

export const keepJoined = (clientIds: Iterable<string>): void => {
  const memory = own()
  if (memory !== undefined) memory.joined = new Set(clientIds)
}
export const hasJoined = (clientId: string): boolean => own()?.joined.has(clientId) ?? false
