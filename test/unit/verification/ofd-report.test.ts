import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toBase64, utf8 } from '../../../standards/bytes.ts'
import { captured, decode } from '../../../standards/der/index.ts'
import { SESeal, draftSignature, encodeSealSignature } from '../../../standards/gbt-38540-seal/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { prepareOfdSeal } from '../../../src/document/index.ts'
import type { TrustMaterial } from '../../../src/seal/index.ts'
import { MINUTE } from '../../support/world-clock.ts'
import { smallOfd, smallPdf } from '../../support/world-samples.ts'
import type { World } from '../../support/world.ts'
import { makeWorld } from '../../support/world.ts'
import { LIST, PAGE, SEAL, SIGNATURE, VALUE, outcomeOf, part, rezip } from './changed.ts'

let w: World
let sealed: Uint8Array
let trust: TrustMaterial
const verify = (bytes: Uint8Array) => w.verify(bytes, { trust })

beforeAll(async () => {
  w = await makeWorld()
  sealed = await w.applySeal(smallOfd(2))
  trust = (await w.trust()).trust
})
afterAll(() => w.close())

describe('a sealed OFD', () => {
  it('is valid as it was handed out, with the names and the time that the seal carries', async () => {
    const report = await verify(sealed)
    expect(report).toMatchObject({ kind: 'ofd', verdict: 'valid', leniencies: [] })
    expect(report.reports).toMatchObject([
      { verdict: 'valid', sealName: '云湖省样例市场监督管理局', signedAt: w.clock.now() },
    ])
  })

  it('is valid zipped anew, as the protected bytes are the same', async () =>
    expect((await verify(rezip(sealed))).verdict).toBe('valid'))

  it.each([
    ['a page', PAGE, (xml: string) => xml.replace('准予', '不予')],
    ['the document root', 'Doc_0/Document.xml', (xml: string) => `${xml} `],
    ['OFD.xml', 'OFD.xml', (xml: string) => xml.replace('2026-11-21', '2026-11-20')],
  ])('is invalid once %s is changed', async (_, name, change) => {
    const report = await verify(rezip(sealed, { [name]: change }))
    expect(report.verdict).toBe('invalid')
    expect(outcomeOf(report, 'ofd.references')).toBe('fail HASH_FAILURE')
  })

  it('is invalid once a protected file is missing', async () =>
    expect((await verify(rezip(sealed, { 'Doc_0/Pages/Page_1/Content.xml': undefined }))).verdict).toBe('invalid'))

  it('is never valid with a file that lies in the package and is not protected', async () => {
    const report = await verify(rezip(sealed, { 'Doc_0/extra.bin': 'x' }))
    expect(report.verdict).toBe('indeterminate')
    expect(outcomeOf(report, 'ofd.coverage')).toBe('unknown PARTIAL_COVERAGE')
  })

  it('is invalid with another page in it', async () => {
    const added = rezip(sealed, {
      'Doc_0/Document.xml': (xml) =>
        xml.replace('</ofd:Pages>', '<ofd:Page ID="900" BaseLoc="Pages/Page_9/Content.xml"/></ofd:Pages>'),
      'Doc_0/Pages/Page_9/Content.xml': part(sealed, PAGE),
    })
    const report = await verify(added)
    expect(report.verdict).toBe('invalid')
    expect(outcomeOf(report, 'ofd.coverage')).toBe('fail PARTIAL_COVERAGE')
  })

  it('is invalid once the list of files is changed to fit', async () => {
    const digest = (bytes: Uint8Array): string => toBase64(nodeCrypto.digest('sm3', bytes))
    const page = part(sealed, PAGE)
    const other = utf8(new TextDecoder().decode(page).replace('准予', '不予'))
    const report = await verify(
      rezip(sealed, { [PAGE]: other, [SIGNATURE]: (xml) => xml.replace(digest(page), digest(other)) }),
    )
    expect(report.verdict).toBe('invalid')
    expect(outcomeOf(report, 'ofd.references')).toBe('pass')
    expect(outcomeOf(report, 'signature.data-hash')).toBe('fail HASH_FAILURE')
  })

  it('is invalid with the value of another signature', async () => {
    const other = await w.applySeal(smallOfd(3))
    const report = await verify(rezip(sealed, { [VALUE]: part(other, VALUE) }))
    expect(report.verdict).toBe('invalid')
    expect(outcomeOf(report, 'signature.data-hash')).toBe('fail HASH_FAILURE')
  })

  it('is invalid without its signed value, and with an empty one', async () => {
    for (const value of [undefined, new Uint8Array()])
      expect((await verify(rezip(sealed, { [VALUE]: value }))).verdict).toBe('invalid')
  })

  it('is invalid with another picture lying where its seal was', async () => {
    const report = await verify(rezip(sealed, { [SEAL]: 'another seal' }))
    expect(outcomeOf(report, 'ofd.seal-embedded')).toBe('fail SEAL_EMBEDDED_MISMATCH')
    expect(report.verdict).toBe('invalid')
  })
})

