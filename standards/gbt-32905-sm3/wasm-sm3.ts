/**
 * SM3 by WebAssembly: the compression function of kernel/compress.as, fed and padded here. Gives nothing where the engine
 * has no WebAssembly or forbids it (a content security policy), or where its digest of "abc" is not the standard's.
 */
import { fromBase64, toHex, utf8 } from '../bytes.ts'
import { SM3_KERNEL } from './sm3-kernel.ts'

export type Sm3 = (...parts: readonly Uint8Array[]) => Uint8Array

interface Kernel {
  readonly memory: WebAssembly.Memory
  reset(): void
  compress(blocks: number): void
}

const BLOCK = 64
/** Where the kernel reads blocks; what it gets in one call stays in the first-level cache. */
const INPUT = 64
const ROOM = 8192

const hashWith = ({ memory, reset, compress }: Kernel): Sm3 => {
  const room = new Uint8Array(memory.buffer, INPUT, ROOM + BLOCK)
  const view = new DataView(memory.buffer)
  let held = 0
  let highest = 0

  const compressHeld = (): void => {
    compress(held / BLOCK)
    highest = Math.max(highest, held)
    held = 0
  }
  const take = (part: Uint8Array): void => {
    for (let at = 0; at < part.length;) {
      const count = Math.min(ROOM - held, part.length - at)
      room.set(count === part.length ? part : part.subarray(at, at + count), held)
      held += count
      at += count
      if (held === ROOM) compressHeld()
    }
  }
  /** §5.2: bit 1, zeros, and the length in bits as 64 bits. Less than ROOM is held, and one block more fits. */
  const pad = (length: number): void => {
    const end = BLOCK * Math.ceil((held + 9) / BLOCK)
    room.fill(0, held, end)
    room[held] = 0x80
    view.setUint32(INPUT + end - 8, Math.floor(length / 2 ** 29))
    view.setUint32(INPUT + end - 4, (length << 3) >>> 0)
    held = end
  }

  return (...parts) => {
    reset()
    held = 0
    let length = 0
    for (const part of parts) {
      take(part)
      length += part.length
    }
    pad(length)
    compressHeld()
    const out = new Uint8Array(32)
    const digest = new DataView(out.buffer)
    for (let i = 0; i < 32; i += 4) digest.setUint32(i, view.getUint32(i, true))
    room.fill(0, 0, highest)
    highest = 0
    return out
  }
}

const ABC = '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'

/** A digest function on a kernel of its own, or undefined where this engine cannot run it. */
export const startWasmSm3 = (binary: Uint8Array = fromBase64(SM3_KERNEL)): Sm3 | undefined => {
  try {
    const module = new WebAssembly.Module(Uint8Array.from(binary))
    const { exports } = new WebAssembly.Instance(module)
    const hash = hashWith(exports as unknown as Kernel)
    return toHex(hash(utf8('abc'))) === ABC ? hash : undefined
  } catch {
    // No WebAssembly, one that a policy forbids, or bytes that are no kernel: the plain one does it.
    return undefined
  }
}
