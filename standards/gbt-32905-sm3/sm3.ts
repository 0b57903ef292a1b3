/**
 * GB/T 32905-2016 SM3 wherever we run without Node's own: by WebAssembly, or plain where that is not to be had.
 * Messages of whole bytes only, shorter than 2^53 bits.
 */
import { plainSm3 } from './plain-sm3.ts'
import type { Sm3 } from './wasm-sm3.ts'
import { startWasmSm3 } from './wasm-sm3.ts'

/** Started with the first digest, in about a millisecond. */
let chosen: Sm3 | undefined

const choose = (): Sm3 => (chosen ??= startWasmSm3() ?? plainSm3)

/** SM3 of the concatenation of `parts`: 32 bytes. */
export const sm3: Sm3 = (...parts) => choose()(...parts)

/** Which of the two this engine runs. */
export const sm3Engine = (): 'wasm' | 'plain' => (choose() === plainSm3 ? 'plain' : 'wasm')
