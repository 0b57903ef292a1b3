/**
 * Complete lists together with their deltas (RFC 5280 §5.2.4, §6.3.3 c): what is known of a serial number, and from when to when.
 * A delta fits a list of the same issuer, key and scope, with a number from its base on; any other delta only proves what it names.
 */
import { equalBytes } from '../bytes.ts'
import type { Crl, RevokedEntry } from './crl.ts'
import { matchesName } from './name-matching.ts'

export interface ListView {
  readonly list: Crl
  /** The list itself, or its delta. */
  readonly current: Pick<Crl, 'thisUpdate' | 'nextUpdate'>
}

const CERTIFICATE_HOLD = 6
const REMOVE_FROM_CRL = 8

const sameOptional = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === undefined || b === undefined ? a === b : equalBytes(a, b)

const sameScope = (a: Crl, b: Crl): boolean =>
  matchesName(a.issuer, b.issuer) &&
  sameOptional(a.authorityKeyId, b.authorityKeyId) &&
  sameOptional(a.scopeDer, b.scopeDer)

const fits = (delta: Crl, list: Crl): boolean =>
  delta.baseNumber !== undefined &&
  list.number !== undefined &&
  delta.number !== undefined &&
  delta.baseNumber <= list.number &&
  delta.number >= list.number &&
  sameScope(delta, list)

const newest = (lists: readonly Crl[]): Crl | undefined =>
  lists.reduce<Crl | undefined>((a, b) => (a === undefined || b.thisUpdate > a.thisUpdate ? b : a), undefined)

/** Every complete list, as it is and as far as its newest delta carries it. */
export const viewsOf = (lists: readonly Crl[]): ListView[] =>
  lists
    .filter((crl) => !crl.isDelta)
    .flatMap((list): ListView[] => {
      const delta = newest(lists.filter((d) => d.isDelta && d.thisUpdate > list.thisUpdate && fits(d, list)))
      return [{ list, current: list }, ...(delta === undefined ? [] : [{ list, current: delta }])]
    })

/** A later word of the same issuer, by `at`, that the hold is over: a complete list without it, or a delta that takes it off. */
const isReleased = (hold: Crl, serial: Uint8Array, { lists, at }: Known): boolean =>
  lists.some((later) => {
    if (later.thisUpdate <= hold.thisUpdate || later.thisUpdate > at) return false
    const entry = later.findRevoked(serial)
    if (later.isDelta) return entry?.reason === REMOVE_FROM_CRL && fits(later, hold)
    return entry === undefined && sameScope(later, hold)
  })

interface Known {
  readonly lists: readonly Crl[]
  readonly at: Date
}

/** What the lists, deltas too, say against a serial number. A list of attribute certificates speaks of other serial numbers. */
export const entriesAgainst = (serial: Uint8Array, known: Known): RevokedEntry[] =>
  known.lists
    .filter((crl) => crl.issuingDistributionPoint?.onlyContainsAttributeCerts !== true)
    .flatMap((crl) => {
      const entry = crl.findRevoked(serial)
      if (entry === undefined || entry.reason === REMOVE_FROM_CRL) return []
      return entry.reason === CERTIFICATE_HOLD && isReleased(crl, serial, known) ? [] : [entry]
    })
