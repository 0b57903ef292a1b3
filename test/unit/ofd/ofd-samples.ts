/** Small packages for the OFD tests, and digests by OpenSSL, which we did not write. */
import { createHash } from 'node:crypto'
import { zipSync } from 'fflate'
import { concat, utf8 } from '../../../standards/bytes.ts'
import { FormatError } from '../../../standards/errors.ts'
import type { DigestAlgorithm, Digests } from '../../../standards/ports.ts'
import { buildOfd } from '../../../standards/gbt-33190-ofd/index.ts'
import { prepareOfdSeal } from '../../../src/document/index.ts'
import type { OfdSealRequest } from '../../../src/document/index.ts'

export const digests: Digests = {
  digest: (algorithm: DigestAlgorithm, ...parts) =>
    new Uint8Array(
      createHash(algorithm)
        .update(concat(...parts))
        .digest(),
    ),
}

/** The reason of the FormatError that `work` throws; anything else is rethrown. */
export const reasonOf = (work: () => unknown): string | undefined => {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof FormatError) return error.reason
    throw error
  }
}

const NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
export const PARTS: Readonly<Record<string, string>> = {
  'OFD.xml': `<ofd:OFD ${NS} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>0123456789abcdef0123456789abcdef</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`,
  'Doc_0/Document.xml': `<ofd:Document ${NS}><ofd:CommonData><ofd:MaxUnitID>9</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>`,
  'Doc_0/PublicRes.xml': `<ofd:Res ${NS} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="3" FontName="宋体"/></ofd:Fonts></ofd:Res>`,
  'Doc_0/Pages/Page_0/Content.xml': `<ofd:Page ${NS}><ofd:Content><ofd:Layer ID="2"><ofd:TextObject ID="4" Boundary="20 20 170 10" Font="3" Size="5.644"><ofd:TextCode X="0" Y="7">电子证照</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>`,
}

type Change = string | Uint8Array | undefined
/** The smallest document, with files changed, added or (undefined) removed; zipped by fflate. */
export const sampleOfd = (changes: Readonly<Record<string, Change>> = {}): Uint8Array => {
  const files: Record<string, Uint8Array> = {}
  for (const [name, content] of Object.entries({ ...PARTS, ...changes }) as [string, Change][])
    if (content !== undefined) files[name] = typeof content === 'string' ? utf8(content) : content
  return zipSync(files)
}

/** `count` pages of A4 by our own writer. */
export const pagesOfd = (count: number): Uint8Array =>
  buildOfd({
    docId: '0123456789abcdef0123456789abcdef',
    creationDate: '2026-11-21',
    fonts: [{ name: '宋体' }],
    pages: Array.from({ length: count }, (_, i) => ({
      widthMm: 210,
      heightMm: 297,
      objects: [
        {
          kind: 'text',
          xMm: 20,
          yMm: 30,
          sizeMm: 5,
          font: '宋体',
          text: `第${i + 1}`,
          advances: [...`第${i + 1}`].map(() => 5),
        },
      ],
    })),
  })

export const SEAL = utf8('a seal would stand here')
export const VALUE = utf8('a signature value would stand here')

export const request = (document: Uint8Array, more: Partial<OfdSealRequest> = {}): OfdSealRequest => ({
  document,
  sealDer: SEAL,
  sealPictureSize: { widthMm: 40, heightMm: 40 },
  placements: [{ page: 1, xMm: 10, yMm: 20 }],
  at: new Date('2026-11-21T08:09:10.500Z'),
  digests,
  provider: { name: 'xinyin', version: '0.1.0' },
  ...more,
})

export const sealed = async (document: Uint8Array, more: Partial<OfdSealRequest> = {}): Promise<Uint8Array> =>
  (await prepareOfdSeal(request(document, more))).fill(VALUE)
