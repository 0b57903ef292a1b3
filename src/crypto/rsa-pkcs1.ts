/**
 * RSASSA-PKCS1-v1_5 verification (RFC 8017 §8.2.2) on BigInt.
 * The expected encoding is made and compared whole; the received one is never parsed, so no padding trick has a place.
 */
import { encode, nullValue, objectIdentifier, octetString, sequence, bytesToBigInt } from '../../standards/der/index.ts'
import { concat, equalBytes, fromHex } from '../../standards/bytes.ts'
import type { DigestAlgorithm } from '../../standards/ports.ts'
import type { RsaPublicKey } from './public-key.ts'
import { DIGEST_OIDS } from './suites.ts'

const DigestInfo = sequence({
  digestAlgorithm: sequence({ algorithm: objectIdentifier(), parameters: nullValue() }),
  digest: octetString(),
})

const power = (base: bigint, exponent: bigint, modulus: bigint): bigint => {
  let result = 1n
  let square = base
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

export interface RsaDigestCheck {
  readonly key: RsaPublicKey
  readonly algorithm: DigestAlgorithm
  readonly digest: Uint8Array
  readonly signature: Uint8Array
}

export const isRsaDigestSignedBy = ({ key, algorithm, digest, signature }: RsaDigestCheck): boolean => {
  const value = bytesToBigInt(signature)
  if (signature.length !== key.size || value >= key.modulus) return false
  const digestAlgorithm = { algorithm: DIGEST_OIDS[algorithm], parameters: null }
  const info = encode(DigestInfo, { digestAlgorithm, digest })
  const fill = key.size - info.length - 3
  if (fill < 8) return false
  const expected = concat(Uint8Array.of(0, 1), new Uint8Array(fill).fill(0xff), Uint8Array.of(0), info)
  const found = power(value, key.exponent, key.modulus).toString(16)
  return equalBytes(fromHex(found.padStart(2 * key.size, '0')), expected)
}
