/**
 * Serves the provider under `/oidc` of any node:http server. Addresses in its answers, and whether cookies are secure, follow the
 * configured public address: neither a Host header nor a forwarded one can bend them.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'

export const OIDC_PREFIX = '/oidc'

/** Call it for requests whose path begins with OIDC_PREFIX and a slash. Resolves when answered. */
export const makeProviderHandler = (
  provider: Provider,
): ((req: IncomingMessage, res: ServerResponse) => Promise<void>) => {
  const { pathname, host, protocol } = new URL(provider.issuer)
  const callback = provider.callback()
  return async (req, res) => {
    const path = (req.url ?? '').slice(OIDC_PREFIX.length)
    req.url = path.startsWith('/') ? path : `/${path}`
    Object.assign(req, { originalUrl: `${pathname}${req.url}` })
    req.headers['x-forwarded-host'] = host
    req.headers['x-forwarded-proto'] = protocol.slice(0, -1)
    await callback(req, res)
  }
}
