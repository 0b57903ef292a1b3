/** Self-signed signers and small documents for the PDF tests; keys are made anew in each run. */
import { PDFDocument, StandardFonts, degrees } from '@cantoo/pdf-lib'
import { OID } from '../../../standards/oid/index.ts'
import {
  encodeCertificate,
  encodeName,
  encodeTbsCertificate,
  keyUsageExtension,
} from '../../../standards/rfc5280-x509/index.ts'
import { generatePkcs8, nodeCrypto, signerFromPkcs8 } from '../../../src/crypto/node.ts'
import type { Signer } from '../../../src/crypto/index.ts'
import { findPdfSignatures, preparePdfReaderSignature, preparePdfSeal } from '../../../src/document/index.ts'
import { verifyPdfSignatureStructure } from '../../../src/document/index.ts'
import type { Placement, PdfSigner, SealPicture } from '../../../src/document/index.ts'
import type { Check } from '../../../src/kernel/index.ts'

export const AT = new Date('2026-11-21T08:00:00Z')

export interface TestSigner extends PdfSigner {
  readonly key: Signer
}

export const makeSigner = async (algorithm: 'SM2' | 'P-256', text = '云湖省测试印章'): Promise<TestSigner> => {
  const key = signerFromPkcs8(generatePkcs8(algorithm))
  const name = encodeName([
    { oid: OID.country, text: 'CN' },
    { oid: OID.commonName, text },
  ])
  const tbs = encodeTbsCertificate({
    serial: Uint8Array.of(0x4a, 0x01),
    algorithm: key.algorithm,
    issuer: name,
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2029-01-01T00:00:00Z'),
    subject: name,
    publicKey: key.publicKey,
    extensions: [keyUsageExtension([0, 1])],
  })
  const certificate = encodeCertificate({ tbs, algorithm: key.algorithm, signature: await key.sign(tbs) })
  return { key, certificate, chain: [] }
}

const RING =
  'M 195 100 C 195 152.5 152.5 195 100 195 C 47.5 195 5 152.5 5 100 C 5 47.5 47.5 5 100 5 C 152.5 5 195 47.5 195 100 Z'
export const PICTURE: SealPicture = {
  type: 'SVG',
  data: new Uint8Array(),
  widthMm: 40,
  heightMm: 40,
  outline: [
    { path: 'M 100 30 L 140 160 L 35 80 L 165 80 L 60 160 Z', fill: true },
    { path: RING, fill: false, strokeWidth: 6 },
  ],
  outlineSize: 200,
}

/** Stands for a SESeal: any DER. */
export const SEAL_DER = Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x07)

export interface SealTest {
  readonly document: Uint8Array
  readonly signer: TestSigner
  readonly placements?: readonly Placement[]
}

export const seal = async ({
  document,
  signer,
  placements = [{ page: 1, xMm: 60, yMm: 50 }],
}: SealTest): Promise<Uint8Array> => {
  const slot = await preparePdfSeal({
    document,
    sealDer: SEAL_DER,
    picture: PICTURE,
    placements,
    at: AT,
    name: '云湖省政务服务局',
    reason: '签章',
    signer,
    digests: nodeCrypto,
  })
  return slot.fill(await signer.key.sign(slot.toSign))
}

export const coSign = async ({ document, signer }: SealTest): Promise<Uint8Array> => {
  const slot = await preparePdfReaderSignature({ document, at: AT, signer, digests: nodeCrypto })
  return slot.fill(await signer.key.sign(slot.toSign))
}

export interface PdfOptions {
  readonly objectStreams?: boolean
  readonly pages?: number
  readonly rotate?: number
  readonly form?: boolean
  readonly crop?: readonly [number, number, number, number]
}

export const makePdf = async ({
  objectStreams = false,
  pages = 2,
  rotate = 0,
  form = false,
  crop,
}: PdfOptions = {}): Promise<Uint8Array> => {
  const pdf = await PDFDocument.create()
  const font = await pdf.embedFont(StandardFonts.Helvetica)
  for (let i = 0; i < pages; i++) {
    const page = pdf.addPage([595, 842])
    page.drawText(`Page ${i + 1}: amount payable 100`, { x: 60, y: 700, size: 18, font })
    page.setRotation(degrees(rotate))
    if (crop !== undefined) page.setCropBox(...crop)
  }
  if (form) pdf.getForm().createTextField('note').addToPage(pdf.getPage(0), { x: 60, y: 600, width: 200, height: 20 })
  return pdf.save({ useObjectStreams: objectStreams })
}

/** Checks of each signature, in order. */
export const judge = (bytes: Uint8Array, mode: 'strict' | 'compat' = 'strict') =>
  findPdfSignatures(bytes).map((s) => verifyPdfSignatureStructure(bytes, s, { crypto: nodeCrypto, mode }))

export const outcomes = (checks: readonly Check[]): Readonly<Record<string, string>> =>
  Object.fromEntries(checks.map((c) => [c.name, c.outcome]))

export const isGood = (checks: readonly Check[]): boolean =>
  checks.some((c) => c.name === 'cms.signature' && c.outcome === 'pass') &&
  checks.every((c) => c.outcome === 'pass' || c.outcome === 'notice' || c.outcome === 'notRun')

/** Bytes appended as an incremental update, written as an attacker would: plain objects and a classic table. */
export const appendRevision = (
  bytes: Uint8Array,
  objects: Readonly<Record<number, string>>,
  root: string,
): Uint8Array => {
  const file = Buffer.from(bytes).toString('latin1')
  const prev = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(file)?.[1]
  const sizes = [...file.matchAll(/\/Size (\d+)/g)].map((m) => Number(m[1]))
  let out = file
  const entries: string[] = []
  for (const [number, body] of Object.entries(objects)) {
    entries.push(`${number} 1\n${String(out.length).padStart(10, '0')} 00000 n\r\n`)
    out += `${number} 0 obj\n${body}\nendobj\n`
  }
  const size = Math.max(...sizes, ...Object.keys(objects).map((n) => Number(n) + 1))
  const start = out.length
  out += `xref\n${entries.join('')}trailer\n<</Size ${size} /Root ${root} /Prev ${prev}>>\nstartxref\n${start}\n%%EOF\n`
  return new Uint8Array(Buffer.from(out, 'latin1'))
}
