import { beforeAll, describe, expect, it } from 'vitest'
import { fromUtf8, toBase64, utf8 } from '../../../standards/bytes.ts'
import {
  openOfdPackage,
  protectionOf,
  readSignature,
  readSignatures,
  listSignatures,
  writeOfdPackage,
  makeOfdPackage,
} from '../../../standards/gbt-33190-ofd/index.ts'
import type { OfdMode, Protection } from '../../../standards/gbt-33190-ofd/index.ts'
import { digests, PARTS, reasonOf, sampleOfd, sealed } from './ofd-samples.ts'

const LIST = 'Doc_0/Signs/Signatures.xml'
const SIGNATURE = 'Doc_0/Signs/Sign_0/Signature.xml'
const PAGE = 'Doc_0/Pages/Page_0/Content.xml'

type Edit = Readonly<Record<string, string | ((text: string) => string)>>
const edit = (bytes: Uint8Array, changes: Edit): Uint8Array => {
  const pkg = openOfdPackage(bytes)
  const apply = ([name, change]: [string, Edit[string]]): [string, Uint8Array] => [
    name,
    utf8(typeof change === 'string' ? change : change(fromUtf8(pkg.read(name)))),
  ]
  return writeOfdPackage(pkg, new Map(Object.entries(changes).map(apply)))
}
const remove = (bytes: Uint8Array, name: string): Uint8Array => {
  const pkg = openOfdPackage(bytes)
  return makeOfdPackage(new Map(pkg.files.filter((f) => f !== name).map((f) => [f, pkg.read(f)])))
}
const protection = (bytes: Uint8Array, which = 0, mode: OfdMode = 'compat'): Protection => {
  const pkg = openOfdPackage(bytes)
  const signatures = readSignatures(pkg, mode)
  const signature = signatures[which]
  if (signature === undefined) throw new Error('no such signature')
  return protectionOf(pkg, signature, { signatures, digests, mode })
}
/** Drops the reference to a file and hashes nothing again: as a signer who left it out would have written it. */
const without = (bytes: Uint8Array, path: string): Uint8Array =>
  edit(bytes, {
    [SIGNATURE]: (xml) => xml.replace(new RegExp(`<ofd:Reference FileRef="/${path}">.*?</ofd:Reference>`), ''),
  })

let signed: Uint8Array
beforeAll(async () => {
  signed = await sealed(sampleOfd())
})

describe('a changed package is', () => {
  it.each([PAGE, 'Doc_0/PublicRes.xml', 'Doc_0/Document.xml', 'OFD.xml', 'Doc_0/Signs/Sign_0/Seal.esl'])(
    'broken when %s changed',
    (name) => expect(protection(edit(signed, { [name]: (text) => `${text} ` })).outcome).toBe('broken'),
  )
  it('broken when a file is gone', () => {
    const { outcome, references } = protection(remove(signed, 'Doc_0/PublicRes.xml'))
    expect(outcome).toBe('broken')
    expect(references.filter((r) => r.status !== 'ok')).toEqual([
      { fileRef: '/Doc_0/PublicRes.xml', path: 'Doc_0/PublicRes.xml', status: 'missing' },
    ])
  })
  it('broken when DocRoot points elsewhere, whatever is there', () =>
    expect(
      protection(
        edit(signed, {
          'OFD.xml': (xml) => xml.replace('Doc_0/Document.xml', 'Doc_1/Document.xml'),
          'Doc_1/Document.xml': PARTS['Doc_0/Document.xml'] as string,
        }),
      ).outcome,
    ).toBe('broken'))
  it.each(['Doc_0/Res/new.png', 'Doc_0/Signs/Sign_0/extra.dat', 'Doc_0/Signs/Sign_9/Signature.xml', 'readme.txt'])(
    'partial when %s is added',
    (name) => {
      const { outcome, coverage } = protection(edit(signed, { [name]: 'new' }))
      expect(outcome).toBe('partial')
      expect(coverage.uncovered).toEqual([{ path: name, kind: 'stray' }])
    },
  )
  it('partial when a page was never listed, and says that the document reaches it', () =>
    expect(protection(without(signed, PAGE))).toMatchObject({
      outcome: 'partial',
      coverage: { uncovered: [{ path: PAGE, kind: 'reachable' }] },
    }))
  it('partial without any reference', () => {
    const none = edit(signed, { [SIGNATURE]: (xml) => xml.replace(/<ofd:Reference .*<\/ofd:Reference>/, '') })
    expect(protection(none).outcome).toBe('partial')
  })
  it('not touched by a folder of its own', () => expect(protection(signed).outcome).toBe('complete'))
  it('found out when a stamp stands on a page that does not exist', () =>
    expect(
      protection(edit(signed, { [SIGNATURE]: (xml) => xml.replace('PageRef="1"', 'PageRef="7"') })).misplacedStamps,
    ).toEqual(['s002']))
})

