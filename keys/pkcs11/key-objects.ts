/**
 * Keys as objects of a token: how they are made (sensitive, never to leave), found by label and id, and their public half read.
 * Refuses a key that could leave the device, or was not made in it and never outside, two keys of one name, and a curve or length that
 * is not ours.
 */
import { concat, utf8 } from '../../standards/bytes.ts'
import {
  bitString,
  bytesToBigInt,
  encode,
  integer,
  nullValue,
  objectIdentifier,
  sequence,
} from '../../standards/der/index.ts'
import { encodeSm2PublicKey } from '../../standards/gbt-32918-sm2/index.ts'
import { OID } from '../../standards/oid/index.ts'
import type { KeyAlgorithm } from '../../src/crypto/index.ts'
import { EC_CURVES } from '../../src/crypto/index.ts'
import { TrustError } from '../../src/errors.ts'
import type { Attribute, Handle } from './cryptoki.ts'
import { CK } from './cryptoki.ts'
import type { Line } from './connection.ts'

/** Numbers of the device for SM2, which PKCS#11 does not name. */
export interface Sm2Numbers {
  readonly sign: number
  readonly generate?: number
  readonly keyType?: number
}

export interface TokenKey {
  readonly algorithm: KeyAlgorithm
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  readonly privateKey: Handle
}

const curveParameters = (algorithm: 'SM2' | 'P-256'): Buffer =>
  Buffer.from(encode(objectIdentifier(), EC_CURVES[algorithm].oid))

const named = (keyId: string): Attribute[] => [
  { type: CK.LABEL, value: keyId },
  { type: CK.ID, value: Buffer.from(utf8(keyId)) },
]

const findObjects = ({ cryptoki, session }: Line, template: readonly Attribute[]): Handle[] => {
  cryptoki.C_FindObjectsInit(session, template)
  try {
    return cryptoki.C_FindObjects(session, 3)
  } finally {
    cryptoki.C_FindObjectsFinal(session)
  }
}

const findOne = (line: Line, keyId: string, kind: number): Handle | undefined => {
  const found = findObjects(line, [{ type: CK.CLASS, value: kind }, ...named(keyId)])
  if (found.length > 1) throw unusable(keyId, 'the token has several keys of this name')
  return found[0]
}

export const hasTokenKey = (line: Line, keyId: string): boolean =>
  findObjects(line, [{ type: CK.CLASS, value: CK.PRIVATE_KEY }, ...named(keyId)]).length > 0

const unusable = (keyId: string, what: string): TrustError => new TrustError('KEY_UNUSABLE', `${keyId}: ${what}`)

const attribute = ({ cryptoki, session }: Line, object: Handle, type: number): Buffer => {
  const [found] = cryptoki.C_GetAttributeValue(session, object, [{ type }])
  return found?.value ?? Buffer.alloc(0)
}

const isTrue = (value: Buffer): boolean => value.length === 1 && value[0] === 1

const EcSpki = sequence({
  algorithm: sequence({ algorithm: objectIdentifier(), parameters: objectIdentifier() }),
  subjectPublicKey: bitString(),
})
const RsaSpki = sequence({
  algorithm: sequence({ algorithm: objectIdentifier(), parameters: nullValue() }),
  subjectPublicKey: bitString(),
})
const RSAPublicKey = sequence({ modulus: integer(), publicExponent: integer() })

/** Tokens give the point inside an OCTET STRING, as the standard says, or bare, as some do. */
const pointOf = (value: Buffer): Uint8Array | undefined => {
  const bare = value.length === 67 && value[0] === 4 && value[1] === 65 ? value.subarray(2) : value
  return bare.length === 65 && bare[0] === 4 ? new Uint8Array(bare) : undefined
}

const readEc = (line: Line, keyId: string, object: Handle): Pick<TokenKey, 'algorithm' | 'publicKey'> => {
  const parameters = attribute(line, object, CK.EC_PARAMS)
  const algorithm = (['SM2', 'P-256'] as const).find((a) => curveParameters(a).equals(parameters))
  const point = pointOf(attribute(line, object, CK.EC_POINT))
  if (algorithm === undefined || point === undefined) throw unusable(keyId, 'not a key on a curve of ours')
  const spki = { algorithm: OID.ecPublicKey, parameters: EC_CURVES[algorithm].oid }
  const publicKey =
    algorithm === 'SM2' ? encodeSm2PublicKey(point) : encode(EcSpki, { algorithm: spki, subjectPublicKey: point })
  return { algorithm, publicKey }
}

