/**
 * X-Forwarded-* is believed from configured addresses only; from anyone else it is removed before anything reads it,
 * so that neither our code nor the OpenID provider can be told a false address, scheme or host.
 */
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

const NAMES = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port', 'forwarded'] as const

const plain = (address: string): string => address.replace(/^::ffff:/, '')

/** Address of the client. Strips what may not be believed. */
export const clientAddress = (req: IncomingMessage, trusted: ReadonlySet<string>): string => {
  const peer = plain(req.socket.remoteAddress ?? '')
  if (!trusted.has(peer)) {
    for (const name of NAMES) delete req.headers[name]
    return peer
  }
  const hops = String(req.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((h) => h.trim())
    .filter((h) => h !== '')
  // From the nearest hop outwards: the first address that is not a proxy of ours is the client.
  const client = plain([...hops].reverse().find((h) => !trusted.has(plain(h))) ?? peer)
  return isIP(client) === 0 ? peer : client
}
