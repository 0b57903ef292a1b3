/** Stylesheet and scripts: named by their content, so kept by browsers for ever. */
import { TrustError } from '../../errors.ts'
import type { AnyRoute, Reply } from '../../http/index.ts'
import { noBody, route } from '../../http/index.ts'
import type { Asset } from '../assets.ts'
import type { PageDeps } from './page-deps.ts'

const FOR_EVER = { 'cache-control': 'public, max-age=31536000, immutable', vary: 'accept-encoding' }

const acceptsGzip = (header: string | string[] | undefined): boolean =>
  String(header ?? '')
    .split(',')
    .map((part) => part.replace(/\s/g, '').toLowerCase())
    .some((part) => /^gzip(;q=(1(\.0*)?|0?\.\d*[1-9]\d*))?$/.test(part))

const replyOf = ({ mediaType, bytes, gzip }: Asset, small: boolean): Reply => ({
  type: 'bytes',
  mediaType,
  bytes: small ? gzip : bytes,
  headers: small ? { ...FOR_EVER, 'content-encoding': 'gzip' } : FOR_EVER,
})

export const assetRoutes = ({ assets }: Pick<PageDeps, 'assets'>): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: '/assets/:file',
    access: 'public',
    kind: 'api',
    summary: 'Stylesheet and scripts of the pages',
    body: noBody,
    handler: async ({ path, raw }) => {
      const found = assets.find(path)
      if (found === undefined) throw new TrustError('NOT_FOUND', 'no such asset')
      return replyOf(found, acceptsGzip(raw.req.headers['accept-encoding']))
    },
  }),
]
