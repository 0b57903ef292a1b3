/** Writes a TimeStampReq (RFC 3161 §2.4.1). */
import { encode } from '../der/index.ts'
import type { DigestAlgorithm } from '../ports.ts'
import { DerError } from '../errors.ts'
import { positiveInteger } from '../rfc5280-x509/index.ts'
import { DIGEST_OIDS } from './imprint.ts'
import { TimeStampReq } from './schema.ts'

export interface TimeStampRequestDraft {
  readonly algorithm: DigestAlgorithm
  readonly hash: Uint8Array
  readonly policy?: string
  /** Magnitude. */
  readonly nonce?: Uint8Array
  readonly certReq: boolean
}

/** @throws DerError for a digest that is not to be asked for: SHA-1, MD5 */
export const encodeTimeStampRequest = (draft: TimeStampRequestDraft): Uint8Array => {
  const algorithm = DIGEST_OIDS[draft.algorithm]
  if (algorithm === undefined) throw new DerError('messageImprint', `no time stamps over ${draft.algorithm}`)
  return encode(TimeStampReq, {
    version: 1,
    messageImprint: { hashAlgorithm: { algorithm }, hashedMessage: draft.hash },
    ...(draft.policy === undefined ? {} : { reqPolicy: draft.policy }),
    ...(draft.nonce === undefined ? {} : { nonce: positiveInteger(draft.nonce) }),
    certReq: draft.certReq,
  })
}
