/**
 * The face of a licence (GB/T 36905): an OFD page with the embedded font subset, a QR code for looking it up, and the metadata inside
 * the file. What a person reads is drawn from the same metadata that a program reads. No personal data in the QR code.
 */
import QRCode from 'qrcode'
import { buildOfd } from '../../standards/gbt-33190-ofd/index.ts'
import type { OfdColour, OfdObject, OfdPathObject, OfdTextObject } from '../../standards/gbt-33190-ofd/index.ts'
import { writeMetadata } from '../../standards/gbt-36903-licence-metadata/index.ts'
import type { Placement } from '../document/ports.ts'
import type { FaceFont } from './face-font.ts'
import type { Licence } from './licence.ts'
import { metadataDigest } from './licence-snapshot.ts'
import type { LicenceType } from './licence-type.ts'
import { SALT_ELEMENT } from './salt.ts'
import type { LicenceDeps } from './ports.ts'

const PAGE = { width: 210, height: 297 }
const GOLD: OfdColour = [154, 131, 80]
const LABEL: OfdColour = [107, 90, 46]
const INK: OfdColour = [20, 20, 20]
const LINE: OfdColour = [201, 189, 156]
const ROWS = { top: 88, labelRight: 72, valueLeft: 78, width: 108, size: 5.4, labelSize: 4.7, leading: 7.4, gap: 6.2 }
const FOOT = { qrLeft: 28, qrTop: 222, qrSize: 34, authorityLeft: 116, top: 226 }

export interface Face {
  readonly ofd: Uint8Array
  /** Over the authority's name and date. */
  readonly sealPlacement: Placement
}

type Deps = Pick<LicenceDeps, 'font' | 'digests' | 'publicUrl'>

export const drawFace = async (
  deps: Deps,
  { type, licence }: { readonly type: LicenceType; readonly licence: Licence },
): Promise<Face> => {
  const { metadata } = licence
  const digest = metadataDigest(deps.digests, metadata, licence.salt).slice(0, 16)
  const objects: OfdObject[] = [
    ...frame(),
    ...centred(deps.font, metadata.name, { y: 60, size: 13, spacing: 2 }),
    ...centred(deps.font, `${type.numberLabel}：${metadata.number}`, { y: 72, size: 4.6, spacing: 0 }),
    ...rows(deps.font, rowsOf(type, licence)),
    ...qr(`${deps.publicUrl}/verify?id=${encodeURIComponent(licence.licenceId)}&d=${digest}`),
    text(deps.font, '扫码核验', { x: FOOT.qrLeft, y: FOOT.qrTop + FOOT.qrSize + 6, size: 3.4, colour: LABEL }),
    ...foot(deps.font, licence),
  ]
  const drawn = objects.flatMap((o) => (o.kind === 'text' ? [o.text] : [])).join('')
  const ofd = buildOfd({
    docId: licence.id.replaceAll('-', ''),
    creationDate: metadata.issuedOn,
    title: metadata.name,
    creator: 'Xinyin',
    customDatas: [...writeMetadata(metadata), { name: SALT_ELEMENT, value: licence.salt }],
    pages: [{ widthMm: PAGE.width, heightMm: PAGE.height, objects }],
    fonts: [{ name: deps.font.name, ttf: await deps.font.subset(drawn) }],
  })
  return { ofd, sealPlacement: { page: 1, xMm: FOOT.authorityLeft + 34, yMm: FOOT.top + 14 } }
}

const rowsOf = (
  type: LicenceType,
  { metadata, holder }: Licence,
): readonly (readonly [label: string, value: string])[] => [
  ['持证主体', metadata.holder],
  [metadata.holderCodeType, holder.kind === 'entity' ? metadata.holderCode : maskCitizenId(metadata.holderCode)],
  ...type.fields.flatMap((f): [string, string][] => {
    const value = metadata.extensions[f.key] ?? ''
    return value === '' ? [] : [[f.label, value]]
  }),
  [
    '有效期',
    metadata.validTo === '9999-12-31'
      ? `自 ${day(metadata.validFrom)} 起长期有效`
      : `${day(metadata.validFrom)} 至 ${day(metadata.validTo)}`,
  ],
]

const maskCitizenId = (code: string): string => `${code.slice(0, 4)}**********${code.slice(-4)}`

const day = (iso: string): string => {
  const [year = '', month = '', date = ''] = iso.split('-')
  return `${year}年${Number(month)}月${Number(date)}日`
}

