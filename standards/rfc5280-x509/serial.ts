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

/** Enough octets for a random number: the same magnitude is then the same certificate, and only the pad was lost. */
const RANDOM_OCTETS = 8

/**
 * Looks up serial numbers as what they are, signed: -1 is not 255 (PKITS 4.4.14). Long ones are found by their magnitude too, as CAs that
 * write the top bit without a pad in one place write it with a pad in another, and a revocation must not be missed for that.
 */
export const serialIndex = <T>(prefer: (a: T, b: T) => T) => {
  const exact = new Map<string, T>()
  const byMagnitude = new Map<string, T>()
  const put = (map: Map<string, T>, key: string, value: T): void => {
    const present = map.get(key)
    map.set(key, present === undefined ? value : prefer(present, value))
  }
  return {
    add: (serial: Uint8Array, value: T): void => {
      put(exact, signedHex(serial), value)
      if (serial.length >= RANDOM_OCTETS) put(byMagnitude, serialHex(serial), value)
    },
    find: (serial: Uint8Array): T | undefined =>
      exact.get(signedHex(serial)) ?? (serial.length >= RANDOM_OCTETS ? byMagnitude.get(serialHex(serial)) : undefined),
    get size(): number {
      return exact.size
    },
  }
}

/** Shortest two's complement, so that octets too many make no difference. */
const signedHex = (content: Uint8Array): string => {
  let start = 0
  const isFill = (octet: number, next: number): boolean =>
    (octet === 0 && next < 0x80) || (octet === 0xff && next >= 0x80)
  while (start < content.length - 1 && isFill(content[start] as number, content[start + 1] as number)) start++
  return toHex(content.subarray(start))
}
