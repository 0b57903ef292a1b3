/** GeneralName (RFC 5280 §4.2.1.6): its forms, and a key by which two of them are the same name. */
import { toHex } from '../bytes.ts'
import type { Element } from '../der/index.ts'
import { nameKeys } from './name-matching.ts'

export type GeneralNameForm = 'rfc822Name' | 'dNSName' | 'directoryName' | 'uniformResourceIdentifier' | 'iPAddress'

const FORMS: Readonly<Record<number, GeneralNameForm>> = {
  0x81: 'rfc822Name',
  0x82: 'dNSName',
  0xa4: 'directoryName',
  0x86: 'uniformResourceIdentifier',
  0x87: 'iPAddress',
}

/** Undefined: a form that nothing here compares. */
export const formOf = (name: Element): GeneralNameForm | undefined => FORMS[name.tag]

/** A Name in a GeneralName is explicitly tagged: the content is its DER. */
export const directoryKeys = (name: Element): readonly string[] => nameKeys(name.content)

/** Directory names by RFC 5280 §7.1, all else by bytes. @throws DerError for a broken directory name */
export const generalNameKey = (name: Element): string =>
  formOf(name) === 'directoryName' ? JSON.stringify(directoryKeys(name)) : toHex(name.der)
