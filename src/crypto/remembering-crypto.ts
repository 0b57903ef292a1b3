/**
 * A crypto port that remembers which signatures it has found good: the same CA and CRL signatures stand behind every seal, and a
 * check is a pure function of its bytes. Only good ones are kept, by SHA-256 over all that was checked; bad ones cost their full price.
 */
import { concat, toHex, utf8 } from '../../standards/bytes.ts'
import type { CryptoPort, SignatureCheck } from '../../standards/ports.ts'
import { makeBoundedCache } from './bounded-cache.ts'

const ENTRIES = 20_000
const SIZE_LIMIT = 1_000_000

/** Lengths in front, so that no two checks share their bytes. */
const lengths = (...parts: readonly Uint8Array[]): Uint8Array => utf8(parts.map((p) => p.length).join(','))

export const makeRememberingCrypto = (base: CryptoPort): CryptoPort => {
  const good = makeBoundedCache<true>(ENTRIES)
  const keyOf = ({ algorithm, publicKey, message, signature }: SignatureCheck): string =>
    toHex(
      base.digest(
        'sha256',
        concat(utf8(algorithm), lengths(publicKey, signature, message), publicKey, signature),
        message,
      ),
    )
  return {
    digest: (algorithm, ...parts) => base.digest(algorithm, ...parts),
    isSignedBy: (check) => {
      if (check.message.length > SIZE_LIMIT) return base.isSignedBy(check)
      const key = keyOf(check)
      if (good.get(key) === true) return true
      const signed = base.isSignedBy(check)
      if (signed) good.set(key, true)
      return signed
    },
  }
}
