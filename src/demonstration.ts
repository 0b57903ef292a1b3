/**
 * Whether a text is a constant of the demonstration world: a password, a shared secret, a client's key, a citizen ID number or USCC
 * of the invented province. The list holds digests only, so that production never loads examples/; a test compares it with
 * examples/world.json (write it anew: `node tools/demonstration-digests.ts`).
 */
import { createHash } from 'node:crypto'
import digests from './demonstration.json' with { type: 'json' }

const KNOWN: ReadonlySet<string> = new Set(digests)

/** SHA-256 in hex. */
export const demonstrationDigest = (constant: string): string => createHash('sha256').update(constant).digest('hex')

export const isDemonstrationConstant = (text: string): boolean => KNOWN.has(demonstrationDigest(text))

/** No division of GB/T 2260 begins with 99: the demonstration's province does. */
export const isDemonstrationCitizenId = (number: string): boolean => number.startsWith('99')
/** The division stands at the third digit. */
export const isDemonstrationUscc = (uscc: string): boolean => uscc.startsWith('99', 2)
