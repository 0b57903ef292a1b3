/**
 * Attributes of a certification request (RFC 2986 §4.1, RFC 2985 §5.4): what the requester wishes beside name and key.
 * CFCA's SADK writes values without the SET around them, and some write one type twice; both are deviations (`compat`).
 */
import type { Element, Infer, Leniency, Schema } from '../der/index.ts'
import {
  any,
  decodeWith,
  encode,
  lenient,
  mapped,
  objectIdentifier,
  readElements,
  sequence,
  sequenceOf,
  setOf,
} from '../der/index.ts'
import type { Context, Mode } from '../der/index.ts'
import { DerError } from '../errors.ts'
import { OID } from '../oid/index.ts'
import { Extension } from '../rfc5280-x509/index.ts'

const SET = 0x31

const readValues = (element: Element, context: Context): readonly Element[] => {
  if (element.tag !== SET) {
    lenient(context, 'ATTRIBUTE_WITHOUT_SET', 'attribute values are not a SET')
    return [element]
  }
  const values = readElements(element.content, context)
  if (values.length === 0) throw new DerError(context.path, 'attribute without a value')
  return values
}

const Values: Schema<readonly Element[]> = {
  ...mapped(any(), readValues, (values) => ({
    tag: SET,
    content: new Uint8Array(),
    der: encode(setOf(any()), values),
  })),
  matches: () => true,
}

export const Attribute = sequence({ type: objectIdentifier(), values: Values })
export type Attribute = Infer<typeof Attribute>

const ExtensionList = sequenceOf(Extension)

/** The extensions that the requester wishes (extensionRequest, RFC 2985 §5.4.2). Wishes: whoever issues decides. @throws DerError */
export const requestedExtensions = (
  attributes: readonly Attribute[],
  { mode, leniencies }: { readonly mode: Mode; readonly leniencies: Leniency[] },
): Extension[] => {
  const wishes = attributes.filter((a) => a.type === OID.extensionRequest)
  const path = 'attributes.extensionRequest'
  const found = wishes.flatMap(({ values }) => {
    const [only] = values
    if (only === undefined || values.length > 1) throw new DerError(path, 'not one value')
    const decoded = decodeWith(ExtensionList, only.der, mode, path)
    leniencies.push(...decoded.leniencies)
    return decoded.value
  })
  if (new Set(found.map((e) => e.extnID)).size < found.length) throw new DerError(path, 'repeated extension')
  return found
}

/** The attribute that asks for these extensions. */
export const extensionRequestAttribute = (extensions: readonly Extension[]): Attribute => {
  const der = encode(ExtensionList, extensions)
  return { type: OID.extensionRequest, values: [{ tag: 0x30, content: new Uint8Array(), der }] }
}
