/** MessageImprint: the digest that is stamped. Parameters are absent or NULL (RFC 5754 §2); the length must be the digest's. */
import type { Infer } from '../der/index.ts'
import { OID } from '../oid/index.ts'
import type { DigestAlgorithm } from '../ports.ts'
import { digestAlgorithmOf } from '../rfc5652-cms/index.ts'
import type { MessageImprint as Schema } from './schema.ts'

export interface MessageImprint {
  readonly algorithmOid: string
  /** Undefined: one that we do not know, or with parameters that it does not have. */
  readonly algorithm?: DigestAlgorithm
  readonly hash: Uint8Array
}

const LENGTHS: Readonly<Record<DigestAlgorithm, number>> = {
  md5: 16,
  sha1: 20,
  sm3: 32,
  sha256: 32,
  sha384: 48,
  sha512: 64,
}
const NULL = 0x05

export const readImprint = ({ hashAlgorithm, hashedMessage }: Infer<typeof Schema>): MessageImprint => {
  const { algorithm: algorithmOid, parameters } = hashAlgorithm
  const plain = parameters === undefined || (parameters.tag === NULL && parameters.content.length === 0)
  const algorithm = plain ? digestAlgorithmOf(algorithmOid) : undefined
  return { algorithmOid, ...(algorithm === undefined ? {} : { algorithm }), hash: hashedMessage }
}

export const hasDigestLength = ({ algorithm, hash }: MessageImprint): boolean =>
  algorithm !== undefined && hash.length === LENGTHS[algorithm]

export const DIGEST_OIDS: Readonly<Partial<Record<DigestAlgorithm, string>>> = {
  sm3: OID.sm3,
  sha256: OID.sha256,
  sha384: OID.sha384,
  sha512: OID.sha512,
}
