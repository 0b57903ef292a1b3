/** Serial numbers (RFC 5280 §4.1.2.2). Some CAs write the top bit without a pad, so numbers are compared as unsigned bytes. */
import { toHex } from '../bytes.ts'

/** Lower-case hex of the content octets without leading zero bytes: the one form in which serials are compared and stored. */
export const serialHex = (content: Uint8Array): string => {
  const start = content.findIndex((b) => b !== 0)
  return start < 0 ? '00' : toHex(content.subarray(start))
}

export const sameSerial = (a: Uint8Array, b: Uint8Array): boolean => serialHex(a) === serialHex(b)

/** Content octets of a positive INTEGER from a magnitude: shortest, padded where the top bit is set. */
export const positiveInteger = (magnitude: Uint8Array): Uint8Array => {
  const start = magnitude.findIndex((b) => b !== 0)
  if (start < 0) return Uint8Array.of(0)
  const bare = magnitude.subarray(start)
  return (bare[0] as number) < 0x80 ? bare : Uint8Array.of(0, ...bare)
}
