/**
 * Time-stamp tokens and responses (RFC 3161 §2.4.2). A token is a CMS SignedData, by its CMS or its GM identifier (GB/T 20520), around a
 * TSTInfo. Refuses other content, detached content, a granted response without token and a refusal with one.
 */
import type { Mode } from '../der/index.ts'
import { decode, decodeWith, readSingle, readElement } from '../der/index.ts'
import type { Infer, Leniency } from '../der/index.ts'
import { DerError } from '../errors.ts'
import { OID } from '../oid/index.ts'
import type { ParsedSignedData } from '../rfc5652-cms/index.ts'
import { parseSignedData } from '../rfc5652-cms/index.ts'
import type { MessageImprint } from './imprint.ts'
import { readImprint } from './imprint.ts'
import { TSTInfo, TimeStampResp } from './schema.ts'
import type { PkiFailure, PkiStatus } from './status.ts'
import { pkiFailuresOf, pkiStatusOf } from './status.ts'

export const MAX_TIME_STAMP_BYTES = 256 * 1024

export interface TstInfo {
  readonly policy: string
  readonly imprint: MessageImprint
  /** Content octets. */
  readonly serial: Uint8Array
  readonly genTime: Date
  /** Milliseconds, rounded up; undefined: the token does not say. */
  readonly accuracy?: number
  readonly ordering: boolean
  /** Content octets. */
  readonly nonce?: Uint8Array
  readonly unknownCritical: readonly string[]
}

export interface TimeStampToken {
  /** As received, in whatever lengths. */
  readonly der: Uint8Array
  readonly info: TstInfo
  readonly signedData: ParsedSignedData
  readonly leniencies: readonly Leniency[]
}

export interface TimeStampResponse {
  readonly status: PkiStatus
  readonly failures: readonly PkiFailure[]
  /** What the TSA says in words. */
  readonly text: readonly string[]
  readonly token?: TimeStampToken
}

const accuracyOf = ({ seconds = 0, millis = 0, micros = 0 }: NonNullable<Infer<typeof TSTInfo>['accuracy']>): number =>
  seconds * 1000 + millis + (micros > 0 ? 1 : 0)

/** @throws DerError */
export const parseTstInfo = (der: Uint8Array): TstInfo => {
  const info = decode(TSTInfo, der, 'TSTInfo')
  return {
    policy: info.policy,
    imprint: readImprint(info.messageImprint),
    serial: info.serialNumber,
    genTime: info.genTime,
    ...(info.accuracy === undefined ? {} : { accuracy: accuracyOf(info.accuracy) }),
    ordering: info.ordering,
    ...(info.nonce === undefined ? {} : { nonce: info.nonce }),
    unknownCritical: (info.extensions ?? []).filter((e) => e.critical).map((e) => e.extnID),
  }
}

/** @throws DerError */
export const parseTimeStampToken = (der: Uint8Array, mode: Mode = 'strict'): TimeStampToken => {
  if (der.length > MAX_TIME_STAMP_BYTES) throw new DerError('TimeStampToken', 'too large')
  const signedData = parseSignedData(der, mode)
  if (signedData.contentType !== OID.tstInfo) throw new DerError('TimeStampToken.eContentType', 'not TSTInfo')
  if (signedData.content === undefined) throw new DerError('TimeStampToken.eContent', 'detached')
  return { der, info: parseTstInfo(signedData.content), signedData, leniencies: signedData.leniencies }
}

/** @throws DerError */
export const parseTimeStampResponse = (der: Uint8Array, mode: Mode = 'strict'): TimeStampResponse => {
  if (der.length > MAX_TIME_STAMP_BYTES) throw new DerError('TimeStampResp', 'too large')
  const { status: info, timeStampToken } = decodeWith(TimeStampResp, der, mode, 'TimeStampResp').value
  const status = pkiStatusOf(info.status)
  if (status === undefined) throw new DerError('TimeStampResp.status', 'no such status')
  const granted = status === 'granted' || status === 'grantedWithMods'
  if (granted !== (timeStampToken !== undefined))
    throw new DerError('TimeStampResp.timeStampToken', 'does not fit the status')
  return {
    status,
    failures: pkiFailuresOf(info.failInfo ?? new Set()),
    text: info.statusString ?? [],
    ...(timeStampToken === undefined ? {} : { token: parseTimeStampToken(timeStampToken.der, mode) }),
  }
}

const OBJECT_IDENTIFIER = 0x06

/**
 * The token, whether it came bare or inside its response: both are met in seals. @throws DerError, also for a response without a token
 */
export const parseTimeStamp = (bytes: Uint8Array, mode: Mode = 'strict'): TimeStampToken => {
  const first = bytes[1] === 0x80 ? bytes[2] : firstTag(bytes)
  if (first === OBJECT_IDENTIFIER) return parseTimeStampToken(bytes, mode)
  const { token, status } = parseTimeStampResponse(bytes, mode)
  if (token === undefined) throw new DerError('TimeStampResp.status', status)
  return token
}

const firstTag = (bytes: Uint8Array): number =>
  readElement(readSingle(bytes, { path: 'TimeStamp' }).content, 0, { path: 'TimeStamp' }).tag