describe('without OFD.xml among the references', () => {
  let open: Uint8Array
  beforeAll(() => {
    open = without(signed, 'OFD.xml')
  })
  it('the rest is protected, and OFD.xml reported', () =>
    expect(protection(open)).toMatchObject({
      outcome: 'complete',
      coverage: { ofdXml: 'unprotected', rootOpen: false },
    }))
  it('another document root is never complete', () => {
    const other = edit(open, {
      'OFD.xml': (xml) => xml.replace('Doc_0/Document.xml', 'Doc_1/Document.xml'),
      'Doc_1/Document.xml': PARTS['Doc_0/Document.xml'] as string,
    })
    expect(protection(other).outcome).toBe('partial')
  })
  it('a second document inside the protected files leaves the root open', async () => {
    const hidden = sampleOfd({
      'Doc_0/Attachs/other.dat': `<!--${'x'.repeat(5000)}-->${PARTS['Doc_0/Document.xml'] ?? ''}`,
    })
    expect(protection(without(await sealed(hidden), 'OFD.xml'))).toMatchObject({
      outcome: 'partial',
      coverage: { rootOpen: true },
    })
  })
  it.each([
    [
      'versions',
      '<ofd:Versions><ofd:Version ID="1" Index="0" BaseLoc="Doc_0/PublicRes.xml"/></ofd:Versions></ofd:DocBody>',
    ],
    ['a second body', '</ofd:DocBody><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>'],
  ])('%s leave the root open', (_, more) =>
    expect(protection(edit(open, { 'OFD.xml': (xml) => xml.replace('</ofd:DocBody>', more) }))).toMatchObject({
      outcome: 'partial',
      coverage: { rootOpen: true },
    }),
  )
})

describe('a signature that a later one extends', () => {
  let twice: Uint8Array
  beforeAll(async () => {
    // a closing signature, opened by hand as h.ofd was: the list grows, nothing else changes
    const closed = await sealed(sampleOfd(), { finalize: true })
    const reference = /<ofd:Reference FileRef="\/Doc_0\/Signs\/Signatures.xml">.*?<\/ofd:Reference>/
    const kept = fromUtf8(openOfdPackage(closed).read(SIGNATURE))
    const opened = await sealed(edit(closed, { [SIGNATURE]: (xml) => xml.replace(reference, '') }))
    const old = fromUtf8(openOfdPackage(opened).read(SIGNATURE))
    const digestOf = (text: string): string => toBase64(digests.digest('sm3', utf8(text)))
    twice = edit(opened, {
      [SIGNATURE]: kept,
      'Doc_0/Signs/Sign_1/Signature.xml': (xml) => xml.replace(digestOf(old), digestOf(kept)),
    })
  })
  it('is extended after, not broken and not complete', () => {
    expect(protection(twice, 0)).toMatchObject({ outcome: 'extended-after', extendedBy: 's003' })
    expect(protection(twice, 1)).toMatchObject({ outcome: 'complete' })
  })
  it('is broken when anything else changed too', () =>
    expect(protection(edit(twice, { [PAGE]: (x) => `${x} ` }), 0).outcome).toBe('broken'))
  it('is broken when the later signature does not hold', () =>
    expect(protection(edit(twice, { 'Doc_0/Signs/Sign_1/Seal.esl': 'x' }), 0).outcome).toBe('broken'))
  it('is broken when the later signature does not cover it', () => {
    const bare = edit(twice, {
      'Doc_0/Signs/Sign_1/Signature.xml': (xml) =>
        xml.replace(/<ofd:Reference FileRef="\/Doc_0\/Signs\/Sign_0\/SignedValue.dat">.*?<\/ofd:Reference>/, ''),
    })
    expect(protection(bare, 0).outcome).toBe('broken')
  })
  it('is broken when a file was added as well', () =>
    expect(protection(edit(twice, { 'x.txt': 'x' }), 0).outcome).toBe('broken'))
  it('is broken when only the list changed and no signature follows', async () => {
    const closed = await sealed(sampleOfd(), { finalize: true })
    expect(protection(closed).outcome).toBe('complete')
    expect(protection(edit(closed, { [LIST]: (xml) => `${xml} ` })).outcome).toBe('broken')
  })
})

