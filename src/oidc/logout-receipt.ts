/** What became of a sign-out, portal by portal: for the browser that holds the receipt's random id, and later for the person. */
import { hashId } from './hash-id.ts'
import type { DeliveryState, LogoutMode, OidcDeps, Receipt } from './ports.ts'

export type PortalState = 'confirmed' | 'pending' | 'failed' | 'dead' | 'unreachable' | 'lapsed'

export interface PortalReceipt {
  readonly clientId: string
  readonly name?: string
  readonly uri?: string
  /** `callback`: we call; `feed`: it fetches; `lease`: neither, its sessions are short. */
  readonly way: LogoutMode
  /** `failed`: the portal refused; `dead`: given up; `unreachable`: on a lease until `lapsesAt`; `lapsed`: that is over. */
  readonly state: PortalState
  readonly attempts: number
  readonly confirmedAt?: Date
  readonly lapsesAt?: Date
}

export interface LogoutReceipt {
  readonly endingId: string
  readonly reason: string
  readonly sessions: number
  readonly endedAt: Date
  readonly portals: readonly PortalReceipt[]
  readonly confirmed: number
  readonly pending: number
  /** No attempt is under way or to come. */
  readonly settled: boolean
}

export type PastSignOut = Pick<LogoutReceipt, 'endingId' | 'reason' | 'sessions' | 'endedAt'>

type Deps = Pick<OidcDeps, 'store' | 'clock'>

const shown = (state: DeliveryState, lapsesAt: Date | undefined, at: Date): PortalState => {
  if (state === 'delivering') return 'pending'
  return state === 'unreachable' && lapsesAt !== undefined && lapsesAt <= at ? 'lapsed' : state
}

const asReceipt = (found: Receipt, at: Date): LogoutReceipt => {
  const portals = found.portals.map((p) => ({ ...p, state: shown(p.state, p.lapsesAt, at) }))
  const count = (state: PortalState): number => portals.filter((p) => p.state === state).length
  return {
    ...found,
    portals,
    confirmed: count('confirmed'),
    pending: count('pending'),
    settled: count('pending') === 0,
  }
}

/** Undefined: no such receipt, or cleared away. */
export const logoutReceipt = async ({ store, clock }: Deps, receiptId: string): Promise<LogoutReceipt | undefined> => {
  const found = await store.logouts.receipt({ receiptHash: hashId(receiptId) })
  return found && asReceipt(found, clock.now())
}

/** The receipt of one of this account's own endings; undefined for anybody else's. */
export const ownReceipt = async (
  { store, clock }: Deps,
  of: { readonly endingId: string; readonly accountId: string },
): Promise<LogoutReceipt | undefined> => {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(of.endingId)) return undefined
  const found = await store.logouts.receipt(of)
  return found && asReceipt(found, clock.now())
}

/** How this account's sessions ended, whoever ended them; newest first. */
export const pastSignOuts = ({ store }: Deps, accountId: string): Promise<readonly PastSignOut[]> =>
  store.logouts.endings(accountId, 50)
