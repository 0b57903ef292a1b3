/**
 * What is known to break RSA keys, seen from the public half alone: size, exponent, small factors, factors close together (Fermat),
 * and the structure of keys from broken smart cards (ROCA, CVE-2017-15361). Finding nothing proves nothing.
 */
import { bytesToBigInt, decode, integerBytes, sequence } from '../../../standards/der/index.ts'
import { publicKeyBits } from '../../../standards/rfc5280-x509/index.ts'

export type RsaWeakness = 'RSA_SIZE' | 'RSA_EXPONENT' | 'RSA_SMALL_FACTOR' | 'RSA_CLOSE_FACTORS' | 'RSA_ROCA'

const RSAPublicKey = sequence({ modulus: integerBytes(), publicExponent: integerBytes() })

const MIN_BITS = 3072
const MAX_BITS = 8192
/** NIST SP 800-56B §6.2: 2^16 < e < 2^256, odd. */
const MIN_EXPONENT = 65_537n
const MAX_EXPONENT = 1n << 256n

const primesBelow = (limit: number): number[] => {
  const composite = new Uint8Array(limit)
  const primes: number[] = []
  for (let i = 2; i < limit; i++) {
    if (composite[i] === 1) continue
    primes.push(i)
    for (let j = i * i; j < limit; j += i) composite[j] = 1
  }
  return primes
}
const SMALL_PRIMES = primesBelow(2048)

const hasSmallFactor = (n: bigint): boolean => SMALL_PRIMES.some((p) => n % BigInt(p) === 0n)

const squareRoot = (n: bigint): bigint => {
  if (n === 0n) return 0n
  let x = 1n << BigInt((n.toString(2).length + 1) >> 1)
  for (;;) {
    const next = (x + n / x) >> 1n
    if (next >= x) return x
    x = next
  }
}

/** Squares leave few remainders: most others are seen without taking a root. */
const FILTERS = [64, 63, 65, 11, 17, 19, 23, 31].map((m) => {
  const residues = new Set(Array.from({ length: m }, (_, i) => (i * i) % m))
  return (n: bigint): boolean => residues.has(Number(n % BigInt(m)))
})
const isSquare = (n: bigint): boolean => FILTERS.every((f) => f(n)) && squareRoot(n) ** 2n === n

const FERMAT_ROUNDS = 100

/** n = a² - b² with a near the root: p and q differ in few of their leading bits only. */
const hasCloseFactors = (n: bigint): boolean => {
  const root = squareRoot(n)
  let a = root * root === n ? root : root + 1n
  for (let i = 0; i < FERMAT_ROUNDS; i++, a++) if (isSquare(a * a - n)) return true
  return false
}

/** Those cards made p = k·M + (65537^a mod M), M the product of the first primes: modulo each of them n is a power of 65537. */
const ROCA_PRIMES = primesBelow(168).flatMap((p) => {
  const powers = new Set<number>()
  for (let x = 1; !powers.has(x); x = (x * 65_537) % p) powers.add(x)
  // Modulo primes where the powers are everything, nothing can be seen.
  return p === 2 || powers.size === p - 1 ? [] : [{ p: BigInt(p), powers }]
})
export const hasRocaStructure = (n: bigint): boolean => ROCA_PRIMES.every(({ p, powers }) => powers.has(Number(n % p)))

/** The first weakness of an RSA key. @throws DerError when the bytes are not an RSAPublicKey */
export const rsaWeakness = (spki: Uint8Array): RsaWeakness | undefined => {
  const { modulus, publicExponent } = decode(RSAPublicKey, publicKeyBits(spki), 'RSAPublicKey')
  if ((modulus[0] as number) >= 0x80 || modulus.length > MAX_BITS / 8 + 1) return 'RSA_SIZE'
  const n = bytesToBigInt(modulus)
  if (n.toString(2).length < MIN_BITS || n.toString(2).length > MAX_BITS) return 'RSA_SIZE'
  const e = (publicExponent[0] as number) >= 0x80 || publicExponent.length > 33 ? 0n : bytesToBigInt(publicExponent)
  if (e < MIN_EXPONENT || e >= MAX_EXPONENT || e % 2n === 0n) return 'RSA_EXPONENT'
  if (hasSmallFactor(n)) return 'RSA_SMALL_FACTOR'
  if (hasRocaStructure(n)) return 'RSA_ROCA'
  return hasCloseFactors(n) ? 'RSA_CLOSE_FACTORS' : undefined
}
