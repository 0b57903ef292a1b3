/** Where the registries push what has changed. Open to nobody but them: the push itself is signed, and taken once. */
import { TrustError } from '../../errors.ts'
import type { PushReceiver, RegistryName } from '../../identity/index.ts'
import { REGISTRY_NAMES, receiveRegisterPush } from '../../identity/index.ts'
import type { BodyParser } from '../body.ts'
import { readBody } from '../body.ts'
import type { AnyRoute } from '../route.ts'
import { route } from '../route.ts'

const MAX_PUSH = 256 * 1024

/** As received, since the signature is over the bytes. */
const signedBody: BodyParser<Uint8Array> = {
  mediaType: 'application/json',
  parse: async (req) => {
    if ((req.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() !== 'application/json')
      throw new TrustError('UNSUPPORTED_MEDIA', 'expected application/json')
    return readBody(req, MAX_PUSH)
  },
}

const registryOf = (name: string | undefined): RegistryName => {
  const found = REGISTRY_NAMES.find((r) => r === name)
  if (found === undefined) throw new TrustError('NOT_FOUND', 'no such registry')
  return found
}

const HEADERS = ['registry-client', 'registry-time', 'registry-nonce', 'registry-signature'] as const

export const registryEventRoutes = (deps: PushReceiver): readonly AnyRoute[] => [
  route({
    method: 'POST',
    path: '/api/registry-events/:registry',
    access: 'public',
    kind: 'api',
    summary: 'A registry tells what has changed; signed by it (adapters/registry-call/README.md)',
    body: signedBody,
    handler: async ({ params, body, path, raw: { req } }) => {
      const headers = Object.fromEntries(
        HEADERS.map((name) => {
          const value = req.headers[name]
          return [name, typeof value === 'string' ? value : undefined]
        }),
      )
      const push = { method: 'POST', path, headers, body }
      const answer = await receiveRegisterPush(deps, registryOf(params['registry']), push)
      return { type: 'bytes', mediaType: 'application/json', bytes: answer.body, headers: answer.headers }
    },
  }),
]
