/**
 * Whether two names are the same name by RFC 5280 §7.1: PrintableString and UTF8String compare by their text, without regard to case
 * and white space; everything else by its bytes. Names with the same bytes never get here past the first comparison.
 */
import { equalBytes, toHex } from '../bytes.ts'
import type { Infer } from '../der/index.ts'
import { decode } from '../der/index.ts'
import type { RelativeDistinguishedName } from './name.ts'
import { Name, textOf } from './name.ts'

const FOLDED_TAGS: ReadonlySet<number> = new Set([0x0c, 0x13])
const IA5_STRING = 0x16

/** RFC 4518: what cannot be seen does not make another name. */
const fold = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/\s/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\u034f\ufe00-\ufe0f]/gu, '')
    .toLowerCase()
    .replace(/ +/g, ' ')
    .trim()

type Rdn = Infer<typeof RelativeDistinguishedName>

const attributeKey = ({ type, value }: Rdn[number]): readonly string[] => {
  if (FOLDED_TAGS.has(value.tag)) return [type, 'text', fold(textOf(value))]
  if (value.tag === IA5_STRING) return [type, 'ia5', textOf(value).toLowerCase()]
  return [type, 'der', toHex(value.der)]
}

/** One key for each equivalence class of relative names; attributes of one level have no order. */
export const rdnKey = (rdn: Rdn): string => JSON.stringify(rdn.map((a) => JSON.stringify(attributeKey(a))).sort())

const known = new WeakMap<Uint8Array, readonly string[]>()

/** The keys of the levels of a DER Name, from the root down. @throws DerError */
export const nameKeys = (der: Uint8Array): readonly string[] => {
  const remembered = known.get(der)
  if (remembered !== undefined) return remembered
  const keys = decode(Name, der, 'Name').map(rdnKey)
  known.set(der, keys)
  return keys
}

/** @throws DerError for bytes that are no Name */
export const matchesName = (a: Uint8Array, b: Uint8Array): boolean => {
  if (equalBytes(a, b)) return true
  const [left, right] = [nameKeys(a), nameKeys(b)]
  return left.length === right.length && left.every((key, i) => key === right[i])
}

/** Every level of `base` is the same level of `name`. */
export const isWithin = (name: readonly string[], base: readonly string[]): boolean =>
  base.length <= name.length && base.every((key, i) => key === name[i])
