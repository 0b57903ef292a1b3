import type { Lint } from './lint.ts'

/** What requests may lag behind our clock. */
const TOLERANCE_MS = 5 * 60_000

/** A certificate that is valid from before it was issued lends its age to signatures that are younger. */
export const validityStart: Lint = {
  name: 'validity-start',
  cite: 'RFC 5280 4.1.2.5; CA/Browser Forum BR 7.1.2.7 (validity not backdated)',
  check: ({ notBefore }, { now }) =>
    // A second for what dates in certificates cannot say.
    now !== undefined && notBefore.getTime() < now.getTime() - TOLERANCE_MS - 1000
      ? 'valid from before it is issued'
      : undefined,
}
