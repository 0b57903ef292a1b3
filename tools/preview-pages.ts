/** Serves every page with sample views, under the strictest policy the pages must bear. `npx node tools/preview-pages.ts [PORT]`. */
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import { makeAssets } from '../src/web/assets.ts'
import { peopleSamples } from '../test/e2e/sample-people.ts'
import { trustSamples } from '../test/e2e/sample-trust.ts'

export const samples = [...peopleSamples, ...trustSamples]

export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

export interface Preview {
  readonly server: Server
  readonly url: string
  readonly close: () => Promise<void>
}

/** Pages under `/<name>`; `extra` answers other paths, for a test that needs a trust folder. */
export async function startPreview(
  port = 0,
  extra: (path: string) => Uint8Array | undefined = () => undefined,
): Promise<Preview> {
  const assets = await makeAssets()
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    response.setHeader('content-security-policy', POLICY)
    const asset = assets.find(path)
    if (asset !== undefined) return response.setHeader('content-type', asset.mediaType).end(asset.bytes)
    const other = extra(path)
    if (other !== undefined) return response.end(other)
    response.setHeader('content-type', 'text/html; charset=utf-8')
    const sample = samples.find(({ name }) => `/${name}` === path)
    if (sample !== undefined) return response.end(sample.render(assets).text)
    response.statusCode = path === '/' ? 200 : 404
    return response.end(
      `<!doctype html><title>Pages</title>${samples.map(({ name }) => `<p><a href="/${name}">${name}</a>`).join('')}`,
    )
  })
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? port) : port}`
  return { server, url, close: () => new Promise((done) => server.close(() => done())) }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startPreview(Number(process.argv[2] ?? 4100))
  process.stdout.write(`${url}\n`)
}
