/** What the verification of one file says: about the file, each signature in it, and the licence it may be. Plain values. */
import type { Check, Verdict } from '../kernel/index.ts'

/** One seal or signature in the file. */
export interface SignatureReport {
  readonly verdict: Verdict
  readonly checks: readonly Check[]
  /** Names as the seal and the certificate carry them. */
  readonly sealName?: string
  readonly signerName?: string
  /** When the signer says it was signed; proven only where a time stamp says so. */
  readonly signedAt?: Date
}

/** The licence that the file is, as its own metadata say. */
export interface LicenceSummary {
  readonly id: string
  readonly type: string
  readonly holder?: string
  readonly issuer?: string
}

export interface DocumentReport {
  readonly kind: 'ofd' | 'pdf' | 'unknown'
  readonly verdict: Verdict
  /** The validation time. */
  readonly at: Date
  /** About the file as a whole. */
  readonly checks: readonly Check[]
  readonly reports: readonly SignatureReport[]
  readonly licence?: LicenceSummary
  /** Departures from the standard that were read over, in compatibility mode. */
  readonly leniencies: readonly string[]
}
