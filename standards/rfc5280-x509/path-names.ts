/**
 * Name constraints along a chain (RFC 5280 §6.1.3 b, c; §6.1.4 g). What the anchor's certificate constrains holds too (RFC 5937).
 * A constraint that we cannot compare, on a form that a certificate below uses, is unknown; so is more work than the limit.
 */
import type { Element } from '../der/index.ts'
import { decode, encodeElement } from '../der/index.ts'
import { DerError } from '../errors.ts'
import type { Certificate } from './certificate.ts'
import { isSelfIssued } from './certificate.ts'
import type { GeneralSubtree } from './constraint-extensions.ts'
import { formOf } from './general-name.ts'
import { isInSubtree } from './name-constraints.ts'
import { Name } from './name.ts'

export interface NamesVerdict {
  readonly failedAt?: Certificate
  /** `unsupported-name-form` and `too-much-work` are not known; the others fail. */
  readonly fault?: 'name-not-permitted' | 'name-excluded' | 'unsupported-name-form' | 'too-much-work'
}

/** After golang CVE-2018-16875: names times constraints. */
const MAX_COMPARISONS = 250_000

const EMAIL_ADDRESS = '1.2.840.113549.1.9.1'
const RFC822_NAME = 0x81
const DIRECTORY_NAME = 0xa4

const element = (tag: number, content: Uint8Array): Element => ({ tag, content, der: encodeElement(tag, content) })

/** Subject, the addresses in it, and the alternative names. */
const namesOf = (c: Certificate): Element[] => {
  const subject = decode(Name, c.subject, 'subject')
  const addresses = subject.flat().filter((a) => a.type === EMAIL_ADDRESS)
  return [
    ...(subject.length === 0 ? [] : [element(DIRECTORY_NAME, c.subject)]),
    ...addresses.map((a) => element(RFC822_NAME, a.value.content)),
    ...c.subjectAltNames,
  ]
}

interface Constraints {
  /** One list for each certificate that permits: a name must be in one subtree of each that knows its form. */
  readonly permitted: (readonly GeneralSubtree[])[]
  readonly excluded: GeneralSubtree[]
  permittedCount: number
  comparisons: number
}

/** §4.2.1.10: minimum is zero and maximum absent in all that may be processed. */
const isComparable = ({ base, minimum, maximum }: GeneralSubtree): boolean =>
  formOf(base) !== undefined && minimum === 0 && maximum === undefined

const judgeName = (name: Element, constraints: Constraints): NamesVerdict['fault'] => {
  constraints.comparisons += constraints.excluded.length + constraints.permittedCount
  if (constraints.comparisons > MAX_COMPARISONS) return 'too-much-work'
  const ofForm = (list: readonly GeneralSubtree[]): GeneralSubtree[] => list.filter((s) => s.base.tag === name.tag)
  const excluded = ofForm(constraints.excluded)
  const permitted = constraints.permitted.map(ofForm).filter((list) => list.length > 0)
  if (excluded.some((s) => isComparable(s) && isInSubtree(name, s.base, 'excluded'))) return 'name-excluded'
  if (permitted.some((list) => !list.some((s) => !isComparable(s) || isInSubtree(name, s.base, 'permitted'))))
    return 'name-not-permitted'
  return [...excluded, ...permitted.flat()].every(isComparable) ? undefined : 'unsupported-name-form'
}

const judgeCertificate = (c: Certificate, constraints: Constraints): NamesVerdict['fault'] => {
  if (constraints.permitted.length === 0 && constraints.excluded.length === 0) return undefined
  const faults = namesOf(c).map((name) => judgeName(name, constraints))
  return (['name-excluded', 'name-not-permitted', 'too-much-work', 'unsupported-name-form'] as const).find((f) =>
    faults.includes(f),
  )
}

const add = (constraints: Constraints, { nameConstraints }: Certificate): void => {
  const { permittedSubtrees = [], excludedSubtrees = [] } = nameConstraints ?? {}
  if (permittedSubtrees.length > 0) constraints.permitted.push(permittedSubtrees)
  constraints.permittedCount += permittedSubtrees.length
  for (const subtree of excludedSubtrees) constraints.excluded.push(subtree)
}

/** @param chain leaf first, anchor last */
export const chainNames = (chain: readonly Certificate[]): NamesVerdict => {
  const constraints: Constraints = { permitted: [], excluded: [], permittedCount: 0, comparisons: 0 }
  try {
    for (const [index, certificate] of [...chain.entries()].toReversed()) {
      const isChecked = index < chain.length - 1 && (index === 0 || !isSelfIssued(certificate))
      const fault = isChecked ? judgeCertificate(certificate, constraints) : undefined
      if (fault !== undefined) return { failedAt: certificate, fault }
      add(constraints, certificate)
    }
  } catch (error) {
    if (!(error instanceof DerError)) throw error
    return { failedAt: chain[0] as Certificate, fault: 'name-not-permitted' }
  }
  return {}
}
