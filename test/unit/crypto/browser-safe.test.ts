import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const path = (name: string): string => fileURLToPath(new URL(`../../../${name}`, import.meta.url))

describe('the browser-safe entry', () => {
  it.each(['src/crypto/index.ts', 'standards/gbt-32918-sm2/index.ts', 'standards/gbt-32905-sm3/index.ts'])(
    '%s bundles for a browser and names neither Buffer nor process',
    async (entry) => {
      const { outputFiles, errors } = await build({
        entryPoints: [path(entry)],
        bundle: true,
        write: false,
        platform: 'browser',
        format: 'esm',
        treeShaking: false,
        logLevel: 'silent',
      })
      expect(errors).toEqual([])
      const code = outputFiles[0]?.text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '') ?? ''
      expect(code.length).toBeGreaterThan(1000)
      expect(code).not.toMatch(/\bBuffer\.|\bprocess\./)
    },
  )

  it('does not bundle the other entry', async () => {
    const attempt = build({
      entryPoints: [path('src/crypto/node.ts')],
      bundle: true,
      write: false,
      platform: 'browser',
      logLevel: 'silent',
    })
    await expect(attempt).rejects.toThrow(/node:crypto/)
  })
})
