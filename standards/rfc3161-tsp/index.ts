export type { TimeStampRequestDraft } from './encode-time-stamp-request.ts'
export { encodeTimeStampRequest } from './encode-time-stamp-request.ts'
export type { TokenAttributes, TokenToEncode, TstInfoDraft } from './encode-time-stamp.ts'
export {
  encodeTimeStampRefusal,
  encodeTimeStampResponse,
  encodeTimeStampToken,
  encodeTstInfo,
  timeStampAttributes,
} from './encode-time-stamp.ts'
export type { MessageImprint } from './imprint.ts'
export { DIGEST_OIDS, hasDigestLength } from './imprint.ts'
export type { TimeStampRequest } from './parse-time-stamp-request.ts'
export { MAX_REQUEST_BYTES as MAX_TIME_STAMP_REQUEST_BYTES, parseTimeStampRequest } from './parse-time-stamp-request.ts'
export type { TimeStampResponse, TimeStampToken, TstInfo } from './parse-time-stamp.ts'
export { parseTimeStamp, parseTimeStampResponse, parseTimeStampToken, parseTstInfo } from './parse-time-stamp.ts'
export type { PkiFailure, PkiStatus } from './status.ts'
export type { TimeStampQuestion, TimeStampReason, TimeStampVerdict } from './verify-time-stamp.ts'
export { verifyTimeStamp } from './verify-time-stamp.ts'
