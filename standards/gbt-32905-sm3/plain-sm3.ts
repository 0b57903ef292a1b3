/**
 * GB/T 32905-2016 SM3, in plain arithmetic on 32-bit words: the reference, and what runs where WebAssembly does not.
 * Messages of whole bytes only, shorter than 2^53 bits.
 */
const BLOCK = 64
const IV = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e]

const rotl = (x: number, n: number): number => (x << n) | (x >>> (32 - n))
/** §4.4: the two permutations. */
const p0 = (x: number): number => x ^ rotl(x, 9) ^ rotl(x, 17)
const p1 = (x: number): number => x ^ rotl(x, 15) ^ rotl(x, 23)

/** T_j <<< j of §4.2, for each round. */
const T = Int32Array.from({ length: 64 }, (_, j) => rotl(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32))

interface State {
  readonly v: Int32Array
  readonly w: Int32Array
}

/** §5.3.2: 16 words of the block become 68. */
const expand = (w: Int32Array, block: Uint8Array, at: number): void => {
  const view = new DataView(block.buffer, block.byteOffset + at, BLOCK)
  for (let j = 0; j < 16; j++) w[j] = view.getInt32(4 * j)
  for (let j = 16; j < 68; j++) {
    const x = (w[j - 16] as number) ^ (w[j - 9] as number) ^ rotl(w[j - 3] as number, 15)
    w[j] = p1(x) ^ rotl(w[j - 13] as number, 7) ^ (w[j - 6] as number)
  }
}

/** §5.3.3: the compression function CF. */
const compress = ({ v, w }: State, block: Uint8Array, at: number): void => {
  expand(w, block, at)
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = v
  for (let j = 0; j < 64; j++) {
    const a12 = rotl(a, 12)
    const ss1 = rotl((a12 + e + (T[j] as number)) | 0, 7)
    const wj = w[j] as number
    const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c)
    const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g)
    const tt1 = (ff + d + (ss1 ^ a12) + (wj ^ (w[j + 4] as number))) | 0
    const tt2 = (gg + h + ss1 + wj) | 0
    d = c
    c = rotl(b, 9)
    b = a
    a = tt1
    h = g
    g = rotl(f, 19)
    f = e
    e = p0(tt2)
  }
  const words = [a, b, c, d, e, f, g, h]
  for (let i = 0; i < 8; i++) v[i] = (v[i] as number) ^ (words[i] as number)
}

/** §5.2: bit 1, zeros, and the length in bits as 64 bits. */
const padding = (length: number): Uint8Array => {
  const tail = length % BLOCK
  const out = new Uint8Array((tail < BLOCK - 8 ? BLOCK : 2 * BLOCK) - tail)
  out[0] = 0x80
  const view = new DataView(out.buffer)
  view.setUint32(out.length - 8, Math.floor(length / 2 ** 29))
  view.setUint32(out.length - 4, (length << 3) >>> 0)
  return out
}

/** SM3 of the concatenation of `parts`: 32 bytes. */
export const plainSm3 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const state: State = { v: Int32Array.from(IV), w: new Int32Array(68) }
  const rest = new Uint8Array(BLOCK)
  let held = 0
  const take = (part: Uint8Array): void => {
    let at = 0
    if (held > 0) {
      at = Math.min(BLOCK - held, part.length)
      rest.set(part.subarray(0, at), held)
      held += at
      if (held < BLOCK) return
      compress(state, rest, 0)
      held = 0
    }
    for (; at + BLOCK <= part.length; at += BLOCK) compress(state, part, at)
    rest.set(part.subarray(at))
    held = part.length - at
  }
  for (const part of parts) take(part)
  take(padding(parts.reduce((n, p) => n + p.length, 0)))
  const out = new Uint8Array(32)
  const view = new DataView(out.buffer)
  state.v.forEach((word, i) => view.setInt32(4 * i, word))
  return out
}
