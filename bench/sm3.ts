/** SM3 as a browser runs it, by WebAssembly, beside Node's own: a megabyte, and 64 bytes as in a key derivation. */
import { createHash } from 'node:crypto'
import { sm3, sm3Engine } from '../standards/gbt-32905-sm3/index.ts'
import type { Bench } from './figure.ts'
import { compare } from './figure.ts'

const SIZES = { 'sm3.wasm': 1 << 20, 'sm3.wasm.1k': 1024, 'sm3.wasm.64': 64 } as const

export const bench: Bench['bench'] = async (say, wanted) => {
  if (sm3Engine() !== 'wasm') throw new Error('this engine does not run the SM3 kernel')
  for (const [name, size] of Object.entries(SIZES).filter(([name]) => wanted(name))) {
    const message = new Uint8Array(size).fill(7)
    const yardstickAct = (): unknown => createHash('sm3').update(message).digest()
    const unit = `digests/s of ${size} bytes`
    say(await compare({ name, unit, act: () => sm3(message), yardstick: 'SM3 of node:crypto', yardstickAct }))
  }
}