describe('Signature.xml', () => {
  const method = (text: string): Uint8Array =>
    edit(signed, { [SIGNATURE]: (xml) => xml.replace(/ CheckMethod="[^"]*"/, text) })
  const read = (bytes: Uint8Array, mode: OfdMode = 'compat') => readSignatures(openOfdPackage(bytes), mode)[0]
  it.each([
    ['', 'md5', true],
    [' CheckMethod="MD5"', 'md5', true],
    [' CheckMethod="SHA1"', 'sha1', true],
    [' CheckMethod="sm3"', 'sm3', false],
    [' CheckMethod="1.2.156.10197.1.401.2"', 'sm3', false],
    [' CheckMethod="2.16.840.1.101.3.4.2.1"', 'sha256', false],
    [' CheckMethod="ROT13"', undefined, false],
  ])('maps the digest of%s', (text, algorithm, weak) =>
    expect(read(method(text))?.checkMethod).toMatchObject({ weak, ...(algorithm && { algorithm }) }),
  )
  it('takes the mistaken name of SM3 in compat mode only, and says so', () => {
    expect(read(method(' CheckMethod="1.2.156.10197.1.401.2"'))?.leniencies).toEqual(['check-method-name'])
    expect(read(method(' CheckMethod="1.2.156.10197.1.401.2"'), 'strict')?.checkMethod.algorithm).toBeUndefined()
  })
  it('with a digest that nobody assigned is never complete', () => {
    const { outcome, references } = protection(method(' CheckMethod="ROT13"'))
    expect(outcome).toBe('broken')
    expect(new Set(references.map((r) => r.status))).toEqual(new Set(['unknown']))
  })
  it('with MD5 digests that hold is weak', () => {
    const pkg = openOfdPackage(signed)
    const weak = edit(method(' CheckMethod="MD5"'), {
      [SIGNATURE]: (xml) =>
        xml.replace(
          /FileRef="\/([^"]*)"><ofd:CheckValue>[^<]*/g,
          (_, path: string) => `FileRef="/${path}"><ofd:CheckValue>${toBase64(digests.digest('md5', pkg.read(path)))}`,
        ),
    })
    expect(protection(weak)).toMatchObject({ outcome: 'complete', weak: true })
  })
  it.each([
    ['OFD_STRUCTURE', /<ofd:SignedInfo>.*<\/ofd:SignedInfo>/, ''],
    ['OFD_STRUCTURE', /<ofd:SignedValue>.*<\/ofd:SignedValue>/, ''],
    ['OFD_STRUCTURE', / FileRef="[^"]*"/, ''],
    ['OFD_STRUCTURE', / PageRef="[^"]*"/, ''],
    ['OFD_STRUCTURE', /<ofd:CheckValue>[^<]*<\/ofd:CheckValue>/, ''],
    ['OFD_CHECK_VALUE', /<ofd:CheckValue>[^<]*/, '<ofd:CheckValue>***'],
    ['OFD_BOX', / Boundary="[^"]*"/, ' Boundary="1 2 3"'],
    ['OFD_PATH', / FileRef="[^"]*"/, ' FileRef="/../x"'],
    ['OFD_AMBIGUOUS', /<ofd:SignedValue>/, '<ofd:SignedValue>/OFD.xml</ofd:SignedValue><ofd:SignedValue>'],
    ['OFD_AMBIGUOUS', /<ofd:References/, '<x:References/><ofd:References'],
    ['OFD_STRUCTURE', /ofd:Signature /, 'ofd:Nothing '],
  ])('is refused: %s %s', (reason, pattern, text) => {
    const bad = edit(signed, {
      [SIGNATURE]: (xml) =>
        xml.replace(pattern, text).replace(/Signature>$/, text.includes('Nothing') ? 'Nothing>' : 'Signature>'),
    })
    expect(reasonOf(() => read(bad))).toBe(reason)
  })
  it('listed twice, or listed too often, is refused', () => {
    const more = (n: number, path: (i: number) => string): Uint8Array => {
      const entries = Array.from({ length: n }, (_, i) => `<ofd:Signature ID="x" BaseLoc="${path(i)}"/>`).join('')
      return edit(signed, { [LIST]: (xml) => xml.replace('</ofd:Signatures>', `${entries}</ofd:Signatures>`) })
    }
    expect(reasonOf(() => listSignatures(openOfdPackage(more(1, () => 'Sign_0/Signature.xml'))))).toBe('OFD_AMBIGUOUS')
    expect(reasonOf(() => listSignatures(openOfdPackage(more(200, (i) => `Sign_${i}/Signature.xml`))))).toBe(
      'OFD_TOO_MANY_SIGNATURES',
    )
  })
  it('that is listed and missing is refused', () => {
    const pkg = openOfdPackage(remove(signed, SIGNATURE))
    const [entry] = listSignatures(pkg)
    if (entry === undefined) throw new Error('not listed')
    expect(reasonOf(() => readSignature(pkg, entry))).toBe('OFD_FILE_MISSING')
  })
  it('is not there after the pointer was cut: no signature, no exception', () =>
    expect(
      listSignatures(
        openOfdPackage(edit(signed, { 'OFD.xml': (xml) => xml.replace(/<ofd:Signatures>.*<\/ofd:Signatures>/, '') })),
      ),
    ).toEqual([]))
})