describe('a file without signature', () => {
  it('is indeterminate as NO_SIGNATURE, OFD or PDF', async () => {
    for (const bytes of [smallOfd(), await smallPdf()]) {
      const report = await verify(bytes)
      expect(report.verdict).toBe('indeterminate')
      expect(outcomeOf(report, 'file.signature')).toBe('unknown NO_SIGNATURE')
    }
  })

  it('is never valid when the signature was taken out', async () => {
    const signs = [LIST, SIGNATURE, VALUE, SEAL]
    const without = Object.fromEntries(signs.map((name) => [name, undefined]))
    const pointer = { 'OFD.xml': (xml: string) => xml.replace(/<ofd:Signatures>.*?<\/ofd:Signatures>/, '') }
    const report = await verify(rezip(sealed, { ...without, ...pointer }))
    expect(report.verdict).toBe('indeterminate')
    expect(outcomeOf(report, 'file.signature')).toBe('unknown NO_SIGNATURE')
    for (const change of [pointer, without, { [LIST]: undefined }])
      expect((await verify(rezip(sealed, change))).verdict).not.toBe('valid')
  })

  it('is never valid when the list no longer names the signature', async () => {
    const report = await verify(rezip(sealed, { [LIST]: (xml) => xml.replace(/<ofd:Signature [^>]*\/>/, '') }))
    expect(report.verdict).not.toBe('valid')
    expect(outcomeOf(report, 'file.signature')).toBe('unknown NO_SIGNATURE')
  })

  it.each([
    ['no bytes', new Uint8Array()],
    ['text', utf8('just text')],
    ['half a package', 'half'],
  ])('that is %s is invalid as FORMAT_FAILURE, without an exception', async (_, bytes) => {
    const report = await verify(bytes === 'half' ? sealed.subarray(0, sealed.length / 2) : (bytes as Uint8Array))
    expect(report.verdict).toBe('invalid')
    expect(report.checks.map((c) => c.reason)).toContain('FORMAT_FAILURE')
  })
})

describe('two seals', () => {
  it('are both valid when the second came after the first', async () => {
    const twice = await w.applySeal(sealed, { page: 2 })
    expect((await verify(twice)).reports.map((r) => r.verdict)).toEqual(['valid', 'valid'])
  })

  it('as we write them leave nothing to remark', async () => {
    const pdf = await w.applySeal(await w.applySeal(await smallPdf()))
    for (const bytes of [sealed, await w.applySeal(sealed, { page: 2 }), pdf]) {
      const report = await verify(bytes)
      const checks = [...report.checks, ...report.reports.flatMap((r) => r.checks)]
      expect([report.verdict, checks.filter((c) => c.reason === 'NON_CANONICAL_CONTAINER')]).toEqual(['valid', []])
    }
  })

  it('lead with the worse verdict', async () => {
    const twice = await w.applySeal(sealed, { page: 2 })
    const report = await verify(rezip(twice, { 'Doc_0/Signs/Sign_1/SignedValue.dat': 'x' }))
    expect(report.reports.map((r) => r.verdict)).toEqual(['valid', 'invalid'])
    expect(report.verdict).toBe('invalid')
  })
})

