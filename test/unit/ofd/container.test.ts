import { describe, expect, it } from 'vitest'
import { deflateSync } from 'fflate'
import { concat, fromUtf8, utf8 } from '../../../standards/bytes.ts'
import { crc32 } from '../../../standards/gbt-33190-ofd/crc32.ts'
import { openOfdPackage, writeOfdPackage } from '../../../standards/gbt-33190-ofd/index.ts'
import { PARTS, reasonOf, sampleOfd } from './ofd-samples.ts'
import { goodEntries, rawZip } from './raw-zip.ts'
import type { RawEntry, RawZip } from './raw-zip.ts'

const opening = (extra: RawEntry[], zip: RawZip = {}): string | undefined =>
  reasonOf(() => {
    const pkg = openOfdPackage(rawZip([...goodEntries(), ...extra], zip))
    for (const name of pkg.files) pkg.read(name)
  })
const findings = (extra: RawEntry[], zip: RawZip = {}): string[] =>
  openOfdPackage(rawZip([...goodEntries(), ...extra], zip))
    .findings()
    .map((f) => f.kind)
const content = utf8('content')

describe('an OFD container', () => {
  it('is read by name, lazily and completely', () => {
    const pkg = openOfdPackage(sampleOfd())
    expect(pkg.files).toEqual(Object.keys(PARTS))
    expect(fromUtf8(pkg.read('OFD.xml'))).toBe(PARTS['OFD.xml'])
    expect(pkg.findings()).toEqual([])
  })
  it('is refused without OFD.xml', () =>
    expect(reasonOf(() => openOfdPackage(sampleOfd({ 'OFD.xml': undefined })))).toBe('OFD_NOT_OFD'))
  it('refuses to read a file that is not there', () =>
    expect(reasonOf(() => openOfdPackage(sampleOfd()).read('nothing'))).toBe('OFD_FILE_MISSING'))
  it('reads entries with data descriptors, with and without signature', () => {
    const flags = 8
    const local = { crc: 0, size: 0, flags }
    const descriptor = new Uint8Array(12)
    const data = new DataView(descriptor.buffer)
    data.setUint32(0, crc32(content), true)
    data.setUint32(4, content.length, true)
    data.setUint32(8, content.length, true)
    expect(opening([{ name: 'a', content, flags, local, after: descriptor }])).toBeUndefined()
    expect(
      opening([{ name: 'a', content, flags, local, after: concat(Uint8Array.of(0x50, 0x4b, 7, 8), descriptor) }]),
    ).toBeUndefined()
    expect(findings([{ name: 'a', content, flags, local, after: descriptor }])).toEqual([])
    data.setUint32(8, 6, true)
    expect(opening([{ name: 'a', content, flags, local, after: descriptor }])).toBe('ZIP_HEADER_MISMATCH')
  })
})

describe('names that two readers could read as one', () => {
  const entry = (name: string): RawEntry => ({ name, content: name.endsWith('/') ? new Uint8Array() : content })
  const two = (a: string, b: string): string | undefined => opening([entry(a), entry(b)])
  it.each([
    ['the same name', 'a', 'a'],
    ['another case', 'a/B', 'A/b'],
    ['another composition', '\u00e9', 'e\u0301'],
    ['full-width letters', 'a', 'ａ'],
    ['a file and a folder', 'a', 'a/'],
    ['OFD.xml in another case', 'ofd.XML', 'b'],
  ])('are refused: %s', (_, a, b) => expect(two(a, b)).toBe('ZIP_DUPLICATE_NAME'))
  it('refuses a file that is also a folder', () => expect(two('a', 'a/b')).toBe('ZIP_PATH'))
  it.each(['../a', 'a/../b', '/a', 'a//b', './a', 'a/.', 'a\\b', 'C:a', 'a\nb', 'a\u0000b', '\u0000', ''])(
    'refuses the path %j',
    (name) => expect(opening([{ name, content: new Uint8Array() }])).toBe('ZIP_PATH'),
  )
  it('refuses an extra field that tells another name', () => {
    const extra = concat(Uint8Array.of(0x75, 0x70, 6, 0, 1, 0, 0, 0, 0), utf8('b'))
    expect(opening([{ name: 'a', content, extra }])).toBe('ZIP_NAME_AMBIGUOUS')
    expect(opening([{ name: 'a', content, local: { extra } }])).toBe('ZIP_NAME_AMBIGUOUS')
  })
  it('reads an unflagged GB 18030 name and says so', () => {
    expect(findings([{ name: Uint8Array.of(0xd6, 0xd0), content }])).toEqual(['name-encoding'])
    expect(opening([{ name: Uint8Array.of(0xd6, 0xd0), content, flags: 0x800 }])).toBe('ZIP_NAME_ENCODING')
  })
})

