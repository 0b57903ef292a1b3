/**
 * Whether a deflate stream (RFC 1951) holds bits that decide nothing: padding that is not zero, bytes after its end, Huffman codes that
 * are incomplete, repeated for nothing or never used. Inflating cannot tell, because it gives the same bytes either way.
 * It walks the stream without producing output.
 */

/** Thrown and caught inside this file only. */
class Slack extends Error {}

const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
const END_OF_BLOCK = 256

const require = (holds: boolean): void => {
  if (!holds) throw new Slack()
}

class Bits {
  /** In bits. */
  at = 0
  readonly data: Uint8Array
  constructor(data: Uint8Array) {
    this.data = data
  }

  /** The next `n` ≤ 16 bits, zeros after the end. */
  peek(n: number): number {
    const i = this.at >>> 3
    const word = (this.data[i] ?? 0) | ((this.data[i + 1] ?? 0) << 8) | ((this.data[i + 2] ?? 0) << 16)
    return (word >>> (this.at & 7)) & ((1 << n) - 1)
  }

  take(n: number): number {
    const value = this.peek(n)
    this.at += n
    require(this.at <= this.data.length * 8)
    return value
  }

  /** To the next byte; the bits between must be zero. */
  align(): void {
    require(this.take(-this.at & 7) === 0)
  }
}

/** A canonical Huffman code as a look-up table: symbol << 4 | length, by the next `bits` bits. */
interface Code {
  readonly bits: number
  readonly table: Uint16Array
  readonly used: Uint8Array
  readonly lengths: readonly number[]
}

const reverse = (code: number, length: number): number => {
  let out = 0
  for (let i = 0; i < length; i++) out |= ((code >>> i) & 1) << (length - 1 - i)
  return out
}

/** Complete codes only; a single code of one bit stands for an alphabet of one symbol. */
const makeCode = (lengths: readonly number[]): Code => {
  const bits = Math.max(...lengths)
  const table = new Uint16Array(1 << bits)
  const one = bits === 1 && lengths.filter((l) => l > 0).length === 1
  let [code, left] = [0, 1 << bits]
  for (let length = 1; length <= bits; length++, code <<= 1)
    lengths.forEach((l, symbol) => {
      if (l !== length) return
      left -= 1 << (bits - length)
      require(left >= 0)
      for (let i = reverse(code++, length); i < table.length; i += 1 << length) table[i] = (symbol << 4) | length
    })
  require(left === 0 || one || bits === 0)
  return { bits, table, lengths, used: new Uint8Array(lengths.length) }
}

const decode = (bits: Bits, code: Code): number => {
  const found = code.table[bits.peek(code.bits)] ?? 0
  require(found !== 0)
  bits.at += found & 15
  // zeros after the end may be a symbol too, and would be read for ever
  require(bits.at <= bits.data.length * 8)
  code.used[found >>> 4] = 1
  return found >>> 4
}

const FIXED_LITERALS = [
  ...Array<number>(144).fill(8),
  ...Array<number>(112).fill(9),
  ...Array<number>(24).fill(7),
  ...Array<number>(8).fill(8),
]
const FIXED_DISTANCES = Array<number>(32).fill(5)

/** The last of a list must count, unless the list is as short as it may be. */
const requireTrimmed = (list: readonly number[], least: number): void =>
  require(list.length === least || list.at(-1) !== 0)

const readLengths = (bits: Bits, code: Code, count: number): number[] => {
  const lengths: number[] = []
  while (lengths.length < count) {
    const symbol = decode(bits, code)
    if (symbol === 16) require(lengths.length > 0)
    const value = symbol < 16 ? symbol : symbol === 16 ? (lengths.at(-1) as number) : 0
    const times =
      symbol < 16 ? 1 : symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7)
    for (let i = 0; i < times; i++) lengths.push(value)
  }
  require(lengths.length === count)
  return lengths
}

const readCodes = (bits: Bits): [Code, Code] => {
  const [literals, distances, count] = [bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4]
  const ordered = Array.from({ length: count }, () => bits.take(3))
  requireTrimmed(ordered, 4)
  const lengths = Array<number>(19).fill(0)
  ordered.forEach((l, i) => (lengths[CODE_ORDER[i] as number] = l))
  const lengthCode = makeCode(lengths)
  const all = readLengths(bits, lengthCode, literals + distances)
  requireAllUsed(lengthCode)
  requireTrimmed(all.slice(0, literals), 257)
  requireTrimmed(all.slice(literals), 1)
  return [makeCode(all.slice(0, literals)), makeCode(all.slice(literals))]
}

// Compressors give a code to what occurs and nothing else, save that some want two codes in every alphabet.
const requireAllUsed = ({ lengths, used }: Code): void => {
  const given = lengths.filter((l) => l > 0).length
  require(given <= 2 || lengths.every((l, symbol) => l === 0 || used[symbol] === 1))
}

const walkBlock = (bits: Bits, literals: Code, distances: Code): void => {
  for (let symbol = decode(bits, literals); symbol !== END_OF_BLOCK; symbol = decode(bits, literals)) {
    if (symbol < END_OF_BLOCK) continue
    require(symbol < 286)
    bits.take(LENGTH_EXTRA[symbol - 257] as number)
    const distance = decode(bits, distances)
    require(distance < 30)
    bits.take(Math.max(0, (distance >>> 1) - 1))
  }
}

const walk = (bits: Bits): void => {
  for (let final = 0; final === 0;) {
    final = bits.take(1)
    const type = bits.take(2)
    require(type !== 3)
    if (type === 0) {
      bits.align()
      const length = bits.take(16)
      require((bits.take(16) ^ length) === 0xffff)
      bits.at += length * 8
    } else if (type === 1) walkBlock(bits, makeCode(FIXED_LITERALS), makeCode(FIXED_DISTANCES))
    else {
      const [literals, distances] = readCodes(bits)
      walkBlock(bits, literals, distances)
      requireAllUsed(literals)
      requireAllUsed(distances)
    }
  }
  bits.align()
  require(bits.at === bits.data.length * 8)
}

/** For streams that inflate; false for a broken one would be as good as true. */
export const hasDeflateSlack = (compressed: Uint8Array): boolean => {
  try {
    walk(new Bits(compressed))
    return false
  } catch (error) {
    if (error instanceof Slack) return true
    throw error
  }
}
