/**
 * What published standards need from outside: digests and signature checks, nothing else.
 * Both are synchronous and pure, so that a verification gives the same report in the server, on the command line and in a browser.
 */

export type DigestAlgorithm = 'sm3' | 'sha256' | 'sha384' | 'sha512' | 'sha1' | 'md5'

/** `SM2-SM3` is standard SM2 with the default id "1234567812345678" (GB/T 35276), Z included. */
export type SignatureAlgorithm =
  'SM2-SM3' | 'ECDSA-SHA256' | 'ECDSA-SHA384' | 'ECDSA-SHA512' | 'RSA-SHA256' | 'RSA-SHA384' | 'RSA-SHA512' | 'RSA-SHA1'

export interface Digests {
  /** Digest of the concatenation of `parts`. */
  digest(algorithm: DigestAlgorithm, ...parts: readonly Uint8Array[]): Uint8Array
}

export interface SignatureCheck {
  readonly algorithm: SignatureAlgorithm
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  /** SM2 and ECDSA: strict DER SEQUENCE { r, s }. RSA: PKCS#1 v1.5. */
  readonly signature: Uint8Array
}

export interface SignatureChecks {
  /** False for a wrong signature, a malformed one, and a key that does not fit the algorithm; never throws. */
  isSignedBy(check: SignatureCheck): boolean
}

/** Everything a verifier may call. */
export interface CryptoPort extends Digests, SignatureChecks {}
