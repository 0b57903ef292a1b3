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
import { faceOrnament } from './face-ornament.ts'
import type { Licence } from './licence.ts'
import { metadataDigest } from './licence-snapshot.ts'
import type { LicenceType } from './licence-type.ts'
import { SALT_ELEMENT } from './salt.ts'
import type { LicenceDeps } from './ports.ts'

const PAGE = { width: 210, height: 297 }
const LABEL: OfdColour = [107, 90, 46]
const INK: OfdColour = [20, 20, 20]
const LINE: OfdColour = [201, 189, 156]
/** Between these heights stand the rows; what is too long for them is set smaller, as it must stay clear of the code and the seal. */
const ROOM = { top: 92, bottom: 206 }
const ROWS = {
  labelRight: 72,
  valueLeft: 78,
  width: 108,
  size: 5.4,
  labelSize: 4.7,
  leading: 7.4,
  gap: 6.2,
  widest: 10,
}
const CODE = { left: 30, top: 222, size: 34 }
/** The seal stands across the date (骑年盖月), under its star; the authority's name above stays readable. */
const SEAL = { x: 147, y: 247 }
const FOOT = { labelTop: 215, authorityTop: 223.5, dateTop: 258.8, width: 84, idTop: 277 }

export interface Face {
  readonly ofd: Uint8Array
  /** Across the date. */
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
    ...faceOrnament(PAGE, [PAGE.width / 2, (ROOM.top + ROOM.bottom) / 2]),
    centred(deps.font, metadata.name, { y: 60, size: 15, spacing: 2.4, bold: true }),
    centred(deps.font, `${type.numberLabel}：${metadata.number}`, { y: 74, size: 4.8 }),
    ...rows(deps.font, rowsOf(type, licence)),
    ...qr(`${deps.publicUrl}/verify?id=${encodeURIComponent(licence.licenceId)}&d=${digest}`),
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
  return { ofd, sealPlacement: { page: 1, xMm: SEAL.x, yMm: SEAL.y } }
}

const rowsOf = (type: LicenceType, { metadata, holder }: Licence): readonly Row[] => [
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

interface CentredPlace extends Omit<TextPlace, 'x'> {
  /** Middle and greatest width; of the page when absent. */
  readonly x?: number
  readonly width?: number
  readonly spacing?: number
  readonly bold?: boolean
}

/** Smaller when it would be too wide. */
const centred = (font: FaceFont, value: string, place: CentredPlace): OfdTextObject => {
  const { x = PAGE.width / 2, width = 150, spacing = 0, bold = false, size, ...rest } = place
  const natural = widthOf(font, value, size) + spacing * ([...value].length - 1)
  const fit = Math.min(1, width / natural)
  const set = text(font, value, { ...rest, x: x - (natural * fit) / 2, size: size * fit }, spacing * fit)
  return bold ? { ...set, bold } : set
}

/** Marks that must not begin a line; they may stand out at its end. */
const CLOSING = '，。、；：！？）》」』”’】〉·,.;:!?)'

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
    if (used + advance > width && !CLOSING.includes(character)) {
      lines.push('')
      used = 0
    }
    lines[lines.length - 1] += character
    used += advance
  }
  return lines
}

type Row = readonly [label: string, value: string]

interface SetRows {
  readonly scale: number
  readonly lines: readonly (readonly string[])[]
  readonly height: number
}

const setRows = (font: FaceFont, all: readonly Row[], scale: number): SetRows => {
  const lines = all.map(([, value]) => wrap(font, value, { size: ROWS.size * scale, width: ROWS.width }))
  const height = scale * lines.reduce((sum, l) => sum + (l.length - 1) * ROWS.leading + ROWS.size + ROWS.gap, 0)
  return { scale, lines, height }
}

const SCALES = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.45, 0.4]

const rows = (font: FaceFont, all: readonly Row[]): OfdObject[] => {
  const room = ROOM.bottom - ROOM.top
  const tried = SCALES.map((scale) => setRows(font, all, scale))
  const set = tried.find(({ height }) => height <= room) ?? (tried.at(-1) as SetRows)
  const { scale, lines } = set
  const gap = Math.min(ROWS.gap * scale + Math.max(0, room - set.height) / all.length, ROWS.widest)
  const out: OfdObject[] = []
  let y = ROOM.top
  all.forEach(([label], i) => {
    const size = Math.min(ROWS.labelSize * scale, (ROWS.labelSize * 50) / widthOf(font, label, ROWS.labelSize))
    out.push(text(font, label, { x: ROWS.labelRight - widthOf(font, label, size), y, size, colour: LABEL }))
    for (const [n, line] of (lines[i] ?? []).entries()) {
      if (n > 0) y += ROWS.leading * scale
      out.push(text(font, line, { x: ROWS.valueLeft, y, size: ROWS.size * scale }), rule(y + 2.4 * scale))
    }
    y += ROWS.size * scale + gap
  })
  return out
}

const rule = (y: number): OfdPathObject => ({
  kind: 'path',
  data: `M ${ROWS.valueLeft - 2} ${y.toFixed(2)} L ${ROWS.valueLeft + ROWS.width} ${y.toFixed(2)}`,
  stroke: LINE,
  lineWidthMm: 0.25,
})

/** One filled path; runs of dark modules in a row become one rectangle. */
const qr = (content: string): OfdPathObject[] => {
  const { size, data } = QRCode.create(content, { errorCorrectionLevel: 'M' }).modules
  const unit = CODE.size / size
  const at = (n: number, origin: number): string => (origin + n * unit).toFixed(3)
  let path = ''
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      if (data[row * size + column] === 0) continue
      const start = column
      while (column + 1 < size && data[row * size + column + 1] !== 0) column++
      const [left, right] = [at(start, CODE.left), at(column + 1, CODE.left)]
      const [top, bottom] = [at(row, CODE.top), at(row + 1, CODE.top)]
      path += `M ${left} ${top} L ${right} ${top} L ${right} ${bottom} L ${left} ${bottom} C `
    }
  return [{ kind: 'path', data: path.trim(), fill: INK }]
}

const foot = (font: FaceFont, { metadata, licenceId }: Licence): OfdTextObject[] => [
  centred(font, '扫码核验', { x: CODE.left + CODE.size / 2, y: CODE.top + CODE.size + 6, size: 3.4, colour: LABEL }),
  centred(font, '发证机关', { x: SEAL.x, y: FOOT.labelTop, size: 4.6, colour: LABEL }),
  centred(font, metadata.issuingAuthority, { x: SEAL.x, y: FOOT.authorityTop, size: 5.4, width: FOOT.width }),
  centred(font, day(metadata.issuedOn), { x: SEAL.x, y: FOOT.dateTop, size: 5.2 }),
  centred(font, `证照标识：${licenceId}`, { y: FOOT.idTop, size: 3.2, colour: LABEL, width: 140 }),
]
