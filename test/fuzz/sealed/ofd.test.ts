import { unzipSync, zipSync } from 'fflate'
import { beforeAll, describe, expect, it } from 'vitest'
import { concat } from '../../../standards/bytes.ts'
import { openOfdPackage } from '../../../standards/gbt-33190-ofd/index.ts'
import { SEAL, LIST, PAGE, SIGNATURE, VALUE, outcomeOf, part, rezip } from '../../unit/verification/changed.ts'
import { rawZip } from '../../unit/ofd/raw-zip.ts'
import type { SealedFiles } from './sealed-files.ts'
import { faultsOf, flip, makeSealedFiles, positions, wrongAbout } from './sealed-files.ts'

const LONG = 600_000
let files: SealedFiles
beforeAll(async () => {
  files = await makeSealedFiles()
}, 120_000)

const KINDS = ['ofd', 'licence'] as const

describe.each(KINDS)('a sealed %s with one bit turned', (kind) => {
  it(
    'anywhere in the file is not valid, or decodes to the same bytes and says so',
    () => {
      const whole = files[kind]
      const faults = faultsOf(positions(whole.length, 61), (at) => wrongAbout(files, flip(whole, at), whole))
      expect(faults).toEqual([])
    },
    LONG,
  )

  it(
    'anywhere in the headers of the container is not valid, or decodes to the same bytes and says so',
    () => {
      const whole = files[kind]
      const data = openOfdPackage(whole).entries.map((e) => [e.dataStart, e.dataStart + e.compressedSize] as const)
      const headers = Array.from(whole.keys()).filter((at) => !data.some(([from, to]) => at >= from && at < to))
      expect(faultsOf(headers, (at) => wrongAbout(files, flip(whole, at), whole))).toEqual([])
    },
    LONG,
  )
})

describe('a signature file with one bit turned', () => {
  /** The picture is most of the seal: there every 61st byte will do. */
  const PICTURE = 'PNG'
  it.each([
    [SIGNATURE, 1],
    [VALUE, 1],
    [SEAL, 61],
  ])(
    'at any place of %s is never valid',
    (name, step) => {
      const unpacked = unzipSync(files.ofd)
      const content = unpacked[name] ?? new Uint8Array()
      const picture = Buffer.from(content).indexOf(PICTURE)
      const end = Buffer.from(content).indexOf('IEND')
      const places = positions(content.length, step).filter(
        (at) => picture < 0 || at < picture || at > end || at % 61 === 0,
      )
      expect(places.length).toBeGreaterThan(content.length / 200)
      const faults = faultsOf(places, (at) => {
        const { verdict } = files.verify(zipSync({ ...unpacked, [name]: flip(content, at) }, { level: 0 }), 'strict')
        return verdict === 'valid' ? 'valid' : undefined
      })
      expect(faults).toEqual([])
    },
    LONG,
  )

  it('at any place of the value is valid in compatibility mode only with a word about it', () => {
    const unpacked = unzipSync(files.ofd)
    const content = unpacked[VALUE] ?? new Uint8Array()
    const end = Array.from({ length: 700 }, (_, i) => content.length - 700 + i)
    const faults = faultsOf(end, (at) => {
      const report = files.verify(zipSync({ ...unpacked, [VALUE]: flip(content, at) }, { level: 0 }))
      return report.verdict === 'valid' && report.leniencies.length === 0 ? 'valid, and nothing said' : undefined
    })
    expect(faults).toEqual([])
  })

  it('at any place of the open list of signatures is not valid, or it is said', () => {
    const unpacked = unzipSync(files.ofd)
    const content = unpacked[LIST] ?? new Uint8Array()
    const faults = faultsOf([...content.keys()], (at) => {
      const report = files.verify(zipSync({ ...unpacked, [LIST]: flip(content, at) }, { level: 0 }))
      const said = report.checks.some((c) => c.reason === 'NON_CANONICAL_CONTAINER')
      return report.verdict === 'valid' && !said ? 'valid, and nothing said' : undefined
    })
    expect(faults).toEqual([])
  })
})

describe('a sealed OFD cut short', () => {
  it(
    'at every 997th byte is never valid',
    () => {
      for (const kind of KINDS) {
        const whole = files[kind]
        const faults = faultsOf(positions(whole.length, 997), (at) => wrongAbout(files, whole.subarray(0, at), whole))
        expect(faults).toEqual([])
      }
    },
    LONG,
  )

  it(
    'at the front is never valid, unless the same bytes are found and it is said',
    () => {
      const whole = files.licence
      const faults = faultsOf(positions(whole.length, 997).slice(1), (at) =>
        wrongAbout(files, whole.subarray(at), whole),
      )
      expect(faults).toEqual([])
    },
    LONG,
  )
})