interface TextPlace {
  readonly x: number
  readonly y: number
  readonly size: number
  readonly colour?: OfdColour
}

const text = (font: FaceFont, value: string, { x, y, size, colour = INK }: TextPlace, spacing = 0): OfdTextObject => ({
  kind: 'text',
  xMm: x,
  yMm: y,
  sizeMm: size,
  font: font.name,
  text: value,
  advances: font.advances(value).map((a) => a * size + spacing),
  colour,
})

const widthOf = (font: FaceFont, value: string, size: number): number =>
  font.advances(value).reduce((sum, a) => sum + a * size, 0)

const centred = (
  font: FaceFont,
  value: string,
  { y, size, spacing }: { readonly y: number; readonly size: number; readonly spacing: number },
): OfdTextObject[] => {
  const width = widthOf(font, value, size) + spacing * ([...value].length - 1)
  const fit = Math.min(1, 170 / width)
  return [text(font, value, { x: (PAGE.width - width * fit) / 2, y, size: size * fit }, spacing * fit)]
}

/** Breaks between characters, as Chinese text does. */
const wrap = (
  font: FaceFont,
  value: string,
  { size, width }: { readonly size: number; readonly width: number },
): string[] => {
  const lines = ['']
  let used = 0
  for (const character of value) {
    const advance = widthOf(font, character, size)
    if (used + advance > width) {
      lines.push('')
      used = 0
    }
    lines[lines.length - 1] += character
    used += advance
  }
  return lines
}

const rows = (font: FaceFont, all: readonly (readonly [label: string, value: string])[]): OfdObject[] => {
  const out: OfdObject[] = []
  let y = ROWS.top
  for (const [label, value] of all) {
    const labelWidth = widthOf(font, label, ROWS.labelSize)
    out.push(text(font, label, { x: ROWS.labelRight - labelWidth, y, size: ROWS.labelSize, colour: LABEL }))
    for (const line of wrap(font, value, ROWS)) {
      out.push(text(font, line, { x: ROWS.valueLeft, y, size: ROWS.size }), rule(y + 2.4))
      y += ROWS.leading
    }
    y += ROWS.gap
  }
  return out
}

const rule = (y: number): OfdPathObject => ({
  kind: 'path',
  data: `M ${ROWS.valueLeft - 2} ${y.toFixed(2)} L ${ROWS.valueLeft + ROWS.width} ${y.toFixed(2)}`,
  stroke: LINE,
  lineWidthMm: 0.25,
})

const box = (inset: number): string => {
  const [left, top, right, bottom] = [inset, inset, PAGE.width - inset, PAGE.height - inset]
  return `M ${left} ${top} L ${right} ${top} L ${right} ${bottom} L ${left} ${bottom} C`
}

const frame = (): OfdPathObject[] => [
  { kind: 'path', data: box(10), stroke: GOLD, lineWidthMm: 1.6 },
  { kind: 'path', data: box(13), stroke: GOLD, lineWidthMm: 0.4 },
]

/** One filled path; runs of dark modules in a row become one rectangle. */
const qr = (content: string): OfdPathObject[] => {
  const { size, data } = QRCode.create(content, { errorCorrectionLevel: 'M' }).modules
  const unit = FOOT.qrSize / size
  const at = (n: number, origin: number): string => (origin + n * unit).toFixed(3)
  let path = ''
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      if (data[row * size + column] === 0) continue
      const start = column
      while (column + 1 < size && data[row * size + column + 1] !== 0) column++
      const [left, right] = [at(start, FOOT.qrLeft), at(column + 1, FOOT.qrLeft)]
      const [top, bottom] = [at(row, FOOT.qrTop), at(row + 1, FOOT.qrTop)]
      path += `M ${left} ${top} L ${right} ${top} L ${right} ${bottom} L ${left} ${bottom} C `
    }
  return [{ kind: 'path', data: path.trim(), fill: INK }]
}

const foot = (font: FaceFont, { metadata }: Licence): OfdTextObject[] => {
  const x = FOOT.authorityLeft
  const width = widthOf(font, metadata.issuingAuthority, 5.4)
  const size = 5.4 * Math.min(1, 76 / width)
  return [
    text(font, '发证机关', { x, y: FOOT.top, size: 4.6, colour: LABEL }),
    text(font, metadata.issuingAuthority, { x, y: FOOT.top + 14, size }),
    text(font, day(metadata.issuedOn), { x: x + 14, y: FOOT.top + 26, size: 5.2 }),
  ]
}
