/** A sign-out's receipt as the page shows it. */
import type { LogoutReceipt, PortalReceipt } from '../../oidc/index.ts'
import type { DeliveryView, SignOutReceiptView } from '../pages/sign-out.ts'
import type { Chrome } from '../parts/page.ts'

const SESSION_MS = 8 * 3_600_000

const stateOf = ({ state, attempts }: PortalReceipt): DeliveryView['state'] => {
  if (state === 'confirmed' || state === 'lapsed') return state
  if (state === 'unreachable') return 'lease'
  if (state === 'pending') return attempts === 0 ? 'pending' : 'retrying'
  return 'failed'
}

const delivery = (portal: PortalReceipt, endedAt: Date): DeliveryView => ({
  portal: portal.name ?? portal.clientId,
  state: stateOf(portal),
  attempts: portal.attempts,
  // No session lasts longer than this, a portal's that began with ours neither.
  lastsUntil: portal.lapsesAt ?? new Date(endedAt.getTime() + SESSION_MS),
  ...(portal.confirmedAt === undefined ? {} : { confirmedAt: portal.confirmedAt }),
  ...(portal.uri === undefined ? {} : { logoutUrl: portal.uri }),
})

/** Enough of the receipt's id to tell it from others, too little to fetch it with. */
const shownId = (receiptId: string): string => receiptId.slice(0, 16)

export interface ReceiptQuestion {
  readonly chrome: Chrome
  readonly receiptId: string
  readonly receipt: LogoutReceipt
}

export const receiptView = ({ chrome, receiptId, receipt }: ReceiptQuestion): SignOutReceiptView => ({
  chrome,
  receiptId: shownId(receiptId),
  at: receipt.endedAt,
  scope: receipt.reason === 'signed-out' ? 'session' : 'account',
  deliveries: receipt.portals.map((portal) => delivery(portal, receipt.endedAt)),
})
