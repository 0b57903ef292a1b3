/** GM/T 0031-2014 (V1) 电子签章数据: read only. */
import { DerError } from '../errors.ts'
import type { Schema } from '../der/index.ts'
import {
  bitString,
  captured,
  decode,
  ia5String,
  objectIdentifier,
  octetString,
  sequence,
  smallInteger,
  utcTime,
} from '../der/index.ts'
import { SESeal } from './seal.ts'

export const makeTBS_Sign = <T>(eseal: Schema<T>) =>
  sequence({
    version: smallInteger(),
    eseal,
    timeInfo: bitString(),
    dataHash: bitString(),
    propertyInfo: ia5String(),
    cert: octetString(),
    signatureAlgorithm: objectIdentifier(),
  })

export const makeSES_Signature = <T>(eseal: Schema<T>) =>
  sequence({ toSign: captured(makeTBS_Sign(eseal)), signature: bitString() })

export const SES_Signature = makeSES_Signature(captured(SESeal))

export interface TimeInfo {
  /** Undefined when the field holds a token, or text that is no time. */
  readonly time?: Date
  /** A time stamp token (GB/T 20520), as received. */
  readonly token?: Uint8Array
}

/** The field may hold a token or a UTCTime; real files also hold bare text such as 20211014033404Z. */
export const readTimeInfo = (bytes: Uint8Array): TimeInfo => {
  if (bytes[0] === 0x30) return { token: bytes }
  const time = bytes[0] === 0x17 ? readUtcTime(bytes) : readTimeText(new TextDecoder('latin1').decode(bytes).trim())
  return time === undefined ? {} : { time }
}

const readUtcTime = (bytes: Uint8Array): Date | undefined => {
  try {
    return decode(utcTime(), bytes)
  } catch (error) {
    if (error instanceof DerError) return undefined
    throw error
  }
}

const readTimeText = (text: string): Date | undefined => {
  const match =
    /^(\d{4})-?(\d\d)-?(\d\d)[T ]?(\d\d):?(\d\d):?(\d\d)(\.\d{1,9})?(Z?)$/.exec(text) ??
    /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)()(Z)$/.exec(text)
  if (match === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number)
  const utc = Date.UTC(year < 100 ? 2000 + year : year, month - 1, day, hour, minute, second)
  const date = new Date(match[8] === 'Z' ? utc : utc - 8 * 3_600_000)
  const onCalendar =
    new Date(utc).getUTCMonth() === month - 1 &&
    new Date(utc).getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60
  return onCalendar ? date : undefined
}