describe('a sealed OFD taken apart and put together', () => {
  it('with something before or behind it is not valid, or it is said', () => {
    for (const extra of [Uint8Array.of(0), new Uint8Array(100), new TextEncoder().encode('PK\u0005\u0006')])
      for (const changed of [concat(extra, files.ofd), concat(files.ofd, extra)])
        expect(wrongAbout(files, changed, files.ofd)).toBeUndefined()
  })

  it('with another page, picture or font in place of its own is never valid', () => {
    for (const [one, two] of [
      [files.ofd, files.other],
      [files.licence, files.otherLicence],
    ] as const)
      for (const name of Object.keys(unzipSync(one))) {
        const theirs = unzipSync(two)[name]
        if (theirs === undefined || Buffer.from(theirs).equals(Buffer.from(part(one, name)))) continue
        expect(files.verify(rezip(one, { [name]: theirs })).verdict).not.toBe('valid')
      }
  })

  it('without any one of its files is never valid', () => {
    for (const kind of KINDS)
      for (const name of Object.keys(unzipSync(files[kind])))
        expect([name, files.verify(rezip(files[kind], { [name]: undefined })).verdict]).not.toEqual([name, 'valid'])
  })

  it('with an added page is invalid, wherever it hangs', () => {
    const page = part(files.ofd, PAGE)
    const added = { 'Doc_0/Pages/Page_9/Content.xml': page }
    const reference = '<ofd:Page ID="900" BaseLoc="Pages/Page_9/Content.xml"/>'
    const shown = rezip(files.ofd, {
      ...added,
      'Doc_0/Document.xml': (x) => x.replace('</ofd:Pages>', `${reference}</ofd:Pages>`),
    })
    expect(files.verify(shown).verdict).toBe('invalid')
    expect(files.verify(rezip(files.ofd, added)).verdict).toBe('indeterminate')
  })

  it('without its signature is NO_SIGNATURE and never valid', () => {
    for (const kind of KINDS) {
      const bare = rezip(files[kind], {
        ...Object.fromEntries([LIST, SIGNATURE, VALUE, SEAL].map((name) => [name, undefined])),
        'OFD.xml': (xml) => xml.replace(/<ofd:Signatures>.*?<\/ofd:Signatures>/, ''),
      })
      const report = files.verify(bare)
      expect(report.verdict).not.toBe('valid')
      expect(outcomeOf(report, 'file.signature')).toBe('unknown NO_SIGNATURE')
    }
  })

  it('with an entry twice is invalid, whichever comes first', () => {
    const own = Object.entries(unzipSync(files.ofd)).map(([name, content]) => ({ name, content }))
    const forged = { name: PAGE, content: part(files.other, PAGE).slice(1) }
    for (const entries of [
      [...own, forged],
      [forged, ...own],
      [...own, { ...forged, name: PAGE.toUpperCase() }],
      [...own, { ...forged, name: `./${PAGE}` }],
      [...own, { ...forged, name: PAGE.replaceAll('/', '\\') }],
    ])
      expect(files.verify(rawZip(entries)).verdict).not.toBe('valid')
  })

  it('spliced with another sealed file is never valid', () => {
    for (const [one, two] of [
      [files.ofd, files.other],
      [files.licence, files.otherLicence],
      [files.ofd, files.licence],
    ] as const) {
      expect(files.verify(concat(one, two)).verdict).not.toBe('valid')
      const [a, b] = [unzipSync(one), unzipSync(two)]
      const signs = (from: typeof a) => Object.fromEntries(Object.entries(from).filter(([n]) => n.includes('/Signs/')))
      expect(files.verify(zipSync({ ...a, ...signs(b) })).verdict).toBe('invalid')
      expect(files.verify(zipSync({ ...b, ...signs(a) })).verdict).toBe('invalid')
      // Every file of the one replaced by that of the other is the other.
      const whole = Object.keys(b).every((name) => name in a)
      expect(files.verify(zipSync({ ...b, ...a })).verdict === 'valid').toBe(whole)
      const middle = one.length >> 1
      expect(files.verify(concat(one.subarray(0, middle), two.subarray(middle))).verdict).not.toBe('valid')
    }
  })

  it('with another document beside the sealed one is never valid', () => {
    const second = Object.fromEntries(
      Object.entries(unzipSync(files.other)).map(([name, content]) => [name.replace('Doc_0/', 'Doc_1/'), content]),
    )
    const body =
      '</ofd:DocBody><ofd:DocBody><ofd:DocInfo><ofd:DocID>0</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody>'
    const own = unzipSync(files.ofd)
    const root = new TextDecoder().decode(own['OFD.xml']).replace('</ofd:DocBody>', body)
    const both = zipSync({ ...second, ...own, 'OFD.xml': new TextEncoder().encode(root) })
    expect(files.verify(both).verdict).toBe('invalid')
  })
})
