/**
 * Whether a name lies in a subtree (RFC 5280 §4.2.1.10), one rule for each form of name.
 * A name that cannot be read as its form lies in no permitted subtree and in every excluded one.
 */
import type { Element } from '../der/index.ts'
import { directoryKeys, formOf } from './general-name.ts'
import type { GeneralNameForm } from './general-name.ts'
import { isWithin } from './name-matching.ts'

export type Sense = 'permitted' | 'excluded'

const latin1 = (element: Element): string => new TextDecoder('latin1').decode(element.content)
const host = (text: string): string => text.toLowerCase().replace(/\.$/, '')
const HOST = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/

/** `.example.cn`: what stands below it, not itself. */
const isBelow = (name: string, dotted: string): boolean => name.length > dotted.length && name.endsWith(dotted)

const dnsFits = (given: string, constraint: string, sense: Sense): boolean => {
  const name = host(given)
  const base = host(constraint)
  const isWildcard = name.startsWith('*.')
  if (!HOST.test(isWildcard ? name.slice(2) : name)) return sense === 'excluded'
  if (base === '' || name === base) return true
  if (isBelow(name, base.startsWith('.') ? base : `.${base}`)) return true
  // The wildcard also stands for names that are excluded.
  return sense === 'excluded' && isWildcard && isBelow(`.${base}`, name.slice(1))
}

const hostFits = (name: string, base: string): boolean => (base.startsWith('.') ? isBelow(name, base) : name === base)

const mailFits = (given: string, constraint: string, sense: Sense): boolean => {
  const at = given.lastIndexOf('@')
  const domain = host(given.slice(at + 1))
  if (at < 1 || !HOST.test(domain)) return sense === 'excluded'
  const split = constraint.lastIndexOf('@')
  if (split < 0) return hostFits(domain, host(constraint))
  return given.slice(0, at) === constraint.slice(0, split) && domain === host(constraint.slice(split + 1))
}

/** The host of the authority; none, or an address, is not comparable. */
const hostOfUri = (uri: string): string | undefined => {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(uri)?.[1]
  const name = host((authority ?? '').replace(/^.*@/, '').replace(/:\d*$/, ''))
  return HOST.test(name) && !/^[\d.]+$/.test(name) ? name : undefined
}

const uriFits = (given: string, constraint: string, sense: Sense): boolean => {
  const name = hostOfUri(given)
  return name === undefined ? sense === 'excluded' : hostFits(name, host(constraint))
}

const addressFits = (given: Uint8Array, constraint: Uint8Array, sense: Sense): boolean => {
  const size = given.length
  const isReadable = (size === 4 || size === 16) && (constraint.length === 8 || constraint.length === 32)
  if (!isReadable) return sense === 'excluded'
  if (constraint.length !== 2 * size) return false
  return given.every((octet, i) => ((octet ^ (constraint[i] as number)) & (constraint[size + i] as number)) === 0)
}

type Rule = (name: Element, base: Element, sense: Sense) => boolean
const RULES: Readonly<Record<GeneralNameForm, Rule>> = {
  directoryName: (name, base) => isWithin(directoryKeys(name), directoryKeys(base)),
  rfc822Name: (name, base, sense) => mailFits(latin1(name), latin1(base), sense),
  dNSName: (name, base, sense) => dnsFits(latin1(name), latin1(base), sense),
  uniformResourceIdentifier: (name, base, sense) => uriFits(latin1(name), latin1(base), sense),
  iPAddress: (name, base, sense) => addressFits(name.content, base.content, sense),
}

/** Both of the same form. @throws DerError for a broken directory name */
export const isInSubtree: Rule = (name, base, sense) => {
  const form = formOf(name)
  return form !== undefined && RULES[form](name, base, sense)
}
