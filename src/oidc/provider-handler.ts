/**
 * Serves the provider under `/oidc` of any node:http server. Addresses in its answers, and whether cookies are secure, follow the
 * configured public address: neither a Host header nor a forwarded one can bend them. Refuses (503) what would only queue.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'

export const OIDC_PREFIX = '/oidc'

/** More than this wait for the database longer than anybody waits for them. */
const AT_ONCE = 200

const refuseBusy = (res: ServerResponse): void => {
  res.writeHead(503, { 'retry-after': '2', 'content-type': 'application/json', 'cache-control': 'no-store' })
  res.end(JSON.stringify({ error: 'temporarily_unavailable', error_description: 'too many requests at once' }))
}

/** Call it for requests whose path begins with OIDC_PREFIX and a slash. Resolves when answered. */
export const makeProviderHandler = (
  provider: Pick<Provider, 'issuer' | 'callback'>,
  atOnce = AT_ONCE,
): ((req: IncomingMessage, res: ServerResponse) => Promise<void>) => {
  const { pathname, host, protocol } = new URL(provider.issuer)
  const callback = provider.callback()
  let underWay = 0
  return async (req, res) => {
    if (underWay >= atOnce) {
      refuseBusy(res)
      return
    }
    underWay++
    // Until the answer is out or the caller has gone, whichever the handler itself does.
    res.once('close', () => underWay--)
    const path = (req.url ?? '').slice(OIDC_PREFIX.length)
    req.url = path.startsWith('/') ? path : `/${path}`
    Object.assign(req, { originalUrl: `${pathname}${req.url}` })
    req.headers['x-forwarded-host'] = host
    req.headers['x-forwarded-proto'] = protocol.slice(0, -1)
    await callback(req, res)
  }
}
