/** What became of a sign-out, portal by portal, for the browser that holds the receipt's random id. */
import { hashId } from './hash-id.ts'
import type { DeliveryState, OidcDeps } from './ports.ts'

export type PortalState = 'confirmed' | 'pending' | 'failed' | 'dead' | 'unreachable'

export interface PortalReceipt {
  readonly clientId: string
  readonly name?: string
  readonly uri?: string
  /** `failed`: the portal refused; `dead`: given up; `unreachable`: it cannot be told at all. */
  readonly state: PortalState
  readonly attempts: number
  readonly confirmedAt?: Date
}

export interface LogoutReceipt {
  readonly reason: string
  readonly sessions: number
  readonly endedAt: Date
  readonly portals: readonly PortalReceipt[]
  readonly confirmed: number
  readonly pending: number
  /** No attempt is under way or to come. */
  readonly settled: boolean
}

const shown = (state: DeliveryState): PortalState => (state === 'delivering' ? 'pending' : state)

/** Undefined: no such receipt, or cleared away. */
export const logoutReceipt = async (
  { store }: Pick<OidcDeps, 'store'>,
  receiptId: string,
): Promise<LogoutReceipt | undefined> => {
  const found = await store.logouts.receipt(hashId(receiptId))
  if (found === undefined) return undefined
  const portals = found.portals.map((p) => ({ ...p, state: shown(p.state) }))
  const count = (state: PortalState): number => portals.filter((p) => p.state === state).length
  return {
    ...found,
    portals,
    confirmed: count('confirmed'),
    pending: count('pending'),
    settled: count('pending') === 0,
  }
}
