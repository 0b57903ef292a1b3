/**
 * The library's own way out. Its sign-out calls are answered here and not made: the delivery worker makes them, until they succeed.
 * Key sets of registered clients are fetched through the portal adapter; nothing else leaves.
 */
import { FEED_ADDRESS } from './register-client.ts'
import { PortalError, type OidcDeps } from './ports.ts'

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

export const makeOutgoingFetch =
  ({ store, portals }: Pick<OidcDeps, 'store' | 'portals'>): Fetch =>
  async (input, init = {}) => {
    const address = input instanceof Request ? input.url : String(input)
    if (init.method === 'POST') {
      if (address === FEED_ADDRESS || (await store.clients.hasLogoutUri(address)))
        return new Response(null, { status: 200 })
      throw new PortalError('NOT_REGISTERED')
    }
    const { status, contentType, body } = await portals.get(address)
    return new Response(new Uint8Array(body), {
      status,
      headers: { 'content-type': contentType ?? 'application/json' },
    })
  }
