/** Signing and key custody as seen from the domains. Private keys never cross these ports. */
import type { SignatureAlgorithm } from '../../standards/ports.ts'

/** What the hierarchy and requests choose from. RSA keys have 3072 bits, exponent 65537, and sign with SHA-256. */
export type KeyAlgorithm = 'SM2' | 'P-256' | 'RSA-3072'
export type CurveAlgorithm = Exclude<KeyAlgorithm, 'RSA-3072'>

export interface Signer {
  readonly algorithm: SignatureAlgorithm
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** Over the message itself (Z and digest are made inside). DER SEQUENCE { r, s } for SM2 and ECDSA, PKCS #1 v1.5 for RSA. */
  sign(message: Uint8Array): Promise<Uint8Array>
}

/** Custody: implementations live under keys/. */
export interface KeyStore {
  /**
   * Makes a key and keeps it under `keyId`; refuses an id in use. Returns the DER SubjectPublicKeyInfo.
   * @throws TrustError CONFLICT, INPUT_INVALID (not a key id), KEY_ALGORITHM_UNSUPPORTED, TRY_LATER
   */
  generate(keyId: string, algorithm: KeyAlgorithm): Promise<Uint8Array>
  /** @throws TrustError KEY_NOT_FOUND, KEY_UNUSABLE (public half does not match), TRY_LATER (the device is away) */
  signer(keyId: string): Promise<Signer>
  has(keyId: string): Promise<boolean>
}
