export { attempt } from './attempt.ts'
export type { Context, Element, Leniency, Mode } from './element.ts'
export { encodeElement, enter, lenient, newContext, readElement, readElements, readSingle } from './element.ts'
export type { Captured, Decoded, DefaultField, Infer, OptionalField, Schema } from './schema.ts'
export {
  any,
  capture,
  captured,
  choice,
  decode,
  decodeWith,
  encode,
  explicit,
  implicit,
  mapped,
  optional,
  sequence,
  sequenceOf,
  setOf,
  withDefault,
} from './schema.ts'
export {
  bitFlags,
  bitString,
  boolean,
  bytesToBigInt,
  enumerated,
  integer,
  integerBytes,
  nullValue,
  objectIdentifier,
  octetString,
  smallInteger,
} from './primitives.ts'
export { generalizedTime, ia5String, printableString, utcTime, utf8String } from './strings-and-times.ts'
