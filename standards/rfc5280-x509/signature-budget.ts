/**
 * Signature checks that are remembered and counted. Certificates come from strangers: a web of CAs that sign each other
 * must not keep a verifier busy, so work stops at a limit and the result says so.
 */
import type { SignatureAlgorithm, SignatureChecks } from '../ports.ts'

/** A certificate or a CRL. */
export interface SignedObject {
  readonly tbs: Uint8Array
  readonly signature: Uint8Array
  readonly signatureAlgorithm?: SignatureAlgorithm
  /** The signed and the outer AlgorithmIdentifier are the same bytes. */
  readonly algorithmsAgree: boolean
}

export interface SignatureBudget {
  /** False for a wrong signature, an unknown algorithm, disagreeing identifiers, and when the budget is spent. */
  isSignedBy(object: SignedObject, publicKey: Uint8Array): boolean
  /** Counts one step of a search; false when there were too many. */
  step(): boolean
  readonly exhausted: boolean
}

const MAX_SIGNATURES = 100
const MAX_STEPS = 1000

/** SM2, ECDSA, RSA over the received to-be-signed bytes (§6.1.3 a 1). */
export const isSignatureValid = (object: SignedObject, publicKey: Uint8Array, crypto: SignatureChecks): boolean =>
  object.signatureAlgorithm !== undefined &&
  object.algorithmsAgree &&
  crypto.isSignedBy({
    algorithm: object.signatureAlgorithm,
    publicKey,
    message: object.tbs,
    signature: object.signature,
  })

export const newSignatureBudget = (crypto: SignatureChecks): SignatureBudget => {
  const known = new Map<SignedObject, Map<Uint8Array, boolean>>()
  let signatures = 0
  let steps = 0
  return {
    isSignedBy: (object, publicKey) => {
      const byKey = known.get(object) ?? new Map<Uint8Array, boolean>()
      known.set(object, byKey)
      const remembered = byKey.get(publicKey)
      if (remembered !== undefined) return remembered
      if (signatures >= MAX_SIGNATURES) {
        signatures++
        return false
      }
      signatures++
      const result = isSignatureValid(object, publicKey, crypto)
      byKey.set(publicKey, result)
      return result
    },
    step: () => ++steps <= MAX_STEPS,
    get exhausted() {
      return signatures > MAX_SIGNATURES || steps > MAX_STEPS
    },
  }
}
