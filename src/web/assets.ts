/**
 * Stylesheet and browser scripts, made once at start: bundled, made small, named by the hash of their content so that they may be
 * cached for ever. Refuses to start with a script that does not bundle. Nothing is loaded from elsewhere.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, transform } from 'esbuild'
import type { Plugin } from 'esbuild'
import type { AssetUrls } from './parts/page.ts'

export interface Asset {
  readonly mediaType: string
  readonly bytes: Uint8Array
  /** The same, compressed; for clients that accept gzip. */
  readonly gzip: Uint8Array
}

export interface Assets extends AssetUrls {
  /** By path (`/assets/page-1f2e3d4c.js`); every one may be cached for ever. */
  readonly find: (path: string) => Asset | undefined
}

const HERE = fileURLToPath(new URL('.', import.meta.url))
const SCRIPTS = ['page', 'verify', 'passkey'] as const
const TARGET = ['es2022', 'chrome109', 'firefox115', 'safari16']

/** Our modules do nothing when imported, so what a script does not use falls away. */
const noSideEffects: Plugin = {
  name: 'no-side-effects',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir, kind }) =>
      kind === 'entry-point' || resolveDir.includes('node_modules')
        ? undefined
        : { path: resolve(resolveDir, path), sideEffects: false },
    )
  },
}

async function bundle(name: (typeof SCRIPTS)[number]): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [resolve(HERE, 'browser', `${name}.ts`)],
    absWorkingDir: dirname(HERE),
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: TARGET,
    minify: true,
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [noSideEffects],
  })
  return outputFiles[0]?.text ?? ''
}

const asset = (mediaType: string, text: string): Asset => {
  const bytes = new TextEncoder().encode(text)
  return { mediaType, bytes, gzip: gzipSync(bytes, { level: 9 }) }
}

const hashed = (name: string, extension: string, { bytes }: Asset): string =>
  `/assets/${name}-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}.${extension}`

export async function makeAssets(): Promise<Assets> {
  const css = await readFile(resolve(HERE, 'xinyin.css'), 'utf8')
  const [small, ...scripts] = await Promise.all([
    transform(css, { loader: 'css', minify: true, legalComments: 'none' }),
    ...SCRIPTS.map(bundle),
  ])
  const byPath = new Map<string, Asset>()
  const put = (name: string, extension: string, made: Asset): string => {
    const path = hashed(name, extension, made)
    byPath.set(path, made)
    return path
  }
  const stylesheet = put('xinyin', 'css', asset('text/css; charset=utf-8', small.code))
  const urls = new Map(
    SCRIPTS.map(
      (name, i) => [name, put(name, 'js', asset('text/javascript; charset=utf-8', scripts[i] ?? ''))] as const,
    ),
  )
  return { stylesheet, script: (name) => urls.get(name) ?? '', find: (path) => byPath.get(path) }
}
