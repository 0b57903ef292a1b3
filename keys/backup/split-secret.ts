/**
 * A secret in n shares, of which any k give it back and k-1 say nothing (Shamir 1979), byte by byte over GF(2⁸). Shares carry no
 * check of their own: who handed in a wrong one is found by the digests in the backup. Refuses a share named twice.
 */
import { TrustError } from '../../src/errors.ts'
import type { RandomSource } from '../../src/kernel/index.ts'
import { invert, multiply } from './gf256.ts'

export interface SecretShare {
  /** 1 to 255: which share it is. */
  readonly x: number
  /** As long as the secret. */
  readonly y: Uint8Array
}

export interface SplitRequest {
  readonly secret: Uint8Array
  /** 2 to 255. */
  readonly shares: number
  /** 2 to `shares`. */
  readonly threshold: number
  readonly random: RandomSource
}

const isCount = (n: number, low: number, high: number): boolean => Number.isInteger(n) && n >= low && n <= high

/** @throws TrustError INPUT_INVALID */
export const requireSplit = ({ shares, threshold }: Pick<SplitRequest, 'shares' | 'threshold'>): void => {
  if (!isCount(shares, 2, 255)) throw new TrustError('INPUT_INVALID', 'from 2 to 255 shares', { field: 'shares' })
  if (!isCount(threshold, 2, shares))
    throw new TrustError('INPUT_INVALID', 'the threshold is from 2 to the number of shares', { field: 'threshold' })
}

/** @throws TrustError INPUT_INVALID */
export const splitSecret = (request: SplitRequest): readonly SecretShare[] => {
  requireSplit(request)
  const { secret, shares, threshold, random } = request
  if (secret.length === 0) throw new TrustError('INPUT_INVALID', 'nothing to split', { field: 'secret' })
  // coefficients[j][i]: of x^(j+1), for byte i.
  const coefficients = Array.from({ length: threshold - 1 }, () => random.bytes(secret.length))
  const made = Array.from({ length: shares }, (_, n) => {
    const x = n + 1
    const y = secret.map((byte, i) => {
      const high = coefficients.reduceRight((sum, c) => multiply(sum, x) ^ (c[i] as number), 0)
      return multiply(high, x) ^ byte
    })
    return { x, y }
  })
  for (const c of coefficients) c.fill(0)
  return made
}

/** The polynomial through these shares, at `at`; the secret stands at 0. */
export const interpolate = (shares: readonly SecretShare[], at: number): Uint8Array => {
  const result = new Uint8Array(shares[0]?.y.length ?? 0)
  for (const { x, y } of shares) {
    let basis = 1
    for (const other of shares) {
      if (other.x === x) continue
      basis = multiply(basis, multiply(at ^ other.x, invert(x ^ other.x)))
    }
    for (let i = 0; i < result.length; i++) result[i] = (result[i] as number) ^ multiply(basis, y[i] as number)
  }
  return result
}

/** Exactly as many as the threshold says. @throws TrustError BACKUP_SHARE_INVALID */
export const joinSecret = (shares: readonly SecretShare[]): Uint8Array => {
  const [first] = shares
  const fits = shares.every(
    (s) => isCount(s.x, 1, 255) && s.y.length === first?.y.length && shares.filter((o) => o.x === s.x).length === 1,
  )
  if (first === undefined || !fits) throw new TrustError('BACKUP_SHARE_INVALID', 'these shares do not go together')
  return interpolate(shares, 0)
}
