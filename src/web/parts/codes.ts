/** Long codes as people read them: grouped to the eye, whole when copied; and personal numbers masked. */
import { html, raw } from '../html.ts'
import type { Html } from '../html.ts'

/** Cuts by the sizes given; what is left over is the last group. A text of another length stays one group. */
export function grouped(text: string, sizes: readonly number[]): readonly string[] {
  if (text.length !== sizes.reduce((sum, size) => sum + size, 0)) return [text]
  let from = 0
  return sizes.map((size) => text.slice(from, (from += size)))
}

/** Citizen ID number (GB 11643) 6-8-4: division, birth date, order and check. */
export const groupCitizenId = (id: string): readonly string[] => grouped(id, [6, 8, 4])
/** Unified social credit code (GB 32100) 2-6-9-1: category, division, body, check. A masked number stays whole. */
export const groupUscc = (uscc: string): readonly string[] =>
  uscc.includes('*') ? [uscc] : grouped(uscc, [2, 6, 9, 1])
/** Any other digits, by fours. */
export const groupFours = (text: string): readonly string[] => text.match(/.{1,4}/gu) ?? []

const gap = raw('<wbr>')

/** Groups stand apart on the screen; no space is copied with them. */
export const code = (groups: readonly string[]): Html =>
  html`<span class="code">${groups.map((group, i) => [i > 0 && gap, html`<span>${group}</span>`])}</span>`

/** A licence identifier, GB/T 36904: breaks after its points, if it must. */
export const licenceIdCode = (id: string): Html =>
  html`<code>${id.split('.').map((part, i) => (i === 0 ? part : html`.${gap}${part}`))}</code>`

export const uscc = (text: string): Html => code(groupUscc(text))

const stars = (count: number): string => '*'.repeat(Math.max(0, count))

/** First and last four stay, at most: 9901**********1234. Shorter texts show less. */
export function masked(text: string, head = 4, tail = 4): string {
  const chars = [...text]
  if (chars.length <= head + tail)
    return chars.length <= 2 ? stars(chars.length) : `${chars[0] ?? ''}${stars(chars.length - 1)}`
  return chars.slice(0, head).join('') + stars(chars.length - head - tail) + chars.slice(-tail).join('')
}
export const maskedCitizenId = (id: string): string => masked(id)
export const maskedPhone = (phone: string): string => masked(phone, 3, 4)
