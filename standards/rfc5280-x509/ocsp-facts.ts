/**
 * OCSP answers as path validation needs them: values only. The bytes are read by ../rfc6960-ocsp, which knows this folder; this folder
 * does not know it.
 */
import type { DigestAlgorithm } from '../ports.ts'
import type { Certificate } from './certificate.ts'
import type { SignedObject } from './signature-budget.ts'

/** RFC 6960 §4.1.1: which certificate is meant. */
export interface OcspCertId {
  /** As received: an answer repeats the bytes of the question. */
  readonly der: Uint8Array
  /** Undefined: one that we do not know. */
  readonly hash?: DigestAlgorithm
  readonly issuerNameHash: Uint8Array
  readonly issuerKeyHash: Uint8Array
  /** Content octets. */
  readonly serial: Uint8Array
}

export type OcspStatus =
  | { readonly kind: 'good' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'revoked'; readonly at: Date; readonly reason?: number }

export interface OcspSingle {
  readonly certId: OcspCertId
  readonly status: OcspStatus
  readonly thisUpdate: Date
  /** Absent: newer information may be had at any time (§4.2.2.1). */
  readonly nextUpdate?: Date
  /** Certificates that ended after this time are still answered for (§4.4.4). */
  readonly archiveCutoff?: Date
  readonly unknownCritical: readonly string[]
}

export type OcspResponderId =
  | { readonly kind: 'byName'; readonly name: Uint8Array }
  /** SHA-1 of the bits of the responder's key. */
  | { readonly kind: 'byKey'; readonly keyHash: Uint8Array }

/** A signed BasicOCSPResponse. */
export interface OcspAnswers extends SignedObject {
  readonly der: Uint8Array
  readonly responderId: OcspResponderId
  readonly producedAt: Date
  readonly singles: readonly OcspSingle[]
  /** Certificates that came with it; nothing in them is trusted. */
  readonly certificates: readonly Certificate[]
  readonly nonce?: Uint8Array
  /** Critical extensions of the response that nothing here understands. */
  readonly unknownCritical: readonly string[]
}
