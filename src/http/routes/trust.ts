/** The published trust folder, file by file. */
import { TrustError } from '../../errors.ts'
import type { TrustPublisher } from '../../verification/index.ts'
import { MANIFEST } from '../../verification/index.ts'
import { noBody } from '../body.ts'
import { bytes } from '../reply.ts'
import type { Reply } from '../reply.ts'
import type { AnyRoute } from '../route.ts'
import { route } from '../route.ts'

const MEDIA: Readonly<Record<string, string>> = {
  anchors: 'application/x-pem-file',
  intermediates: 'application/x-pem-file',
  crl: 'application/pkix-crl',
  status: 'application/jose+json',
}

export const trustRoutes = (trust: TrustPublisher): readonly AnyRoute[] => {
  const file = async (path: string, mediaType: string): Promise<Reply> => {
    const found = (await trust.files()).get(path)
    if (found === undefined) throw new TrustError('NOT_FOUND', 'no such trust file')
    return {
      ...bytes(mediaType, found),
      headers: { 'access-control-allow-origin': '*', 'cache-control': 'no-cache' },
    } as Reply
  }
  return [
    route({
      method: 'GET',
      path: '/trust/manifest.json',
      access: 'public',
      kind: 'api',
      summary: 'List of the trust files with their SM3',
      body: noBody,
      handler: () => file(MANIFEST, 'application/json'),
    }),
    route({
      method: 'GET',
      path: '/trust/:folder/:file',
      access: 'public',
      kind: 'api',
      summary: 'One trust file: anchor, intermediate, CRL or signed status list',
      body: noBody,
      handler: ({ params }) =>
        file(
          `${params['folder'] ?? ''}/${params['file'] ?? ''}`,
          MEDIA[params['folder'] ?? ''] ?? 'application/octet-stream',
        ),
    }),
  ]
}
