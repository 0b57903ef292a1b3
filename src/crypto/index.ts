/** Browser-safe part of src/crypto; what needs node:crypto is in node.ts. */
export type { KeyAlgorithm, KeyStore, Signer } from './ports.ts'
export type { EcCurve, KeyKind, Suite } from './suites.ts'
export { DIGEST_OIDS, EC_CURVES, SUITES } from './suites.ts'
export type { EcPublicKey, PublicKey, RsaPublicKey } from './public-key.ts'
export { keyKindOf, parsePublicKey } from './public-key.ts'
export { derFromRaw, rawFromDer } from './ecdsa-signature.ts'
export { portableCrypto } from './portable.ts'