/** SES_Signature of the office over any Signature.xml. */
const signXml = async (xml: Uint8Array, propertyInfo: string): Promise<Uint8Array> => {
  const seal = await w.officeSeal()
  const dataHash = nodeCrypto.digest('sm3', xml)
  const embedded = decode(captured(SESeal), seal.der)
  const toSign = draftSignature({ seal: embedded, at: w.clock.now(), dataHash, propertyInfo })
  const { sign } = await w.keys.signer(seal.sm2.keyId)
  return encodeSealSignature(toSign, { cert: seal.sm2.certificate, signature: await sign(toSign.der) })
}

describe('a closing signature that a later one extends', () => {
  const SECOND_XML = 'Doc_0/Signs/Sign_1/Signature.xml'
  const SECOND_VALUE = 'Doc_0/Signs/Sign_1/SignedValue.dat'
  let twice: Uint8Array
  /** A closing signature, the list opened by hand, and a second seal that covers the first. */
  beforeAll(async () => {
    const seal = await w.officeSeal()
    const slot = await prepareOfdSeal({
      ...{ document: smallOfd(), sealDer: seal.der, sealPictureSize: seal.picture, digests: nodeCrypto },
      ...{ placements: [{ page: 1, xMm: 60, yMm: 60 }], at: w.clock.now(), provider: { name: 'Xinyin' } },
      finalize: true,
    })
    const pending = await slot.fill(new Uint8Array([0]))
    const kept = part(pending, SIGNATURE)
    const closed = rezip(pending, { [VALUE]: await signXml(kept, slot.propertyInfo) })
    expect((await verify(closed)).verdict).toBe('valid')
    const reference = /<ofd:Reference FileRef="\/Doc_0\/Signs\/Signatures.xml">.*?<\/ofd:Reference>/
    const opened = rezip(closed, { [SIGNATURE]: (xml) => xml.replace(reference, '') })
    const second = await w.applySeal(opened)
    const digest = (bytes: Uint8Array): string => toBase64(nodeCrypto.digest('sm3', bytes))
    const renamed = rezip(second, {
      [SIGNATURE]: kept,
      [SECOND_XML]: (xml) => xml.replace(digest(part(opened, SIGNATURE)), digest(kept)),
    })
    twice = rezip(renamed, { [SECOND_VALUE]: await signXml(part(renamed, SECOND_XML), `/${SECOND_XML}`) })
  })

  it('is EXTENDED_AFTER and not valid by itself, while the later one is', async () => {
    const report = await verify(twice)
    expect(report.reports.map((r) => r.verdict)).toEqual(['indeterminate', 'valid'])
    expect(report.reports[0]?.checks.find((c) => c.name === 'ofd.references')?.reason).toBe('EXTENDED_AFTER')
  })

  it('is changed, not extended, when the later signature is false', async () => {
    const report = await verify(rezip(twice, { [SECOND_VALUE]: part(twice, VALUE) }))
    expect(report.reports.map((r) => r.verdict)).toEqual(['invalid', 'invalid'])
    expect(report.reports[0]?.checks.find((c) => c.name === 'ofd.references')?.reason).toBe('HASH_FAILURE')
  })

  it('is changed, not extended, when the page changed too', async () =>
    expect((await verify(rezip(twice, { [PAGE]: (xml) => `${xml} ` }))).verdict).toBe('invalid'))
})

describe('the validation time', () => {
  it('before the signing time is invalid', async () => {
    const report = await w.verify(sealed, { trust, at: new Date(w.clock.now().getTime() - 10 * MINUTE) })
    expect(report.verdict).toBe('invalid')
    expect(outcomeOf(report, 'signature.signing-time')).toBe('fail NOT_YET_VALID')
  })
})
