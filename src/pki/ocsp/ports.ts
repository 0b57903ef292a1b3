/** What answering status questions needs: the register of certificates, and for each CA key the responder that it certified. */
import type { CryptoPort } from '../../../standards/ports.ts'
import type { Certificate } from '../../../standards/rfc5280-x509/index.ts'
import type { Signer } from '../../crypto/index.ts'
import type { Clock, Logger, MonotonicClock } from '../../kernel/index.ts'
import type { PkiStore } from '../ports.ts'

export interface OcspResponder {
  /** The CA key whose certificates it answers for: `office-ca-sm2`. */
  readonly issuerId: string
  readonly issuer: Certificate
  /** Its own, issued by that CA. */
  readonly certificate: Certificate
  /** @throws TrustError KEY_NOT_FOUND, KEY_UNUSABLE */
  signer(): Promise<Signer>
}

export type StatusRegister = Pick<PkiStore, 'findManyBySerial' | 'statusChangesSince' | 'lastStatusChange'>

export interface OcspDeps {
  readonly store: StatusRegister
  readonly responders: readonly OcspResponder[]
  readonly crypto: CryptoPort
  readonly clock: Clock
  readonly monotonic: MonotonicClock
  readonly logger: Logger
}

export interface OcspQuestion {
  /** The CA key whose address was asked; absent: any of ours. */
  readonly issuerId?: string
  /** DER OCSPRequest, from anybody. */
  readonly request: Uint8Array
}

export interface OcspReply {
  /** DER OCSPResponse. */
  readonly der: Uint8Array
  /** Absent: not to be kept by anybody. */
  readonly cacheable?: { readonly thisUpdate: Date; readonly nextUpdate: Date }
}

export interface OcspService {
  /** Never throws on what was asked: refusals are answers too (RFC 6960 §2.3). */
  answer(question: OcspQuestion): Promise<OcspReply>
  /** A status is about to change in this process: look at once instead of within the second. */
  noteChange(): void
}
