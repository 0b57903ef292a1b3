/** What the makers of vectors need of SM2's arithmetic: plain, for chosen values only. Nothing here is secret. */
import { concat, fromHex, toHex, utf8 } from '../../standards/bytes.ts'
import { sm3 } from '../../standards/gbt-32905-sm3/index.ts'
import type { AffinePoint } from '../../standards/gbt-32918-sm2/index.ts'
import { SM2_CURVE } from '../../standards/gbt-32918-sm2/index.ts'
import { multiplyAdd } from '../../standards/gbt-32918-sm2/curve.ts'
import { addPoints } from '../../standards/gbt-32918-sm2/key-exchange-sum.ts'

export const { p, n, a, b } = SM2_CURVE
export const G: AffinePoint = { x: SM2_CURVE.gx, y: SM2_CURVE.gy }
export type Point = AffinePoint

export const mod = (value: bigint, m: bigint): bigint => ((value % m) + m) % m

export const power = (base: bigint, exponent: bigint, m: bigint): bigint => {
  let [result, square] = [1n, mod(base, m)]
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % m
    square = (square * square) % m
  }
  return result
}

export const inverse = (value: bigint, m: bigint): bigint => power(value, m - 2n, m)

/** A square root modulo p (p ≡ 3 mod 4), the even one; undefined where there is none. */
export const root = (value: bigint): bigint | undefined => {
  const found = power(value, (p + 1n) / 4n, p)
  if (mod(found * found - value, p) !== 0n) return undefined
  return found % 2n === 0n ? found : p - found
}

/** The point of the curve with this x and an even y. */
export const pointAt = (x: bigint): Point | undefined => {
  const y = root(mod(x * x * x + a * x + b, p))
  return y === undefined ? undefined : { x, y }
}

/** The same multiples are asked for again and again. */
const multiples = new Map<string, Point>()

/** Neither formula uses b: they hold on every curve with SM2's p and a. */
export const multiply = (k: bigint, point: Point = G): Point => {
  const name = `${mod(k, n)} ${point.x} ${point.y}`
  const found = multiples.get(name) ?? multiplyAdd(0n, mod(k, n), point)
  if (found === undefined) throw new Error('infinity')
  multiples.set(name, found)
  return found
}
export const add = (one: Point, two: Point): Point => {
  const found = addPoints(one, two)
  if (found === undefined) throw new Error('infinity')
  return found
}
export const negate = ({ x, y }: Point): Point => ({ x, y: mod(-y, p) })

export const bytes32 = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, '0'))
export const encoded = ({ x, y }: Point): Uint8Array => concat(Uint8Array.of(4), bytes32(x), bytes32(y))
export const toInt = (bytes: Uint8Array): bigint => BigInt(`0x0${toHex(bytes)}`)

/** A number in [1, n-1] that anyone can draw again from its label. */
export const drawn = (label: string): bigint => (toInt(sm3(utf8(`xinyin sm2 vectors: ${label}`))) % (n - 1n)) + 1n

/** The smallest multiples of G above 3 with a coordinate of 31 octets: searches start here, as from 4 they take a second. */
export const SHORT_COORDINATE_FROM = { x: 327n, y: 107n } as const
