/** Signing and key custody as seen from the domains. Private keys never cross these ports. */
import type { SignatureAlgorithm } from '../../standards/ports.ts'

/** `SM2` or `P-256`: what the hierarchy and requests choose from. */
export type KeyAlgorithm = 'SM2' | 'P-256'

export interface Signer {
  readonly algorithm: SignatureAlgorithm
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** Over the message itself (Z and digest are made inside). DER SEQUENCE { r, s } for SM2 and ECDSA. */
  sign(message: Uint8Array): Promise<Uint8Array>
}

/** Custody: implementations live under keys/. */
export interface KeyStore {
  /** Makes a key and keeps it under `keyId`; refuses an id in use. Returns the DER SubjectPublicKeyInfo. */
  generate(keyId: string, algorithm: KeyAlgorithm): Promise<Uint8Array>
  /** @throws TrustError KEY_NOT_FOUND, KEY_UNUSABLE (public half does not match) */
  signer(keyId: string): Promise<Signer>
  has(keyId: string): Promise<boolean>
}
