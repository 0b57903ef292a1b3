/** RFC 3161 §2.4 as schema values; names are the standard's own. */
import {
  any,
  bitFlags,
  boolean,
  captured,
  explicit,
  implicit,
  integerBytes,
  mapped,
  objectIdentifier,
  octetString,
  optional,
  sequence,
  sequenceOf,
  smallInteger,
  utf8String,
  withDefault,
} from '../der/index.ts'
import type { Schema } from '../der/index.ts'
import { DerError } from '../errors.ts'
import { AlgorithmIdentifier, Extensions } from '../rfc5280-x509/index.ts'
import { GenTime } from './gen-time.ts'

const version1: Schema<number> = mapped(
  smallInteger(),
  (v, context) => {
    if (v !== 1) throw new DerError(context.path, 'version other than v1')
    return v
  },
  (v) => v,
)

export const MessageImprint = sequence({ hashAlgorithm: AlgorithmIdentifier, hashedMessage: octetString() })

const LONGEST_NUMBER = 64

/** Nonces and serial numbers: numbers of up to 512 bits, kept as their content octets. */
const number: Schema<Uint8Array> = mapped(
  integerBytes(),
  (content, context) => {
    if (content.length > LONGEST_NUMBER) throw new DerError(context.path, 'INTEGER too large')
    return content
  },
  (content) => content,
)

export const TimeStampReq = sequence({
  version: version1,
  messageImprint: MessageImprint,
  reqPolicy: optional(objectIdentifier()),
  nonce: optional(number),
  certReq: withDefault(boolean(), false),
  extensions: optional(implicit(0, Extensions, true)),
})

const thousandth: Schema<number> = mapped(
  smallInteger(),
  (n, context) => {
    if (n < 1 || n > 999) throw new DerError(context.path, 'not 1 to 999')
    return n
  },
  (n) => n,
)

const Accuracy = sequence({
  seconds: optional(smallInteger()),
  millis: optional(implicit(0, thousandth)),
  micros: optional(implicit(1, thousandth)),
})

export const TSTInfo = sequence({
  version: version1,
  policy: objectIdentifier(),
  messageImprint: MessageImprint,
  serialNumber: number,
  genTime: GenTime,
  accuracy: optional(Accuracy),
  ordering: withDefault(boolean(), false),
  nonce: optional(number),
  tsa: optional(explicit(0, any())),
  extensions: optional(implicit(1, Extensions, true)),
})

const PKIStatusInfo = sequence({
  status: smallInteger(),
  statusString: optional(sequenceOf(utf8String())),
  failInfo: optional(bitFlags()),
})

export const TimeStampResp = sequence({
  status: PKIStatusInfo,
  /** A ContentInfo, read by ../rfc5652-cms from these bytes. */
  timeStampToken: optional(captured(any())),
})
