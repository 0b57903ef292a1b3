/**
 * ISO 32000-1 §7.4.4: FlateDecode with PNG predictors, for cross-reference and object streams only.
 * Refuses other filters and more output than `limit` bytes.
 */
import { Unzlib } from 'fflate'
import { FormatError } from '../errors.ts'
import { concat } from '../bytes.ts'
import type { PdfDict } from './values.ts'
import { asArray, asCount, asDict, asName, malformed } from './values.ts'

const CHUNK = 16 * 1024
const PNG_PREDICTORS = 10

/** Decodes the data of a structural stream. @throws FormatError PDF_MALFORMED, PDF_UNSUPPORTED_FILTER, PDF_TOO_LARGE */
export const decodeStream = (dict: PdfDict, data: Uint8Array, limit: number): Uint8Array => {
  const filter = single(dict.entries.get('Filter') ?? null)
  if (filter === null) return data
  if (asName(filter) !== 'FlateDecode')
    throw new FormatError('PDF_UNSUPPORTED_FILTER', 'structural stream is not Flate')
  const parameters = asDict(single(dict.entries.get('DecodeParms') ?? null) ?? undefined)
  return unpredict(inflate(data, limit), parameters)
}

const single = (value: Parameters<typeof asArray>[0]) => {
  const items = asArray(value)
  if (items === undefined) return value ?? null
  if (items.length > 1) throw new FormatError('PDF_UNSUPPORTED_FILTER', 'several filters')
  return items[0] ?? null
}

const inflate = (data: Uint8Array, limit: number): Uint8Array => {
  const chunks: Uint8Array[] = []
  let size = 0
  const stream = new Unzlib((chunk) => {
    size += chunk.length
    if (size > limit) throw new FormatError('PDF_TOO_LARGE', 'stream inflates beyond its limit')
    chunks.push(chunk)
  })
  try {
    for (let at = 0; at < data.length; at += CHUNK)
      stream.push(data.subarray(at, at + CHUNK), at + CHUNK >= data.length)
  } catch (error) {
    if (error instanceof FormatError) throw error
    throw malformed('stream does not inflate')
  }
  return concat(...chunks)
}

const unpredict = (data: Uint8Array, parameters: PdfDict | undefined): Uint8Array => {
  const get = (key: string, byDefault: number): number => {
    const count = asCount(parameters?.entries.get(key) ?? byDefault)
    if (count === undefined || count === 0 || count > 1 << 16) throw malformed('filter parameter')
    return count
  }
  const predictor = get('Predictor', 1)
  if (predictor === 1) return data
  if (predictor < PNG_PREDICTORS) throw new FormatError('PDF_UNSUPPORTED_FILTER', 'TIFF predictor')
  const sample = get('Colors', 1) * get('BitsPerComponent', 8)
  return unfilterPng(data, { pixel: Math.max(1, sample >> 3), row: Math.ceil((sample * get('Columns', 1)) / 8) })
}

const unfilterPng = (data: Uint8Array, { pixel, row }: { pixel: number; row: number }): Uint8Array => {
  const rows = Math.floor(data.length / (row + 1))
  if (rows * (row + 1) !== data.length) throw malformed('predictor rows')
  const out = new Uint8Array(rows * row)
  for (let r = 0; r < rows; r++) {
    const type = data[r * (row + 1)] as number
    if (type > 4) throw malformed('predictor type')
    for (let i = 0; i < row; i++) {
      const here = r * row + i
      const left = i >= pixel ? (out[here - pixel] as number) : 0
      const up = r > 0 ? (out[here - row] as number) : 0
      const corner = r > 0 && i >= pixel ? (out[here - row - pixel] as number) : 0
      out[here] = (data[r * (row + 1) + 1 + i] as number) + predict(type, left, up, corner)
    }
  }
  return out
}

/** ISO/IEC 15948 §9.2. */
const predict = (type: number, left: number, up: number, corner: number): number => {
  if (type === 0) return 0
  if (type === 1) return left
  if (type === 2) return up
  if (type === 3) return (left + up) >> 1
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)]
  return a <= b && a <= c ? left : b <= c ? up : corner
}
