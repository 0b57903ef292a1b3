/**
 * TimeStampReq (RFC 3161 §2.4.1), strict DER. Refuses other versions, nonces beyond 512 bits and requests beyond 8 KiB; which digests,
 * policies and extensions are served is the caller's to say.
 */
import { decode } from '../der/index.ts'
import { DerError } from '../errors.ts'
import type { MessageImprint } from './imprint.ts'
import { readImprint } from './imprint.ts'
import { TimeStampReq } from './schema.ts'

export const MAX_REQUEST_BYTES = 8 * 1024

export interface TimeStampRequest {
  readonly imprint: MessageImprint
  readonly policy?: string
  /** Content octets of the INTEGER. */
  readonly nonce?: Uint8Array
  readonly certReq: boolean
  /** Identifiers of its extensions, critical or not. */
  readonly extensions: readonly string[]
}

/** @throws DerError */
export const parseTimeStampRequest = (der: Uint8Array): TimeStampRequest => {
  if (der.length > MAX_REQUEST_BYTES) throw new DerError('TimeStampReq', 'too large')
  const { messageImprint, reqPolicy, nonce, certReq, extensions = [] } = decode(TimeStampReq, der, 'TimeStampReq')
  return {
    imprint: readImprint(messageImprint),
    ...(reqPolicy === undefined ? {} : { policy: reqPolicy }),
    ...(nonce === undefined ? {} : { nonce }),
    certReq,
    extensions: extensions.map((e) => e.extnID),
  }
}
