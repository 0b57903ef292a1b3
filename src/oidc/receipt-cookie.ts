/** The browser keeps its receipt in a cookie, not in an address: what stands in an address is logged and passed on. */
import type { KoaContextWithOIDC } from 'oidc-provider'

export const RECEIPT_COOKIE = 'xinyin_receipt'
const KEEP_MS = 30 * 60_000

export const readReceipt = (ctx: KoaContextWithOIDC): string | undefined => {
  const value = ctx.cookies.get(RECEIPT_COOKIE, { signed: false })
  return value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined
}

type Cookies = Pick<KoaContextWithOIDC['cookies'], 'set'>

export const giveReceipt = (cookies: Cookies, receiptId: string): void => {
  const options = {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    maxAge: KEEP_MS,
    signed: false,
    overwrite: true,
  } as const
  cookies.set(RECEIPT_COOKIE, receiptId, options)
}
