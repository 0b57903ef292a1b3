/**
 * ISO 32000-1 §7.2–7.3: reads one object at an offset. Strict where readers differ: unknown keywords, unbalanced brackets,
 * nesting deeper than 64, text after a truncated end are refused, never repaired.
 */
import type { PdfDict, PdfString, PdfValue } from './values.ts'
import { malformed } from './values.ts'

const MAX_DEPTH = 64
const MAX_TOKEN = 4096

const WHITE = new Set([0, 9, 10, 12, 13, 32])
const DELIMITERS = new Set([...'()<>[]{}/%'].map((c) => c.charCodeAt(0)))
/** By octet: a table, because every octet of every object is asked. */
const REGULAR = Array.from({ length: 256 }, (_, octet) => !WHITE.has(octet) && !DELIMITERS.has(octet))
const isDigit = (octet: number): boolean => octet >= 0x30 && octet <= 0x39
const HEX = /^[0-9A-Fa-f]$/
const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12, '(': 40, ')': 41, '\\': 92 }
const code = (c: string): number => c.charCodeAt(0)

export class Lexer {
  readonly bytes: Uint8Array
  at: number
  readonly #placed: boolean

  /** `placed`: offsets are those of the file, not of an unpacked object stream. */
  constructor(bytes: Uint8Array, at: number, placed = true) {
    this.bytes = bytes
    this.at = at
    this.#placed = placed
  }

  peek(ahead = 0): number {
    return this.bytes[this.at + ahead] ?? -1
  }

  skipWhite(): void {
    for (;;) {
      if (WHITE.has(this.peek())) this.at++
      else if (this.peek() === code('%'))
        while (this.peek() !== -1 && this.peek() !== 10 && this.peek() !== 13) this.at++
      else return
    }
  }

  /** A run of regular characters; empty at a delimiter or at the end. */
  word(): string {
    const start = this.at
    while (REGULAR[this.peek()] === true) this.at++
    if (this.at - start > MAX_TOKEN) throw malformed('token too long')
    let word = ''
    for (let i = start; i < this.at; i++) word += String.fromCharCode(this.bytes[i] as number)
    return word
  }

  /** White space, then exactly this keyword. */
  expect(keyword: string): void {
    this.skipWhite()
    if (this.word() !== keyword) throw malformed(`expected ${keyword}`)
  }

  count(): number {
    this.skipWhite()
    const word = this.word()
    if (!/^\d{1,15}$/.test(word)) throw malformed('expected a whole number')
    return Number(word)
  }

  value(depth = 0): PdfValue {
    if (depth > MAX_DEPTH) throw malformed('nested too deeply')
    this.skipWhite()
    switch (this.peek()) {
      case code('/'):
        return { kind: 'name', name: this.#name() }
      case code('('):
        return this.#literal()
      case code('['):
        return this.#array(depth)
      case code('<'):
        return this.peek(1) === code('<') ? this.#dict(depth) : this.#hex()
      default:
        return this.#numberOrKeyword()
    }
  }

  #place(start: number): { start: number; end: number } {
    return this.#placed ? { start, end: this.at } : { start: -1, end: -1 }
  }

  #name(): string {
    this.at++
    const raw = this.word()
    return raw.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  }

  #array(depth: number): PdfValue {
    this.at++
    const items: PdfValue[] = []
    for (;;) {
      this.skipWhite()
      if (this.peek() === code(']')) break
      items.push(this.value(depth + 1))
    }
    this.at++
    return { kind: 'array', items }
  }

  #dict(depth: number): PdfDict {
    this.at += 2
    const entries = new Map<string, PdfValue>()
    let ambiguous = false
    for (;;) {
      this.skipWhite()
      if (this.peek() === code('>') && this.peek(1) === code('>')) break
      if (this.peek() !== code('/')) throw malformed('dictionary key is not a name')
      const key = this.#name()
      ambiguous ||= entries.has(key)
      entries.set(key, this.value(depth + 1))
    }
    this.at += 2
    return { kind: 'dict', entries, ambiguous }
  }

  #hex(): PdfString {
    const start = this.at++
    const digits: number[] = []
    for (; this.peek() !== code('>'); this.at++) {
      const octet = this.peek()
      if (WHITE.has(octet)) continue
      const c = String.fromCharCode(octet)
      if (octet === -1 || !HEX.test(c)) throw malformed('hexadecimal string')
      digits.push(Number.parseInt(c, 16))
    }
    this.at++
    const bytes = new Uint8Array(Math.ceil(digits.length / 2))
    for (let i = 0; i < bytes.length; i++) bytes[i] = ((digits[2 * i] as number) << 4) | (digits[2 * i + 1] ?? 0)
    return { kind: 'string', bytes, hex: true, ...this.#place(start) }
  }

  #literal(): PdfString {
    const start = this.at++
    const out: number[] = []
    for (let depth = 1; ;) {
      const octet = this.peek()
      if (octet === -1) throw malformed('string without end')
      this.at++
      if (octet === code('\\')) this.#escape(out)
      else {
        if (octet === code('(')) depth++
        if (octet === code(')') && --depth === 0) break
        out.push(octet)
      }
    }
    return { kind: 'string', bytes: Uint8Array.from(out), hex: false, ...this.#place(start) }
  }

  #escape(out: number[]): void {
    const c = String.fromCharCode(this.peek())
    if (/[0-7]/.test(c)) {
      let octet = 0
      for (let i = 0; i < 3 && this.peek() >= 48 && this.peek() <= 55; i++)
        octet = octet * 8 + (this.bytes[this.at++] as number) - 48
      out.push(octet & 0xff)
      return
    }
    this.at++
    if (c === '\r' && this.peek() === 10) this.at++
    if (c === '\r' || c === '\n') return
    out.push(ESCAPES[c] ?? code(c))
  }

  #numberOrKeyword(): PdfValue {
    const word = this.word()
    if (word === 'true' || word === 'false') return word === 'true'
    if (word === 'null') return null
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(word)) throw malformed('unexpected token')
    const value = Number(word)
    return /^\d+$/.test(word) ? (this.#reference(value) ?? value) : value
  }

  /** `12 0 R` after its first number. */
  #reference(number: number): PdfValue | undefined {
    const back = this.at
    this.skipWhite()
    if (!isDigit(this.peek())) {
      this.at = back
      return undefined
    }
    const generation = this.word()
    this.skipWhite()
    if (/^\d{1,5}$/.test(generation) && this.word() === 'R')
      return { kind: 'ref', number, generation: Number(generation) }
    this.at = back
    return undefined
  }
}
