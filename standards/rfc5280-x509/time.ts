/** Time (RFC 5280 §4.1.2.5). Written as UTCTime to 2049, then GeneralizedTime; both are read at any year (older GM roots, PKITS 4.2.4). */
import type { Infer, Schema } from '../der/index.ts'
import { generalizedTime, sequence, utcTime } from '../der/index.ts'

const FIRST_GENERALIZED_YEAR = 2050
const utc = utcTime()
const generalized = generalizedTime()

export const Time: Schema<Date> = {
  matches: (tag) => utc.matches(tag) || generalized.matches(tag),
  read: (element, context) => (utc.matches(element.tag) ? utc : generalized).read(element, context),
  write: (d) => (d.getUTCFullYear() < FIRST_GENERALIZED_YEAR ? utc : generalized).write(d),
}

export const Validity = sequence({ notBefore: Time, notAfter: Time })
export type Validity = Infer<typeof Validity>
