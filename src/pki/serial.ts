/** Serial numbers of new certificates: 16 bytes from the CSPRNG, positive and of one length (RFC 5280 §4.1.2.2: at most 20). */
import type { RandomSource } from '../kernel/index.ts'

const BYTES = 16

/** Magnitude with 126 random bits; the top ones are fixed so that every number has the same length and no pad. */
export const newSerial = (random: RandomSource): Uint8Array => {
  const serial = Uint8Array.from(random.bytes(BYTES))
  serial[0] = ((serial[0] as number) & 0x3f) | 0x40
  return serial
}
