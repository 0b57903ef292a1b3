export type { AffinePoint } from './curve.ts'
export { isOnCurve, SM2_CURVE } from './curve.ts'
export { encodeSm2PublicKey, parseSm2Point, parseSm2PublicKey } from './public-key.ts'
export { computeZ, SM2_DEFAULT_ID } from './compute-z.ts'
export type { Sm2Signature } from './signature.ts'
export {
  encodeRawSm2Signature,
  encodeSm2Signature,
  parseRawSm2Signature,
  parseSm2Signature,
  rawFromSm2Signature,
  sm2SignatureFromRaw,
} from './signature.ts'
export type { NormalisedSignature } from './normalise-sm2-signature.ts'
export { normaliseSm2Signature } from './normalise-sm2-signature.ts'
export type { Sm2DigestCheck } from './is-sm2-digest-signed-by.ts'
export { isSm2DigestSignedBy } from './is-sm2-digest-signed-by.ts'
export type { RawSm2CipherForm, Sm2Ciphertext } from './cipher.ts'
export { encodeRawSm2Ciphertext, parseRawSm2Ciphertext, requireSm2Ciphertext } from './cipher.ts'
export { deriveSm2Key } from './kdf.ts'
export type { Sm2SecretScalars } from './secret-scalars.ts'
export { isSm2PrivateKey, kernelScalars, referenceScalars } from './secret-scalars.ts'
export type { Sm2Encryption } from './encrypt-sm2.ts'
export { encryptSm2 } from './encrypt-sm2.ts'
export type { Sm2Decryption } from './decrypt-sm2.ts'
export { decryptSm2 } from './decrypt-sm2.ts'
export type { AgreedSm2Key, Sm2Agreement, Sm2EphemeralKey } from './key-exchange.ts'
export { agreeSm2Key, drawSm2EphemeralKey } from './key-exchange.ts'
export type { KernelExports, KernelName } from './open-kernel.ts'
export { openKernel, openKernelLater } from './open-kernel.ts'
export type { Sm2Check, Sm2Verifier, Sm2VerifyingKey } from './make-sm2-verifier.ts'
export { makeSm2Verifier } from './make-sm2-verifier.ts'
export type { PreparedSm2Key, Sm2Secrets, Sm2SigningInput } from './open-sm2-secrets.ts'
export { openSm2Secrets } from './open-sm2-secrets.ts'
