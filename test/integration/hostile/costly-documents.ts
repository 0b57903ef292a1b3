/** Small files that are costly to read, made here: what an attacker without any account may post to POST /verify. */
import { deflateSync, zlibSync } from 'fflate'
import { concat, utf8 } from '../../../standards/bytes.ts'
import { crc32 } from '../../../standards/gbt-33190-ofd/crc32.ts'
import { goodEntries, rawZip } from '../../unit/ofd/raw-zip.ts'
import type { RawEntry } from '../../unit/ofd/raw-zip.ts'

const MIB = 1 << 20
const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))

const packed = (name: string, content: Uint8Array): RawEntry => ({
  name,
  content: deflateSync(content, { level: 9 }),
  method: 8,
  size: content.length,
  crc: crc32(content),
})

/** Entries of the sample OFD, with one file's text changed. */
const withRoot = (xml: Uint8Array, more: readonly RawEntry[] = []): Uint8Array =>
  rawZip([...goodEntries().filter((e) => e.name !== 'OFD.xml'), packed('OFD.xml', xml), ...more])

const PATTERN = Uint8Array.from({ length: 4096 }, (_, i) => (i * 131 + (i >> 5)) & 0xff)
/** Compresses to about a two hundredth, just below what the container refuses as a bomb. */
const inflating = (size: number): Uint8Array => {
  const out = new Uint8Array(size)
  for (let at = 0; at < size; at += 65_536) out.set(PATTERN.subarray(0, 200), at)
  return out
}

const pdf = (objects: string, table: ReadonlyMap<number, number>, trailer = '/Root 1 0 R'): Uint8Array => {
  const body = `%PDF-1.7\n${objects}`
  const at = body.length
  const entries = [...table].sort(([a], [b]) => a - b)
  const rows = entries.map(([n, o]) => `${n} 1\n${String(o + 9).padStart(10, '0')} 00000 n \n`).join('')
  return latin1(`${body}xref\n${rows}trailer\n<<${trailer}>>\nstartxref\n${at}\n%%EOF\n`)
}

/** Object k stands in a comment of object k-1, and all of them read the same long rest. */
const sharedTail = (count: number, tail: number): Uint8Array => {
  const table = new Map<number, number>()
  let text = ''
  const add = (n: number, value: string): void => {
    table.set(n, text.length)
    text += value
  }
  const kids = Array.from({ length: count }, (_, i) => `${i + 10} 0 R`).join(' ')
  add(1, `1 0 obj\n<</Type /Catalog /AcroForm 2 0 R /Pages 3 0 R>>\nendobj\n`)
  add(2, `2 0 obj\n<</Fields [${kids}]>>\nendobj\n`)
  for (let i = 0; i < count; i++) add(i + 10, `${i + 10} 0 obj %`)
  text += `${' '.repeat(tail)}\n<</T (a)>>\nendobj\n`
  return pdf(text, table)
}

/** A chain of cross-reference streams, each small, each inflating to 64 MB less a little. */
const sectionChain = (count: number): Uint8Array => {
  const data = Buffer.from(zlibSync(new Uint8Array(63 * MIB), { level: 9 })).toString('latin1')
  let text = '%PDF-1.7\n'
  let previous = -1
  for (let i = 0; i < count; i++) {
    const at = text.length
    const prev = previous < 0 ? '' : `/Prev ${previous} `
    text += `5 0 obj\n<</Type /XRef /Size 9 /W [1 4 2] /Index [0 1] /Root 1 0 R ${prev}/Filter /FlateDecode /Length ${data.length}>>\nstream\n${data}\nendstream\nendobj\n`
    previous = at
  }
  return latin1(`${text}startxref\n${previous}\n%%EOF\n`)
}

