/**
 * Schema values: an ASN.1 type written as a constant that both reads and writes, and whose TypeScript type is inferred.
 * A sequence consumes all of its content, in order; what is not described is refused.
 */
import { DerError } from '../errors.ts'
import type { Context, Element, Mode, Leniency } from './element.ts'
import { deeper, encodeElement, enter, newContext, readElements, readSingle } from './element.ts'

export interface Schema<T> {
  /** Whether an element with this identifier octet can be of this type. */
  readonly matches: (tag: number) => boolean
  readonly read: (element: Element, context: Context) => T
  /** The whole element, header included. */
  readonly write: (value: T) => Uint8Array
}
export interface OptionalField<T> extends Schema<T> {
  readonly optional: true
}
export interface DefaultField<T> extends Schema<T> {
  readonly byDefault: T
}

export type Infer<S> = S extends { read: (element: Element, context: Context) => infer T } ? T : never

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the one place where field types are erased before Infer gives them back
type AnyField = Schema<any> & { readonly optional?: true; readonly byDefault?: unknown }
type Fields = Readonly<Record<string, AnyField>>
type OptionalKeys<F extends Fields> = { [K in keyof F]: F[K] extends { optional: true } ? K : never }[keyof F]
type Flat<T> = { [K in keyof T]: T[K] }
export type SequenceValue<F extends Fields> = Flat<
  { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: Infer<F[K]> } & {
    readonly [K in OptionalKeys<F>]?: Infer<F[K]> | undefined
  }
>

const hasDefault = (field: AnyField): boolean => 'byDefault' in field

const sequenceLike = <const F extends Fields>(tag: number, fields: F): Schema<SequenceValue<F>> => ({
  matches: (t) => t === tag,
  read: (element, context) => {
    const inner = deeper(context)
    const elements = readElements(element.content, inner)
    const value: Record<string, unknown> = {}
    let at = 0
    for (const name in fields) {
      const field = fields[name] as AnyField
      const next = elements[at]
      if (next !== undefined && field.matches(next.tag)) {
        value[name] = field.read(next, enter(inner, name))
        at++
      } else if (hasDefault(field)) value[name] = field.byDefault
      else if (field.optional !== true) {
        const what = next === undefined ? 'missing' : `unexpected tag 0x${next.tag.toString(16)}`
        throw new DerError(enter(inner, name).path, what)
      }
    }
    if (at < elements.length) throw new DerError(context.path, 'unexpected extra element')
    return value as SequenceValue<F>
  },
  write: (value) => {
    const given = value as Readonly<Record<string, unknown>>
    const parts: Uint8Array[] = []
    for (const [name, field] of Object.entries(fields)) {
      const v = given[name]
      if (v === undefined && field.optional === true) continue
      if (hasDefault(field) && (v === undefined || v === field.byDefault)) continue
      parts.push(field.write(v))
    }
    return encodeElement(tag, ...parts)
  },
})

export const sequence = <const F extends Fields>(fields: F): Schema<SequenceValue<F>> => sequenceLike(0x30, fields)

const many = <T>(tag: number, item: Schema<T>, sort: boolean): Schema<readonly T[]> => ({
  matches: (t) => t === tag,
  read: (element, context) => {
    const inner = deeper(context)
    return readElements(element.content, inner).map((e, i) => {
      const here = enter(inner, String(i))
      if (!item.matches(e.tag)) throw new DerError(here.path, `unexpected tag 0x${e.tag.toString(16)}`)
      return item.read(e, here)
    })
  },
  write: (values) => {
    const parts = values.map((v) => item.write(v))
    return encodeElement(tag, ...(sort ? parts.sort(compareDer) : parts))
  },
})

/** X.690 §11.6: the elements of a SET OF stand in ascending order of their encodings. */
const compareDer = (a: Uint8Array, b: Uint8Array): number => {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const d = (a[i] as number) - (b[i] as number)
    if (d !== 0) return d
  }
  return a.length - b.length
}

