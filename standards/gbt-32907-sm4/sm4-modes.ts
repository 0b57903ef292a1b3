/** The modes of SM4 that our formats use, as a port: portable here, native in src/crypto/native-sm4.ts. */

export interface Sm4Ecb {
  /** Whole blocks, no padding: for SM2EnvelopedKey, whose content is a random scalar. @throws FormatError SM4_LENGTH */
  encrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array
  decrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array
}

export interface CbcInput {
  readonly key: Uint8Array
  /** 16 bytes, unpredictable when encrypting. */
  readonly iv: Uint8Array
  readonly data: Uint8Array
}

export interface Sm4Cbc {
  /** With PKCS#7 padding. */
  encrypt(input: CbcInput): Uint8Array
  /** @throws FormatError SM4_DECRYPTION_FAILED: never tell a stranger which ciphertexts meet it (padding oracle) */
  decrypt(input: CbcInput): Uint8Array
}

export interface GcmInput {
  readonly key: Uint8Array
  /** At least one byte, 12 by custom; never twice under one key. */
  readonly iv: Uint8Array
  /** Encrypting: the plaintext. Decrypting: ciphertext with its tag of 16 bytes behind it. */
  readonly data: Uint8Array
  readonly additional?: Uint8Array
}

export interface Sm4Gcm {
  /** Ciphertext with the tag of 16 bytes behind it. @throws FormatError SM4_IV_LENGTH for an empty iv */
  encrypt(input: GcmInput): Uint8Array
  /** @throws FormatError SM4_DECRYPTION_FAILED, before any plaintext is made */
  decrypt(input: GcmInput): Uint8Array
}

export interface Sm4Modes {
  readonly ecb: Sm4Ecb
  readonly cbc: Sm4Cbc
  readonly gcm: Sm4Gcm
}