/** Many sections that list the same million objects. */
const repeatedTable = (sections: number): Uint8Array => {
  const rows = Buffer.from(zlibSync(new Uint8Array(MIB * 4), { level: 9 })).toString('latin1')
  let text = '%PDF-1.7\n'
  let previous = -1
  for (let i = 0; i < sections; i++) {
    const at = text.length
    const prev = previous < 0 ? '' : `/Prev ${previous} `
    text += `5 0 obj\n<</Type /XRef /W [1 0 0] /Index [0 ${MIB * 3}] /Root 1 0 R ${prev}/Filter /FlateDecode /Length ${rows.length}>>\nstream\n${rows}\nendstream\nendobj\n`
    previous = at
  }
  return latin1(`${text}startxref\n${previous}\n%%EOF\n`)
}

/** One object behind the catalog. */
const oneObject = (value: string): Uint8Array => {
  const first = '1 0 obj\n<</Type /Catalog /AcroForm 2 0 R>>\nendobj\n'
  return pdf(
    `${first}2 0 obj\n${value}\nendobj\n`,
    new Map([
      [1, 0],
      [2, first.length],
    ]),
  )
}

/** Unsigned fields, then signatures whose ranges are all the whole file, so that each looks at all revisions. */
const manySignatures = (signatures: number, fields: number): Uint8Array => {
  const table = new Map<number, number>()
  let text = ''
  const add = (n: number, value: string): void => {
    table.set(n, text.length)
    text += `${n} 0 obj\n${value}\nendobj\n`
  }
  const all = [...Array.from({ length: signatures + fields }, (_, i) => i + 10)]
  add(1, '<</Type /Catalog /AcroForm 2 0 R /Pages 3 0 R>>')
  add(2, `<</Fields [${all.map((n) => `${n} 0 R`).join(' ')}]>>`)
  add(3, '<</Type /Pages /Kids [4 0 R] /Count 1>>')
  add(4, '<</Type /Page /MediaBox [0 0 100 100]>>')
  for (let i = 0; i < fields; i++) add(i + 10, `<</T (f${i}) /FT /Tx>>`)
  for (let i = 0; i < signatures; i++) {
    const n = 10 + fields + i
    const head = `${n} 0 obj\n<</T (s${i}) /FT /Sig /V <</SubFilter /adbe.pkcs7.detached /Contents `
    const from = 9 + text.length + head.length
    table.set(n, text.length)
    text += `${head}<3000> /ByteRange [0 ${from} ${from + 6} LENGTH]>> >>\nendobj\n`
  }
  const bytes = Buffer.from(pdf(text, table)).toString('latin1')
  // every range ends at the end of the file
  return latin1(
    bytes.replace(
      /(\d+) LENGTH\]/g,
      (all_, second: string) =>
        `${second} ${String(bytes.length - Number(second)).padEnd(all_.length - second.length - 2)}]`,
    ),
  )
}

const signaturesXml = (count: number): string =>
  `<?xml version="1.0" encoding="UTF-8"?><ofd:Signatures xmlns:ofd="http://www.ofdspec.org/2016">${Array.from({ length: count }, (_, i) => `<ofd:Signature ID="${i}" BaseLoc="/Doc_0/Signs/S${i}.xml"/>`).join('')}</ofd:Signatures>`
const manyReferences = (signatures: number, references: number): Uint8Array => {
  const line = `<ofd:Reference FileRef="/Doc_0/Document.xml"><ofd:CheckValue>AAAA</ofd:CheckValue></ofd:Reference>`
  const xml = utf8(
    `<?xml version="1.0" encoding="UTF-8"?><ofd:Signature xmlns:ofd="http://www.ofdspec.org/2016"><ofd:SignedInfo><ofd:Provider ProviderName="x"/><ofd:References CheckMethod="1.2.156.10197.1.401">${line.repeat(references)}</ofd:References></ofd:SignedInfo><ofd:SignedValue>/Doc_0/Signs/V.dat</ofd:SignedValue></ofd:Signature>`,
  )
  const files = Array.from({ length: signatures }, (_, i) => packed(`Doc_0/Signs/S${i}.xml`, xml))
  const root = goodEntries().find((e) => e.name === 'OFD.xml')?.content ?? new Uint8Array()
  const text = new TextDecoder()
    .decode(root)
    .replace(
      /<\/(\w+:)?DocBody>/,
      (end, p: string | undefined) => `<${p ?? ''}Signatures>/Doc_0/Signs/Signatures.xml</${p ?? ''}Signatures>${end}`,
    )
  return withRoot(utf8(text), [
    packed('Doc_0/Signs/Signatures.xml', utf8(signaturesXml(signatures))),
    packed('Doc_0/Signs/V.dat', utf8('0')),
    ...files,
  ])
}

