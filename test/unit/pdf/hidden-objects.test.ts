/** What a reader that repairs files would see, and we would not: it is never passed over. */
import { beforeAll, describe, expect, it } from 'vitest'
import { findPdfSignatures, openPdf } from '../../../standards/iso-32000-signature/index.ts'
import { judgeLaterRevisions } from '../../../standards/iso-32000-signature/judge-later-revisions.ts'
import { serialise } from '../../../standards/iso-32000-signature/serialise.ts'
import { makePdf, makeSigner, seal } from './signers.ts'

let sealed: Uint8Array
beforeAll(async () => {
  sealed = await seal({ document: await makePdf({ form: true }), signer: await makeSigner('P-256') })
})

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))
const join = (...parts: readonly (Uint8Array | string)[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((p) => (typeof p === 'string' ? latin1(p) : p))))
const outcome = (bytes: Uint8Array): string => {
  const [signature] = findPdfSignatures(bytes)
  return signature === undefined ? 'none found' : judgeLaterRevisions(bytes, signature).outcome
}
const EVIL = '4 0 obj\n<</Type /Page /Evil true>>\nendobj\n'
const row = (offset: number): string => `${String(offset).padStart(10, '0')} 00000 n \n`

/** A revision whose sections list what is given: number and offset, the oldest section first. */
const revision = (body: string, sections: readonly (readonly [number, number])[][]): Uint8Array => {
  const size = openPdf(sealed).crossReference
  let text = `\n${body}`
  let previous = size.startXref
  for (const entries of sections) {
    const at = sealed.length + text.length
    const rows = entries.map(([n, offset]) => `${n} 1\n${row(offset)}`).join('')
    const root = `${openPdf(sealed).catalogRef.number} 0 R`
    const info = serialise(size.trailer.entries.get('Info') ?? null)
    text += `xref\n${rows}trailer\n<</Size 9999 /Root ${root} /Info ${info} /Prev ${previous}>>\n`
    previous = at
  }
  return join(sealed, `${text}startxref\n${previous}\n%%EOF\n`)
}

describe('after a signature', () => {
  it('nothing is nothing', () => expect(outcome(sealed)).toBe('none'))
  it('bytes without a section of their own are not permitted', () => {
    const { startXref } = openPdf(sealed).crossReference
    expect(outcome(join(sealed, sealed))).toBe('undecided')
    expect(outcome(join(sealed, `${EVIL}startxref\n${startXref}\n%%EOF\n`))).toBe('undecided')
  })
  it('an object that no section lists is not permitted', () => {
    const harmless = '9000 0 obj\nnull\nendobj\n'
    const at = sealed.length + 1
    expect(outcome(revision(harmless, [[[9000, at]]]))).toBe('permitted')
    expect(outcome(revision(harmless + EVIL, [[[9000, at]]]))).toBe('undecided')
  })
  it('an object listed under another number is not permitted', () => {
    expect(outcome(revision(EVIL, [[[9000, sealed.length + 1]]]))).toBe('undecided')
  })
  it('an object that an older section puts behind the newer one is not permitted', () => {
    const [first, second] = ['9000 0 obj\nnull\nendobj\n', '9000 0 obj\n(evil)\nendobj\n']
    const [early, late] = [sealed.length + 1, sealed.length + 1 + first.length]
    expect(outcome(revision(first + second, [[[9000, late]], [[9000, early]]]))).toBe('undecided')
    expect(outcome(revision(first + second, [[[9000, early]], [[9000, late]]]))).toBe('permitted')
  })
})
