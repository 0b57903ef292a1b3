import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fromBase64 } from '../../../standards/bytes.ts'
import { FMA_KERNEL, INTEGER_KERNEL } from '../../../standards/gbt-32918-sm2/kernel-binaries.ts'
import { BINARIES_FILE, buildKernel } from '../../../tools/build-kernel.ts'

describe('the committed SM2 kernel', () => {
  it('is what its source compiles to, byte for byte', async () => {
    expect(readFileSync(BINARIES_FILE, 'utf8') === (await buildKernel())).toBe(true)
  })

  it('is small, both binaries together, and asks nothing of its host', () => {
    const binaries = [FMA_KERNEL, INTEGER_KERNEL].map((text) => new Uint8Array(fromBase64(text)))
    expect(binaries.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(40_000)
    for (const binary of binaries) expect(WebAssembly.Module.imports(new WebAssembly.Module(binary))).toEqual([])
  })
})
