/**
 * GM/T 0031-2014: the parts of a seal that all later editions took over unchanged. Names and spelling are the standard's own.
 */
import type { Context, Element, Infer, Schema } from '../der/index.ts'
import {
  boolean,
  encodeElement,
  ia5String,
  lenient,
  objectIdentifier,
  octetString,
  readElements,
  sequence,
  sequenceOf,
  smallInteger,
  withDefault,
} from '../der/index.ts'

export const SES_Header = sequence({
  ID: ia5String(), // "ES"
  version: smallInteger(),
  Vid: ia5String(),
})
export type SES_Header = Infer<typeof SES_Header>

/** Width and height are millimetres on the page. The type text is a hint only: real seals lie about it. */
export const SES_ESPictrueInfo = sequence({
  type: ia5String(),
  data: octetString(),
  width: smallInteger(),
  height: smallInteger(),
})
export type SES_ESPictrueInfo = Infer<typeof SES_ESPictrueInfo>

export const ExtData = sequence({
  extnID: objectIdentifier(),
  critical: withDefault(boolean(), false),
  extnValue: octetString(),
})
export type ExtData = Infer<typeof ExtData>

export const ExtensionDatas = sequenceOf(ExtData)
export type ExtensionDatas = Infer<typeof ExtensionDatas>

const SEQUENCE = 0x30
const OBJECT_IDENTIFIER = 0x06
const CONTEXT_0 = 0xa0
const CONTEXT_0_PRIMITIVE = 0x80

export type Tagging = 'untagged' | 'explicit' | 'implicit'

const isTagged = (tag: number): boolean => tag === CONTEXT_0 || tag === CONTEXT_0_PRIMITIVE

const unwrap = (element: Element, taggingOf: (inner: Element) => Tagging, bareTag: number, context: Context) => {
  if (!isTagged(element.tag)) return { tagging: 'untagged' as const, bare: element }
  const asBare: Element = { ...element, tag: bareTag }
  if (element.tag === CONTEXT_0_PRIMITIVE) return { tagging: 'implicit' as const, bare: asBare }
  const [inner, ...more] = readElements(element.content, context)
  const wrapped = inner !== undefined && more.length === 0 && inner.tag === bareTag && taggingOf(inner) === 'explicit'
  return wrapped ? { tagging: 'explicit' as const, bare: inner } : { tagging: 'implicit' as const, bare: asBare }
}

/**
 * An optional field whose tagging the printed standards leave open ([0] without EXPLICIT or IMPLICIT, or no number at all).
 * Writes `wanted`; reads all three, noting the ones that are not `wanted`.
 */
export const looselyTagged = <T>(
  schema: Schema<T>,
  {
    wanted,
    bareTag,
    code,
  }: { readonly wanted: 'untagged' | 'explicit'; readonly bareTag: number; readonly code: string },
): Schema<T> => ({
  matches: (tag) => schema.matches(tag) || isTagged(tag),
  read: (element, context) => {
    const { tagging, bare } = unwrap(element, (inner) => innerTagging(inner, context), bareTag, context)
    if (tagging !== wanted) lenient(context, code, `${tagging} tagging`)
    return schema.read(bare, context)
  },
  write: (value) => (wanted === 'explicit' ? encodeElement(CONTEXT_0, schema.write(value)) : schema.write(value)),
})

/** [0] around SEQUENCE: explicit unless that sequence is itself the first member (an extension starts with its OID). */
const innerTagging = (inner: Element, context: Context): Tagging => {
  if (inner.tag !== SEQUENCE) return 'explicit'
  const [first] = readElements(inner.content, context)
  return first?.tag === OBJECT_IDENTIFIER ? 'implicit' : 'explicit'
}

export const SEQUENCE_TAG = SEQUENCE