export const sequenceOf = <T>(item: Schema<T>): Schema<readonly T[]> => many(0x30, item, false)
/** Written sorted; order is not demanded when reading, as real messages ignore it and the received bytes are what counts. */
export const setOf = <T>(item: Schema<T>): Schema<readonly T[]> => many(0x31, item, true)

export const optional = <T>(schema: Schema<T>): OptionalField<T> => ({ ...schema, optional: true })
export const withDefault = <T>(schema: Schema<T>, byDefault: T): DefaultField<T> => ({ ...schema, byDefault })

/** [n] EXPLICIT. */
export const explicit = <T>(n: number, schema: Schema<T>): Schema<T> => ({
  matches: (t) => t === (0xa0 | n),
  read: (element, context) => {
    const inner = deeper(context)
    const only = readSingle(element.content, inner)
    if (!schema.matches(only.tag)) throw new DerError(inner.path, `unexpected tag 0x${only.tag.toString(16)}`)
    return schema.read(only, inner)
  },
  write: (value) => encodeElement(0xa0 | n, schema.write(value)),
})

/** [n] IMPLICIT; `constructed` for sequences and sets. */
export const implicit = <T>(n: number, schema: Schema<T>, constructed = false): Schema<T> => {
  const tag = (constructed ? 0xa0 : 0x80) | n
  return {
    matches: (t) => t === tag,
    read: (element, context) => schema.read(element, context),
    write: (value) => {
      const whole = schema.write(value)
      return encodeElement(tag, readSingle(whole, { path: '' }).content)
    },
  }
}

/** A value together with the bytes it was read from: what is signed is hashed from `der`, never encoded again. */
export interface Captured<T> {
  readonly value: T
  readonly der: Uint8Array
}
export const captured = <T>(schema: Schema<T>): Schema<Captured<T>> => ({
  matches: schema.matches,
  read: (element, context) => ({ value: schema.read(element, context), der: element.der }),
  write: (c) => c.der,
})
export const capture = <T>(schema: Schema<T>, value: T): Captured<T> => ({ value, der: schema.write(value) })

/** The first alternative whose tag fits. Writing needs `pick`, which says which alternative a value belongs to. */
export const choice = <const A extends readonly Schema<unknown>[]>(
  alternatives: A,
  pick: (value: Infer<A[number]>) => number,
): Schema<Infer<A[number]>> => ({
  matches: (t) => alternatives.some((a) => a.matches(t)),
  read: (element, context) => {
    const found = alternatives.find((a) => a.matches(element.tag))
    if (found === undefined) throw new DerError(context.path, `unexpected tag 0x${element.tag.toString(16)}`)
    return found.read(element, context) as Infer<A[number]>
  },
  write: (value) => (alternatives[pick(value)] as Schema<unknown>).write(value),
})

/** A view of the same element as another value. */
export const mapped = <T, U>(schema: Schema<T>, read: (v: T, c: Context) => U, write: (u: U) => T): Schema<U> => ({
  matches: schema.matches,
  read: (element, context) => read(schema.read(element, context), context),
  write: (u) => schema.write(write(u)),
})

/** Any element, kept as received. */
export const any = (): Schema<Element> => ({ matches: () => true, read: (e) => e, write: (e) => e.der })

export interface Decoded<T> {
  readonly value: T
  readonly leniencies: readonly Leniency[]
}

/** One value and nothing after it, with the leniencies used. @throws DerError */
export const decodeWith = <T>(schema: Schema<T>, bytes: Uint8Array, mode: Mode, name = ''): Decoded<T> => {
  const context = newContext(mode, name)
  const element = readSingle(bytes, context)
  if (!schema.matches(element.tag)) throw new DerError(name, `unexpected tag 0x${element.tag.toString(16)}`)
  return { value: schema.read(element, context), leniencies: context.leniencies }
}

/** Strict reading. @throws DerError */
export const decode = <T>(schema: Schema<T>, bytes: Uint8Array, name = ''): T =>
  decodeWith(schema, bytes, 'strict', name).value

export const encode = <T>(schema: Schema<T>, value: T): Uint8Array => schema.write(value)
