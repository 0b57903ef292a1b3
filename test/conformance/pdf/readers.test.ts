/** Programs that we did not write judge our signatures: pdfsig (poppler), openssl cms, Ghostscript and poppler as readers. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toPem } from '../../../standards/bytes.ts'
import { parseLeadingSignedData } from '../../../standards/rfc5652-cms/index.ts'
import { findPdfSignatures } from '../../../src/document/index.ts'
import { coSign, isGood, judge, makePdf, makeSigner, seal } from '../../unit/pdf/signers.ts'
import type { TestSigner } from '../../unit/pdf/signers.ts'
import { skipWithoutProgram, skipWithoutVectors, vectorsDir } from '../../support/outside.ts'

const folder = mkdtempSync(join(tmpdir(), 'xinyin-pdf-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let sm2: TestSigner
let p256: TestSigner
beforeAll(async () => {
  sm2 = await makeSigner('SM2')
  p256 = await makeSigner('P-256', 'Reader twin')
})

const linearise = async (): Promise<Uint8Array> => {
  const [from, to] = [join(folder, 'plain.pdf'), join(folder, 'linear.pdf')]
  writeFileSync(from, await makePdf({ pages: 3 }))
  const options = ['-q', '-dBATCH', '-dNOPAUSE', '-sDEVICE=pdfwrite', '-dFastWebView=true']
  execFileSync('gs', [...options, `-sOutputFile=${to}`, from], { stdio: 'ignore' })
  return new Uint8Array(readFileSync(to))
}

const sources: Readonly<Record<string, () => Promise<Uint8Array>>> = {
  'a classic PDF': () => makePdf(),
  'a PDF with object streams': () => makePdf({ objectStreams: true, form: true }),
  'a turned page': () => makePdf({ rotate: 90 }),
  // Ghostscript 10.0 linearises well but breaks the Info dictionary, which is left out here
  'a linearised PDF': async () => {
    const text = Buffer.from(await linearise()).toString('latin1')
    return new Uint8Array(
      Buffer.from(
        text.replace(/\/Info \d+ 0 R/, (m) => ' '.repeat(m.length)),
        'latin1',
      ),
    )
  },
  "ofdrw's ff.pdf": async () => new Uint8Array(readFileSync(join(vectorsDir() ?? '', 'ofdrw', 'ff.pdf'))),
}

const signBoth = async (source: string): Promise<Uint8Array> => {
  const document = await (sources[source] as () => Promise<Uint8Array>)()
  return coSign({ document: await seal({ document, signer: sm2 }), signer: p256 })
}
const write = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}

const skip =
  skipWithoutProgram('pdfsig') || skipWithoutProgram('gs') || skipWithoutProgram('openssl') || skipWithoutVectors()

describe.skipIf(skip).each(Object.keys(sources))('%s, sealed and signed again', (source) => {
  it('has a P-256 signature that pdfsig calls valid over the total document', async () => {
    const signed = await signBoth(source)
    expect(judge(signed).map((s) => isGood(s.checks))).toEqual([true, true])
    const said = execFileSync('pdfsig', ['-nocert', write('signed.pdf', signed)], { encoding: 'utf8' })
    const twin = said.split('Signature #').find((part) => part.includes('Reader twin')) ?? ''
    expect(twin).toContain('Signature is Valid')
    expect(twin).toContain('Total document signed')
    expect(said).toContain('ETSI.CAdES.detached')
  })

  it('is read by poppler and Ghostscript without a word of repair, and shows the seal', async () => {
    const path = write('read.pdf', await signBoth(source))
    const gs = spawnSync('gs', ['-dBATCH', '-dNOPAUSE', '-sDEVICE=nullpage', path], { encoding: 'utf8' })
    expect(gs.stdout + gs.stderr).not.toMatch(/error|repair|xref/i)
    const image = join(folder, 'page')
    const poppler = spawnSync('pdftoppm', ['-r', '36', '-f', '1', '-l', '1', path, image], { encoding: 'utf8' })
    expect(poppler.stderr).toBe('')
    const ppm = readFileSync(execFileSync('sh', ['-c', `ls ${image}*.ppm | head -1`], { encoding: 'utf8' }).trim())
    let red = 0
    for (let i = 15; i + 2 < ppm.length; i += 3)
      if ((ppm[i] as number) > 180 && (ppm[i + 1] as number) < 90 && (ppm[i + 2] as number) < 100) red++
    expect(red).toBeGreaterThan(200)
  })
})

describe.skipIf(skip)('the message of the P-256 signature', () => {
  it('is one that openssl verifies over the byte ranges, and refuses over other bytes', async () => {
    const signed = await signBoth('a classic PDF')
    const [, signature] = findPdfSignatures(signed)
    const [, length = 0, second = 0] = signature?.byteRange ?? []
    const content = Buffer.concat([signed.subarray(0, length), signed.subarray(second)])
    const contents = signature?.contents ?? new Uint8Array()
    const cms = write('cms.der', contents.subarray(0, parseLeadingSignedData(contents).consumed))
    const ca = write('ca.pem', new TextEncoder().encode(toPem(p256.certificate, 'CERTIFICATE')))
    const verify = (data: Uint8Array) =>
      spawnSync(
        'openssl',
        [
          'cms',
          '-verify',
          '-binary',
          '-cades',
          '-inform',
          'DER',
          '-in',
          cms,
          '-content',
          write('data', data),
          '-CAfile',
          ca,
          '-purpose',
          'any',
          '-out',
          join(folder, 'out'),
        ],
        { encoding: 'utf8' },
      )
    const good = verify(content)
    expect(good.stderr).toMatch(/successful/i)
    content[100] = (content[100] as number) ^ 1
    expect(verify(content).status).not.toBe(0)
  })
})
