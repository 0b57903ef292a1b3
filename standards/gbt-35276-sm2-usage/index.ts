export type { NormalisedCipher } from './sm2-cipher.ts'
export { encodeSm2Cipher, normaliseSm2Cipher, parseSm2Cipher, SM2Cipher } from './sm2-cipher.ts'
export {
  encodeSm2PrivateKey,
  encodeSm2PublicKeyBits,
  parseSm2PrivateKey,
  parseSm2PublicKeyBits,
  SM2PrivateKey,
  SM2PublicKey,
} from './sm2-key.ts'
export type { EnvelopedKeyOpening, EnvelopedKeySealing, OpenedKey } from './enveloped-key.ts'
export { openEnvelopedKey, sealEnvelopedKey, SM2EnvelopedKey } from './enveloped-key.ts'
