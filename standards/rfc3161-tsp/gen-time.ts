/** genTime (RFC 3161 §2.4.2): GeneralizedTime with an optional fraction, in DER. A Date holds milliseconds; what is finer is cut off. */
import type { Schema } from '../der/index.ts'
import { encodeElement, generalizedTime } from '../der/index.ts'
import { DerError } from '../errors.ts'
import { fromUtf8, utf8 } from '../bytes.ts'

const TAG = 0x18
const whole = generalizedTime()
/** No zeros at the end, and no point without a digit. */
const SHAPE = /^(\d{14})(?:\.(\d{0,8}[1-9]))?Z$/

const textOf = (content: Uint8Array, path: string): string => {
  try {
    return fromUtf8(content)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new DerError(path, 'malformed GeneralizedTime')
  }
}

export const GenTime: Schema<Date> = {
  matches: (tag) => tag === TAG,
  read: (element, context) => {
    const match = SHAPE.exec(textOf(element.content, context.path))
    if (match === null) throw new DerError(context.path, 'malformed GeneralizedTime')
    const content = utf8(`${match[1] as string}Z`)
    const seconds = whole.read({ ...element, content }, context)
    const millis = Number((match[2] ?? '').slice(0, 3).padEnd(3, '0'))
    return new Date(seconds.getTime() + millis)
  },
  write: (d) => {
    const seconds = new TextDecoder('latin1').decode(whole.write(d)).slice(2, -1)
    const fraction = String(d.getTime() % 1000)
      .padStart(3, '0')
      .replace(/0+$/, '')
    return encodeElement(TAG, utf8(`${seconds}${fraction === '' ? '' : `.${fraction}`}Z`))
  },
}
