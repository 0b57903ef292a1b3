/**
 * The library keeps "which portals are in this session" inside the session row and writes that row whole, so parallel sign-ins
 * overwrite each other. The participants' table is the truth; what it says goes over what the row remembers.
 */
import type { LoadedSession, Payload } from './ports.ts'

interface Authorization {
  readonly sid?: string
  readonly grantId?: string
}

export const mergeAuthorizations = ({ payload, portals }: LoadedSession): Payload => {
  const merged: Record<string, Authorization> = { ...(payload['authorizations'] as Record<string, Authorization>) }
  const settled = new Set<string>()
  for (const { clientId, sid, grantId, ended } of portals) {
    if (settled.has(clientId)) continue
    if (!ended) {
      // The first one: all others were told the same or a later sid, and each is told of the end.
      merged[clientId] = { ...merged[clientId], ...(sid === '' ? {} : { sid }), grantId }
      settled.add(clientId)
    } else if (merged[clientId]?.sid === sid || merged[clientId]?.grantId === grantId) {
      // Its portal was told that this sid is over: the next sign-in there gets a new one.
      delete merged[clientId]
    }
  }
  return { ...payload, authorizations: merged }
}
