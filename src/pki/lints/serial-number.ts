import type { Lint } from './lint.ts'

/** 64 random bits need at least eight octets; more than 20 are not allowed. */
export const serialNumber: Lint = {
  name: 'serial-number',
  cite: 'RFC 5280 4.1.2.2; CA/Browser Forum BR 7.1',
  check: ({ serial }) => {
    if ((serial[0] as number) >= 0x80) return 'negative'
    if (serial.length > 20) return 'longer than 20 octets'
    return serial.length < 8 ? 'too short to hold 64 random bits' : undefined
  },
}
