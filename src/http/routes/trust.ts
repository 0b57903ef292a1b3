/** The published trust folder, file by file; delta CRLs and CA certificates in DER, as certificates point to them. */
import { TrustError } from '../../errors.ts'
import type { TrustPublisher } from '../../verification/index.ts'
import { MANIFEST } from '../../verification/index.ts'
import type { PkiDeps } from '../../pki/index.ts'
import { newestDelta, trustChain } from '../../pki/index.ts'
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

const named = (file: string, end: string): string => {
  if (!file.endsWith(end)) throw new TrustError('NOT_FOUND', 'no such trust file')
  return file.slice(0, -end.length)
}

const OPEN = { 'access-control-allow-origin': '*', 'cache-control': 'no-cache' }

/** What certificates point to (RFC 5280 §4.2.1.15, §4.2.2.1). */
const pointedTo = (pki: PkiDeps): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: '/trust/delta/:file',
    access: 'public',
    kind: 'api',
    summary: 'Newest delta CRL of a CA key',
    body: noBody,
    handler: async ({ params }) => {
      const der = await newestDelta(pki, named(params['file'] ?? '', '.crl'))
      return { ...bytes('application/pkix-crl', der), headers: OPEN } as Reply
    },
  }),
  route({
    method: 'GET',
    path: '/trust/ca/:file',
    access: 'public',
    kind: 'api',
    summary: 'Certificate of a CA key, DER',
    body: noBody,
    handler: ({ params }) => {
      const [ca] = trustChain(pki, named(params['file'] ?? '', '.cer'))
      return Promise.resolve({
        ...bytes('application/pkix-cert', (ca as { der: Uint8Array }).der),
        headers: OPEN,
      } as Reply)
    },
  }),
]

export const trustRoutes = (trust: TrustPublisher, pki: PkiDeps): readonly AnyRoute[] => {
  const file = async (path: string, mediaType: string): Promise<Reply> => {
    const found = (await trust.files()).get(path)
    if (found === undefined) throw new TrustError('NOT_FOUND', 'no such trust file')
    return {
      ...bytes(mediaType, found),
      headers: OPEN,
    } as Reply
  }
  return [
    ...pointedTo(pki),
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
