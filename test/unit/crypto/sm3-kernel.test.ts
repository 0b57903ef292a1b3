/** The SM3 kernel: rebuilt to the same bytes, the same digests as OpenSSL's and the plain one, nothing left behind. */
import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fromBase64, toHex } from '../../../standards/bytes.ts'
import { plainSm3, sm3, sm3Engine } from '../../../standards/gbt-32905-sm3/index.ts'
import { SM3_KERNEL } from '../../../standards/gbt-32905-sm3/sm3-kernel.ts'
import { startWasmSm3 } from '../../../standards/gbt-32905-sm3/wasm-sm3.ts'
import {
  BINARY_PATH,
  committed,
  compileSm3Kernel,
  SOURCE_PATH,
  sm3KernelModule,
  sm3KernelSource,
} from '../../../tools/build-sm3-kernel.ts'

const native = (...parts: readonly Uint8Array[]): string => {
  const hash = createHash('sm3')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))

describe('the SM3 kernel', () => {
  it('is what its source compiles to, byte for byte', async () => {
    const source = sm3KernelSource()
    expect(committed(SOURCE_PATH)).toBe(source)
    expect(committed(BINARY_PATH)).toBe(sm3KernelModule(await compileSm3Kernel(source)))
  })

  it('runs here', () => expect(sm3Engine()).toBe('wasm'))

  it('imports nothing, and has one page of memory that does not grow', () => {
    const module = new WebAssembly.Module(Uint8Array.from(fromBase64(SM3_KERNEL)))
    expect(WebAssembly.Module.imports(module)).toEqual([])
    const { memory } = new WebAssembly.Instance(module).exports
    expect(() => (memory as WebAssembly.Memory).grow(1)).toThrow(RangeError)
  })

  it('gives the digest of OpenSSL and of the plain one for every length to 300, and around each piece it takes', () => {
    const edges = [8127, 8128, 8183, 8184, 8191, 8192, 8193, 8256, 16383, 16384, 16385, 100_000]
    for (const length of [...Array(301).keys(), ...edges]) {
      const bytes = random(length)
      expect([length, toHex(sm3(bytes)), toHex(plainSm3(bytes))]).toEqual([length, ...Array(2).fill(native(bytes))])
    }
  })

  it('gives the digest of parts joined, however they are cut', () => {
    for (let i = 0; i < 300; i++) {
      const parts = Array.from({ length: i % 7 }, () => random((i * 37) % 9000))
      expect(toHex(sm3(...parts))).toBe(native(...parts))
    }
  })

  it('reads a part that is a view into something larger, and leaves it as it was', () => {
    const bytes = random(500)
    const before = bytes.slice()
    expect(toHex(sm3(bytes.subarray(3, 490)))).toBe(native(bytes.subarray(3, 490)))
    expect(bytes).toEqual(before)
  })

  it('holds nothing of a message afterwards', () => {
    const memories: WebAssembly.Memory[] = []
    const { Instance } = WebAssembly
    WebAssembly.Instance = class extends Instance {
      constructor(module: WebAssembly.Module) {
        super(module)
        memories.push(this.exports['memory'] as WebAssembly.Memory)
      }
    }
    const hash = startWasmSm3()
    WebAssembly.Instance = Instance
    hash?.(random(20_000), random(77))
    expect(new Uint8Array((memories[0] as WebAssembly.Memory).buffer, 64).every((octet) => octet === 0)).toBe(true)
  })

  it('is not used where the engine has none, or where it is not ours', () => {
    const binary = Uint8Array.from(fromBase64(SM3_KERNEL))
    expect(startWasmSm3(binary.subarray(0, 100))).toBeUndefined()
    expect(startWasmSm3(new Uint8Array())).toBeUndefined()
    // i32.const 0, i32.const 0x7380166f: the first word of the initial value
    const at = toHex(binary).indexOf('410041ef') / 2 + 3
    expect(startWasmSm3(binary.map((octet, i) => (i === at ? octet ^ 1 : octet)))).toBeUndefined()
    const whole = globalThis.WebAssembly
    Reflect.deleteProperty(globalThis, 'WebAssembly')
    try {
      expect(startWasmSm3()).toBeUndefined()
    } finally {
      globalThis.WebAssembly = whole
    }
  })
})
