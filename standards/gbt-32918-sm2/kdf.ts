/** GB/T 32918.4 §5.4.3: KDF on SM3, used by encryption and key exchange. */
import { concat } from '../bytes.ts'
import { FormatError } from '../errors.ts'
import type { Digests } from '../ports.ts'

const BLOCK = 32
/** Far below the 2^32 - 1 blocks of the clause: what a stranger's ciphertext may cost us is bounded. */
export const MAX_DERIVED = 64 * 1024 * 1024

/** `length` bytes from the concatenation of `parts`. @throws FormatError SM2_MESSAGE_TOO_LONG above 64 MB */
export const deriveSm2Key = (digests: Digests, length: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  if (length > MAX_DERIVED) throw new FormatError('SM2_MESSAGE_TOO_LONG', 'more than 64 MB asked of the SM2 KDF')
  const input = concat(...parts, new Uint8Array(4))
  const counter = new DataView(input.buffer, input.length - 4)
  const out = new Uint8Array(length)
  for (let at = 0, ct = 1; at < length; at += BLOCK, ct++) {
    counter.setUint32(0, ct)
    const block = digests.digest('sm3', input)
    out.set(block.subarray(0, Math.min(BLOCK, length - at)), at)
  }
  input.fill(0)
  return out
}