describe('a container that lies', () => {
  it.each<[string, string, RawEntry]>([
    ['encrypted', 'ZIP_ENCRYPTED', { name: 'a', content, flags: 1 }],
    ['with another method', 'ZIP_METHOD', { name: 'a', content, method: 12 }],
    ['with another local name', 'ZIP_HEADER_MISMATCH', { name: 'a', content, local: { name: 'b' } }],
    ['with another local method', 'ZIP_HEADER_MISMATCH', { name: 'a', content, local: { method: 8 } }],
    ['with another local size', 'ZIP_HEADER_MISMATCH', { name: 'a', content, local: { size: 6 } }],
    ['with another local checksum', 'ZIP_HEADER_MISMATCH', { name: 'a', content, local: { crc: 6 } }],
    ['with a descriptor in one header only', 'ZIP_HEADER_MISMATCH', { name: 'a', content, local: { flags: 8 } }],
    ['with a wrong checksum', 'ZIP_CRC', { name: 'a', content, crc: 1 }],
    ['stored with two sizes', 'ZIP_SIZE', { name: 'a', content, size: 9 }],
    ['with ZIP64 sizes', 'ZIP_ZIP64', { name: 'a', content, size: 0xffffffff }],
    ['that starts in the directory', 'ZIP_TRUNCATED', { name: 'a', content, offset: 1_000_000 }],
    ['that starts nowhere', 'ZIP_HEADER_MISMATCH', { name: 'a', content, offset: 5 }],
    ['that is another entry', 'ZIP_HEADER_MISMATCH', { name: 'a', content, offset: 0 }],
    ['a folder with content', 'ZIP_PATH', { name: 'a/', content }],
    ['that does not inflate', 'ZIP_INFLATE', { name: 'a', content, method: 8 }],
    ['shorter than declared', 'ZIP_INFLATE', { name: 'a', content: deflateSync(content), method: 8, size: 8 }],
    ['longer than declared', 'ZIP_INFLATE', { name: 'a', content: deflateSync(content), method: 8, size: 6 }],
    [
      'a bomb by ratio',
      'ZIP_BOMB',
      { name: 'a', content: deflateSync(new Uint8Array(2 << 20)), method: 8, size: 2 << 20 },
    ],
  ])('is refused: an entry %s', (_, reason, entry) => expect(opening([entry])).toBe(reason))

  it('refuses overlapping entries', () => {
    const inner = rawZip([{ name: 'b', content }]).subarray(0, 31 + content.length)
    const first = goodEntries()
    const start =
      rawZip(first).length - rawZip([]).length - first.reduce((n, e) => n + 46 + utf8(e.name as string).length, 0)
    const carrier: RawEntry = { name: 'a', content: inner }
    expect(opening([carrier, { name: 'b', content, offset: start + 31 }])).toBe('ZIP_OVERLAP')
  })
  it('refuses more entries, bytes or volumes than allowed', () => {
    expect(reasonOf(() => openOfdPackage(sampleOfd(), { maxEntries: 3 }))).toBe('ZIP_TOO_MANY_ENTRIES')
    expect(reasonOf(() => openOfdPackage(sampleOfd(), { maxTotalSize: 100 }))).toBe('ZIP_BOMB')
    expect(opening([], { count: 0xffff })).toBe('ZIP_ZIP64')
    expect(opening([], { count: 3 })).toBe('ZIP_DIRECTORY')
    expect(opening([], { count: 5 })).toBe('ZIP_TRUNCATED')
  })
  it('refuses a directory that another one could hide in', () => {
    expect(opening([], { directoryGap: utf8('gap') })).toBe('ZIP_DIRECTORY')
    expect(opening([], { comment: rawZip(goodEntries()) })).toBe('ZIP_DIRECTORY')
  })
  it.each([0, 4, 21])('refuses %i bytes', (n) =>
    expect(reasonOf(() => openOfdPackage(new Uint8Array(n)))).toBe('ZIP_TRUNCATED'),
  )
})

describe('bytes that no entry explains', () => {
  it.each<[string, RawEntry[], RawZip]>([
    ['prefix', [], { prefix: utf8('#!') }],
    ['trailing', [], { trailing: utf8('more') }],
    ['comment', [], { comment: utf8('KRC') }],
    ['comment', [{ name: 'a', content, comment: 'x' }], {}],
    ['gap', [{ name: 'a', content, after: utf8('hidden') }], {}],
    ['extra-field', [{ name: 'a', content, extra: Uint8Array.of(9, 9, 0, 0) }], {}],
    ['header-difference', [{ name: 'a', content, local: { time: 7 } }], {}],
    [
      'deflate-slack',
      [{ name: 'a', content: concat(deflateSync(content), utf8('x')), method: 8, size: 7, crc: crc32(content) }],
      {},
    ],
    [
      'deflate-slack',
      [
        {
          name: 'a',
          content: concat(deflateSync(content), new Uint8Array(1)),
          method: 8,
          size: 7,
          crc: crc32(content),
        },
      ],
      {},
    ],
  ])('are found: %s', (kind, extra, zip) => expect(findings(extra, zip)).toEqual([kind]))
})

describe('the writer', () => {
  it('keeps untouched entries byte for byte and drops what no entry explains', () => {
    const pkg = openOfdPackage(
      rawZip([
        ...goodEntries(),
        { name: 'a', content: deflateSync(content), method: 8, size: 7, crc: crc32(content), comment: 'x' },
      ]),
    )
    const again = openOfdPackage(
      writeOfdPackage(
        pkg,
        new Map([
          ['OFD.xml', utf8('<new/>')],
          ['b/ü', utf8('added')],
        ]),
      ),
    )
    expect(again.files).toEqual([...pkg.files, 'b/ü'])
    expect(again.findings()).toEqual([])
    expect(fromUtf8(again.read('OFD.xml'))).toBe('<new/>')
    expect(again.read('a')).toEqual(content)
    const [before, after] = [pkg, again].map((p) => p.entries.find((e) => e.name === 'a'))
    expect(after?.compressedSize).toBe(before?.compressedSize)
  })
  it('gives the same bytes for the same content', () => {
    const pkg = openOfdPackage(sampleOfd())
    expect(writeOfdPackage(pkg, new Map())).toEqual(
      writeOfdPackage(openOfdPackage(writeOfdPackage(pkg, new Map())), new Map()),
    )
  })
  it.each([
    ['../a', 'ZIP_PATH'],
    ['doc_0', 'ZIP_PATH'],
    ['ofd.xml', 'ZIP_DUPLICATE_NAME'],
  ])('refuses to add %s', (name, reason) =>
    expect(reasonOf(() => writeOfdPackage(openOfdPackage(sampleOfd()), new Map([[name, content]])))).toBe(reason),
  )
})
