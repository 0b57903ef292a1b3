/**
 * GB/T 35276 §7.4 SM2EnvelopedKey: how a CA delivers an encryption key pair. The private key is under SM4-ECB (its 32
 * bytes are random, no padding), the SM4 key is encrypted to the subscriber's signing key.
 * Refuses other ciphers, and a private half that does not belong to the public one. Compatible mode also admits, and
 * notes, the forms of older producers: an object identifier in place of the AlgorithmIdentifier, PKCS#7 padding, and the
 * 64 bytes with leading zeros of GM/T 0016 devices.
 */
import { equalBytes } from '../bytes.ts'
import type { Context, Leniency, Mode } from '../der/index.ts'
import {
  any,
  bitString,
  decode,
  decodeWith,
  encode,
  lenient,
  mapped,
  objectIdentifier,
  optional,
  sequence,
} from '../der/index.ts'
import type { Element } from '../der/index.ts'
import { DerError, FormatError } from '../errors.ts'
import { sm4Ecb as portableEcb } from '../gbt-32907-sm4/index.ts'
import type { Sm4Ecb } from '../gbt-32907-sm4/index.ts'
import type { Sm2SecretScalars } from '../gbt-32918-sm2/index.ts'
import { decryptSm2, encryptSm2, isSm2PrivateKey, referenceScalars } from '../gbt-32918-sm2/index.ts'
import { OID } from '../oid/index.ts'
import type { Digests } from '../ports.ts'
import { SM2Cipher } from './sm2-cipher.ts'
import { SM2PublicKey } from './sm2-key.ts'

const NULL = Uint8Array.of(5, 0)
const AlgorithmIdentifier = sequence({ algorithm: objectIdentifier(), parameters: optional(any()) })
const OBJECT_IDENTIFIER = 0x06

const readAlgorithm = (element: Element, context: Context): string => {
  if (element.tag === OBJECT_IDENTIFIER) {
    lenient(context, 'ENVELOPED_KEY_BARE_OID', 'object identifier in place of AlgorithmIdentifier')
    return decode(objectIdentifier(), element.der, context.path)
  }
  const { algorithm, parameters } = decode(AlgorithmIdentifier, element.der, context.path)
  if (parameters !== undefined && !equalBytes(parameters.der, NULL))
    throw new DerError(context.path, 'parameters of SM4-ECB are not NULL')
  return algorithm
}

const writeAlgorithm = (algorithm: string): Element => {
  const der = encode(AlgorithmIdentifier, { algorithm, parameters: { tag: 5, der: NULL, content: new Uint8Array() } })
  return { tag: 0x30, der, content: der.subarray(2) }
}

/** `.104` without a mode is what older producers write for the same. */
const isEcb = (algorithm: string): boolean => algorithm === OID.sm4Ecb || algorithm === OID.sm4

export const SM2EnvelopedKey = sequence({
  symAlgID: mapped(any(), readAlgorithm, writeAlgorithm),
  symEncryptedKey: SM2Cipher,
  sm2PublicKey: SM2PublicKey,
  sm2EncryptedPrivateKey: bitString(),
})

interface Tools {
  readonly digests: Digests
  readonly scalars?: Sm2SecretScalars
  /** Default: the portable SM4. */
  readonly sm4Ecb?: Sm4Ecb
}

export interface EnvelopedKeySealing extends Tools {
  /** Signing key of the subscriber: DER SubjectPublicKeyInfo or `04 || X || Y`. */
  readonly recipient: Uint8Array
  /** d of the pair to deliver, 32 bytes. */
  readonly privateKey: Uint8Array
  readonly random: (length: number) => Uint8Array
}

/** DER SM2EnvelopedKey. @throws DerError for a bad recipient; FormatError SM2_KEY_RANGE, RANDOM_UNUSABLE */
export const sealEnvelopedKey = (sealing: EnvelopedKeySealing): Uint8Array => {
  const { digests, scalars = referenceScalars, sm4Ecb = portableEcb, recipient, privateKey, random } = sealing
  if (!isSm2PrivateKey(privateKey)) throw new FormatError('SM2_KEY_RANGE', 'private key outside [1, n-2]')
  const key = random(16)
  const der = encode(SM2EnvelopedKey, {
    symAlgID: OID.sm4Ecb,
    symEncryptedKey: encryptSm2({ digests, scalars, random, publicKey: recipient, message: key }),
    sm2PublicKey: scalars.multiplyBase(privateKey),
    sm2EncryptedPrivateKey: sm4Ecb.encrypt(key, privateKey),
  })
  key.fill(0)
  return der
}

export interface EnvelopedKeyOpening extends Tools {
  /** d of the recipient's signing key, 32 bytes. */
  readonly privateKey: Uint8Array
  readonly envelopedKey: Uint8Array
  /** Default `strict`. */
  readonly mode?: Mode
}

export interface OpenedKey {
  readonly privateKey: Uint8Array
  /** `04 || X || Y`; belongs to `privateKey`. */
  readonly publicKey: Uint8Array
  /** ENVELOPED_KEY_BARE_OID, ENVELOPED_KEY_PADDED, ENVELOPED_KEY_WIDE, and those of SM2Cipher. */
  readonly leniencies: readonly Leniency[]
}

const mismatch = (): FormatError => new FormatError('ENVELOPED_KEY_MISMATCH', 'what was opened is not the private half')

const endsWith = (bytes: Uint8Array, octet: number, count: number): boolean =>
  bytes.subarray(bytes.length - count).every((b) => b === octet)

const scalarOf = (opened: Uint8Array, mode: Mode, leniencies: Leniency[]): Uint8Array => {
  if (opened.length === 32) return opened
  const note = (code: string): void => void leniencies.push({ code, path: 'SM2EnvelopedKey.sm2EncryptedPrivateKey' })
  if (mode === 'compat' && opened.length === 48 && endsWith(opened, 16, 16)) {
    note('ENVELOPED_KEY_PADDED')
    return opened.subarray(0, 32)
  }
  if (mode === 'compat' && opened.length === 64 && opened.subarray(0, 32).every((b) => b === 0)) {
    note('ENVELOPED_KEY_WIDE')
    return opened.subarray(32)
  }
  throw mismatch()
}

/** @throws DerError; FormatError SM2_KEY_RANGE, SM2_DECRYPTION_FAILED, ENVELOPED_KEY_CIPHER, ENVELOPED_KEY_MISMATCH, SM4_* */
export const openEnvelopedKey = (opening: EnvelopedKeyOpening): OpenedKey => {
  const {
    digests,
    scalars = referenceScalars,
    sm4Ecb = portableEcb,
    privateKey,
    envelopedKey,
    mode = 'strict',
  } = opening
  const { value, leniencies } = decodeWith(SM2EnvelopedKey, envelopedKey, mode, 'SM2EnvelopedKey')
  if (!isEcb(value.symAlgID))
    throw new FormatError('ENVELOPED_KEY_CIPHER', 'enveloped with a cipher other than SM4-ECB')
  const key = decryptSm2({ digests, scalars, privateKey, ciphertext: value.symEncryptedKey })
  const opened = sm4Ecb.decrypt(key, value.sm2EncryptedPrivateKey)
  key.fill(0)
  const noted = [...leniencies]
  const d = scalarOf(opened, mode, noted)
  if (!isSm2PrivateKey(d) || !equalBytes(scalars.multiplyBase(d), value.sm2PublicKey)) throw mismatch()
  return { privateKey: d, publicKey: value.sm2PublicKey, leniencies: noted }
}