const xmlOf = (inner: string): Uint8Array =>
  utf8(`<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016">${inner}</ofd:OFD>`)
const numbered = (count: number): string => Array.from({ length: count }, (_, i) => ` a${i}="1"`).join('')
const manyEntries = (count: number): Uint8Array =>
  rawZip([...goodEntries(), ...Array.from({ length: count }, (_, i) => ({ name: `${'a/'.repeat(20)}${i}` }))])

/** Each with a size below 12 MB. */
export const COSTLY: Readonly<Record<string, () => Uint8Array>> = {
  'ofd: half a gigabyte in a few megabytes': () =>
    rawZip([...goodEntries(), ...Array.from({ length: 15 }, (_, i) => packed(`big${i}`, inflating(32 * MIB)))]),
  'ofd: ten thousand entries in deep folders': () => manyEntries(9_990),
  'ofd: too many entries': () => manyEntries(10_100),
  'ofd: a root of 30 MB of text': () => withRoot(xmlOf('x'.repeat(1000).repeat(30_000))),
  'ofd: a root with a million empty elements': () => withRoot(xmlOf('<a/>'.repeat(1_000_000))),
  'ofd: a root with a million attributes': () => withRoot(xmlOf(`<a${numbered(1_000_000)}/>`)),
  'ofd: one attribute of 30 MB': () => withRoot(xmlOf(`<a b="${'y'.repeat(30 * MIB)}"/>`)),
  'ofd: a million character references': () => withRoot(xmlOf('&lt;'.repeat(4_000_000))),
  'ofd: unclosed elements': () => withRoot(xmlOf('<a>'.repeat(1_000_000))),
  'ofd: closing tags far away': () => withRoot(xmlOf(`<a>${' '.repeat(20 * MIB)}</a>`)),
  'ofd: a document type with entities': () =>
    withRoot(utf8('<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><ofd:OFD>&b;</ofd:OFD>')),
  'ofd: two hundred signatures over two thousand files each': () => manyReferences(200, 2000),
  'pdf: objects that share a tail': () => sharedTail(50_000, 8 * MIB),
  'pdf: a chain of inflating sections': () => sectionChain(100),
  'pdf: a table listed a thousand times': () => repeatedTable(1000),
  'pdf: a string of 10 MB': () => oneObject(`(${'x'.repeat(10 * MIB)})`),
  'pdf: a hex string of 10 MB': () => oneObject(`<${'0'.repeat(10 * MIB)}>`),
  'pdf: an array of five million': () => oneObject(`[${'1 '.repeat(5_000_000)}]`),
  'pdf: a comment of 10 MB': () => oneObject(`%${'1'.repeat(10 * MIB)}\n<<>>`),
  'pdf: sixty signatures over fifty thousand fields': () => manySignatures(60, 50_000),
  zeros: () => new Uint8Array(50 * MIB),
  'zip magic and zeros': () => concat(utf8('PK\x03\x04'), new Uint8Array(50 * MIB)),
  'zip magic and a name': () => concat(utf8('PK\x03\x04OFD.xml'), new Uint8Array(50 * MIB)),
  'zip magic and half names': () => concat(utf8('PK\x03\x04'), utf8('OFD.xmO'.repeat(7 * MIB))),
  'pdf magic and zeros': () => concat(utf8('%PDF-1.7\n'), new Uint8Array(50 * MIB)),
}
