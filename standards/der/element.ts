/**
 * X.690 DER elements: identifier, length, content as slices of the received bytes.
 * Refuses high tag numbers, indefinite and non-minimal lengths, lengths past the end, and nesting deeper than 32.
 */
import { DerError } from '../errors.ts'

export const MAX_DEPTH = 32
export const MAX_SIZE = 64 * 1024 * 1024

/** `compat` admits the known deviations of real files; each one used is written to `leniencies`. */
export type Mode = 'strict' | 'compat'

export interface Leniency {
  /** Stable code, e.g. `BIT_STRING_UNUSED_BITS`. */
  readonly code: string
  readonly path: string
}

export interface Context {
  readonly mode: Mode
  readonly leniencies: Leniency[]
  readonly depth: number
  readonly path: string
}

export interface Element {
  /** Identifier octet: class, constructed bit and tag number. */
  readonly tag: number
  /** The whole element as received, header included. */
  readonly der: Uint8Array
  readonly content: Uint8Array
}

/** One for each field read: its path is put together only when an error or a leniency asks for it. */
class Place implements Context {
  readonly mode: Mode
  readonly leniencies: Leniency[]
  readonly depth: number
  readonly above: Context | undefined
  readonly name: string
  constructor(
    from: Pick<Context, 'mode' | 'leniencies'>,
    depth: number,
    [above, name]: readonly [(Context | undefined)?, string?],
  ) {
    this.mode = from.mode
    this.leniencies = from.leniencies
    this.depth = depth
    this.above = above
    this.name = name ?? ''
  }
  get path(): string {
    const before = this.above?.path ?? ''
    if (this.name === '') return before
    return before === '' ? this.name : `${before}.${this.name}`
  }
}

export const newContext = (mode: Mode = 'strict', path = ''): Context =>
  new Place({ mode, leniencies: [] }, 0, [undefined, path])

export const enter = (context: Context, name: string): Context => new Place(context, context.depth, [context, name])

export const deeper = (context: Context): Context => {
  if (context.depth >= MAX_DEPTH) throw new DerError(context.path, `nested deeper than ${MAX_DEPTH}`)
  return new Place(context, context.depth + 1, [context])
}

/** Uses a leniency: an error in strict mode, a note in compatible mode. */
export const lenient = (context: Context, code: string, what: string): void => {
  if (context.mode === 'strict') throw new DerError(context.path, what)
  context.leniencies.push({ code, path: context.path })
}

/** Reads the element at `offset`. @throws DerError */
export const readElement = (bytes: Uint8Array, offset: number, at: Pick<Context, 'path'>): Element => {
  const tag = bytes[offset]
  const first = bytes[offset + 1]
  if (tag === undefined || first === undefined) throw new DerError(at.path, 'truncated header')
  if ((tag & 0x1f) === 0x1f) throw new DerError(at.path, 'high tag number')
  let length = first
  let start = offset + 2
  if (first >= 0x80) {
    const count = first & 0x7f
    if (count === 0) throw new DerError(at.path, 'indefinite length')
    if (count > 4) throw new DerError(at.path, 'length of more than four octets')
    length = 0
    for (let i = 0; i < count; i++) {
      const octet = bytes[start + i]
      if (octet === undefined) throw new DerError(at.path, 'truncated length')
      length = length * 256 + octet
    }
    start += count
    if (length < 0x80 || length < 2 ** (8 * (count - 1))) throw new DerError(at.path, 'non-minimal length')
  }
  if (length > MAX_SIZE) throw new DerError(at.path, 'element too large')
  const end = start + length
  if (end > bytes.length) throw new DerError(at.path, 'content runs past the end')
  return { tag, der: bytes.subarray(offset, end), content: bytes.subarray(start, end) }
}

/** The elements inside `content`, all of it consumed. @throws DerError */
export const readElements = (content: Uint8Array, context: Pick<Context, 'path'>): Element[] => {
  const out: Element[] = []
  for (let at = 0; at < content.length;) {
    const element = readElement(content, at, context)
    out.push(element)
    at += element.der.length
  }
  return out
}

/** Exactly one element, nothing after it. @throws DerError */
export const readSingle = (bytes: Uint8Array, context: Pick<Context, 'path'>): Element => {
  const element = readElement(bytes, 0, context)
  if (element.der.length !== bytes.length) throw new DerError(context.path, 'trailing bytes')
  return element
}

/** Identifier, minimal length, content. */
export const encodeElement = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const length = parts.reduce((n, p) => n + p.length, 0)
  const header = [tag]
  if (length < 0x80) header.push(length)
  else {
    const octets: number[] = []
    for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
    header.push(0x80 | octets.length, ...octets)
  }
  const out = new Uint8Array(header.length + length)
  out.set(header)
  let at = header.length
  for (const p of parts) {
    out.set(p, at)
    at += p.length
  }
  return out
}
