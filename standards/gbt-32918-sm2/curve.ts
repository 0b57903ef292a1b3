/**
 * The curve of GB/T 32918.5-2017 and its group law, on BigInt and Jacobian coordinates.
 * For verifying only: times depend on the values, so nothing secret may pass through here.
 */
export const SM2_CURVE = {
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
  h: 1n,
} as const

const { p, a, b, gx, gy } = SM2_CURVE

export interface AffinePoint {
  readonly x: bigint
  readonly y: bigint
}

/** (X/Z², Y/Z³); the point at infinity has Z = 0. */
interface JacobianPoint {
  readonly x: bigint
  readonly y: bigint
  readonly z: bigint
}

const INFINITY: JacobianPoint = { x: 1n, y: 1n, z: 0n }

const mod = (value: bigint): bigint => {
  const rest = value % p
  return rest < 0n ? rest + p : rest
}

/** GB/T 32918.1 §4.1 and §6.2: coordinates below p, and y² = x³ + ax + b. Infinity has no affine form. */
export const isOnCurve = ({ x, y }: AffinePoint): boolean =>
  x >= 0n && x < p && y >= 0n && y < p && mod(y * y - (x * x + a) * x - b) === 0n

const double = ({ x, y, z }: JacobianPoint): JacobianPoint => {
  if (z === 0n || y === 0n) return INFINITY
  const yy = mod(y * y)
  const s = mod(4n * x * yy)
  const zz = mod(z * z)
  const m = mod(3n * (x - zz) * (x + zz))
  const x3 = mod(m * m - 2n * s)
  return { x: x3, y: mod(m * (s - x3) - 8n * yy * yy), z: mod(2n * y * z) }
}

const add = (one: JacobianPoint, two: JacobianPoint): JacobianPoint => {
  if (one.z === 0n) return two
  if (two.z === 0n) return one
  const z1z1 = mod(one.z * one.z)
  const z2z2 = mod(two.z * two.z)
  const u1 = mod(one.x * z2z2)
  const s1 = mod(one.y * two.z * z2z2)
  const h = mod(two.x * z1z1 - u1)
  const r = mod(two.y * one.z * z1z1 - s1)
  if (h === 0n) return r === 0n ? double(one) : INFINITY
  const hh = mod(h * h)
  const hhh = mod(h * hh)
  const v = mod(u1 * hh)
  const x = mod(r * r - hhh - 2n * v)
  return { x, y: mod(r * (v - x) - s1 * hhh), z: mod(one.z * two.z * h) }
}

/** Inverse modulo p by Euclid; `value` is not zero. */
const invert = (value: bigint): bigint => {
  let [r0, r1, t0, t1]: [bigint, bigint, bigint, bigint] = [p, mod(value), 0n, 1n]
  while (r1 !== 0n) {
    const q: bigint = r0 / r1
    ;[r0, r1, t0, t1] = [r1, r0 - q * r1, t1, t0 - q * t1]
  }
  return mod(t0)
}

const toAffine = ({ x, y, z }: JacobianPoint): AffinePoint | undefined => {
  if (z === 0n) return undefined
  const inverse = invert(z)
  const square = mod(inverse * inverse)
  return { x: mod(x * square), y: mod(y * square * inverse) }
}

/** sG + tQ, both scalars in one pass; undefined is the point at infinity. */
export const multiplyAdd = (s: bigint, t: bigint, q: AffinePoint): AffinePoint | undefined => {
  const base: JacobianPoint = { x: gx, y: gy, z: 1n }
  const other: JacobianPoint = { ...q, z: 1n }
  const both = add(base, other)
  let sum = INFINITY
  for (let i = BigInt(Math.max(s.toString(2).length, t.toString(2).length)) - 1n; i >= 0n; i--) {
    sum = double(sum)
    const fromS = ((s >> i) & 1n) === 1n
    const fromT = ((t >> i) & 1n) === 1n
    if (fromS || fromT) sum = add(sum, fromS ? (fromT ? both : base) : other)
  }
  return toAffine(sum)
}