const readRsa = (line: Line, keyId: string, object: Handle): Pick<TokenKey, 'algorithm' | 'publicKey'> => {
  const modulus = bytesToBigInt(concat(Uint8Array.of(0), attribute(line, object, CK.MODULUS)))
  const publicExponent = bytesToBigInt(concat(Uint8Array.of(0), attribute(line, object, CK.PUBLIC_EXPONENT)))
  if (modulus.toString(2).length !== 3072 || publicExponent !== 65_537n) throw unusable(keyId, 'not RSA-3072')
  const subjectPublicKey = encode(RSAPublicKey, { modulus, publicExponent })
  const algorithm = { algorithm: OID.rsaEncryption, parameters: null }
  return { algorithm: 'RSA-3072', publicKey: encode(RsaSpki, { algorithm, subjectPublicKey }) }
}

/** Of a key that came from a file or another device there may be a copy, whatever it was made into afterwards. */
const requireMadeThere = (line: Line, keyId: string, privateKey: Handle): void => {
  const is = (type: number): boolean => isTrue(attribute(line, privateKey, type))
  if (!is(CK.SENSITIVE) || is(CK.EXTRACTABLE)) throw unusable(keyId, 'this private key could leave the token')
  if (!is(CK.LOCAL) || !is(CK.ALWAYS_SENSITIVE) || !is(CK.NEVER_EXTRACTABLE))
    throw unusable(keyId, 'this private key was not made in the token, or could once leave it')
}

/** @throws TrustError KEY_NOT_FOUND, KEY_UNUSABLE */
export const readTokenKey = (line: Line, keyId: string): TokenKey => {
  const privateKey = findOne(line, keyId, CK.PRIVATE_KEY)
  if (privateKey === undefined) throw new TrustError('KEY_NOT_FOUND', `no key ${keyId} in the token`)
  const publicKey = findOne(line, keyId, CK.PUBLIC_KEY)
  if (publicKey === undefined) throw unusable(keyId, 'the token has no public half')
  requireMadeThere(line, keyId, privateKey)
  const isRsa = attribute(line, privateKey, CK.KEY_TYPE).every((b) => b === CK.RSA)
  return { ...(isRsa ? readRsa(line, keyId, publicKey) : readEc(line, keyId, publicKey)), privateKey }
}

/** One at a time. @throws TrustError KEY_ALGORITHM_UNSUPPORTED */
export const makeTokenKey = async (
  line: Line,
  { keyId, algorithm, sm2 }: { readonly keyId: string; readonly algorithm: KeyAlgorithm; readonly sm2?: Sm2Numbers },
): Promise<void> => {
  const { cryptoki, session } = line
  const isRsa = algorithm === 'RSA-3072'
  const ecMechanism = algorithm === 'SM2' ? (sm2?.generate ?? CK.EC_KEY_PAIR_GEN) : CK.EC_KEY_PAIR_GEN
  const keyType = algorithm === 'SM2' ? (sm2?.keyType ?? CK.EC) : isRsa ? CK.RSA : CK.EC
  const ofKind: Attribute[] = isRsa
    ? [
        { type: CK.MODULUS_BITS, value: 3072 },
        { type: CK.PUBLIC_EXPONENT, value: Buffer.of(1, 0, 1) },
      ]
    : [{ type: CK.EC_PARAMS, value: curveParameters(algorithm) }]
  const common: Attribute[] = [{ type: CK.KEY_TYPE, value: keyType }, { type: CK.TOKEN, value: true }, ...named(keyId)]
  await cryptoki.C_GenerateKeyPairAsync(
    session,
    { mechanism: isRsa ? CK.RSA_PKCS_KEY_PAIR_GEN : ecMechanism, parameter: null },
    [{ type: CK.CLASS, value: CK.PUBLIC_KEY }, ...common, { type: CK.VERIFY, value: true }, ...ofKind],
    [
      { type: CK.CLASS, value: CK.PRIVATE_KEY },
      ...common,
      { type: CK.PRIVATE, value: true },
      { type: CK.SENSITIVE, value: true },
      { type: CK.EXTRACTABLE, value: false },
      { type: CK.SIGN, value: true },
      { type: CK.DECRYPT, value: false },
      { type: CK.UNWRAP, value: false },
      { type: CK.DERIVE, value: false },
    ],
  )
}
