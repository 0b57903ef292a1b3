/** What each flag means, in Wycheproof's words for kinds of bugs. */
import type { Note } from './wycheproof.ts'

const note = (bugType: string, description: string, effect?: string): Note =>
  effect === undefined ? { bugType, description } : { bugType, description, effect }

const FORGERY = 'Whoever accepts it accepts signatures that nobody with the key made.'

export const VERIFY_NOTES: Readonly<Record<string, Note>> = {
  ValidSignature: note('BASIC', 'Made as the standard says.'),
  SpecialNonce: note('EDGE_CASE', 'Good signatures with remarkable nonces or short numbers.'),
  SpecialPublicKey: note(
    'EDGE_CASE',
    'Public keys at which precomputed multiples of P and G meet, or with short coordinates.',
    'Good signatures refused, or wrong sums.',
  ),
  OtherId: note('FUNCTIONALITY', 'Signers with an id other than the default one.'),
  OtherMessage: note('AUTH_BYPASS', 'A signature over another message.', FORGERY),
  BerEncodedSignature: note(
    'BER_ENCODING',
    'BER forms of a good signature; GB/T 35276 wants DER.',
    'One signature in many encodings: malleable.',
  ),
  InvalidTypes: note('UNKNOWN_ENCODING', 'A good signature with other ASN.1 types.', 'Malleable signatures.'),
  InvalidEncoding: note('UNKNOWN_ENCODING', 'Not one SEQUENCE of two INTEGERs.', 'Malleable signatures, or a crash.'),
  ModifiedNumbers: note(
    'MODIFIED_PARAMETER',
    'r or s changed, some to what is equal modulo n.',
    'Malleable or forged signatures.',
  ),
  TruncatedSignature: note('MODIFIED_SIGNATURE', 'A good signature cut short.', 'Reading past the end.'),
  MissingZero: note(
    'MISSING_STEP',
    'An INTEGER with its first bit set is negative; some producers forget the zero octet.',
    'Refused documents, or leniency nobody chose.',
  ),
  LeadingZeros: note('BER_ENCODING', 'An INTEGER with more zero octets than DER allows.', 'Malleable signatures.'),
  RawSignature: note(
    'UNKNOWN_ENCODING',
    'r || s of devices (GM/T 0018) in place of SM2Signature.',
    'Malleable signatures.',
  ),
  EdgeNumbers: note('EDGE_CASE', 'r and s at the ends of their ranges.', FORGERY),
  SumIsZero: note('AUTH_BYPASS', 'r + s = n must be refused: t = 0 takes the public key out of the equation.', FORGERY),
  PointAtInfinity: note('AUTH_BYPASS', 'sG + tP is the point at infinity.', FORGERY),
  OtherScheme: note(
    'WEAK_PARAMS',
    'ECDSA and other equations over SM2’s curve. OpenSSL does ECDSA with generated SM2 keys in some calls.',
    'Signatures of another meaning accepted.',
  ),
  OtherDigest: note(
    'MODIFIED_PARAMETER',
    'Another e: without Z, with another id, with Z made wrongly.',
    'Signer id and key are not bound.',
  ),
}

export const DIGEST_NOTES: Readonly<Record<string, Note>> = {
  EdgeDigest: note('EDGE_CASE', 'e at 0, around n and p, and at its largest.'),
  EdgeNumbers: note('EDGE_CASE', 'Good signatures with r, s and t at the ends of their ranges.'),
  MissingCheck: note(
    'AUTH_BYPASS',
    'The equation holds, but r, s or t is out of its range: one forgotten check accepts it.',
    FORGERY,
  ),
  PointAtInfinity: note(
    'AUTH_BYPASS',
    'sG + tP is the point at infinity, with e chosen to fit common mistakes.',
    FORGERY,
  ),
  Doubling: note(
    'EDGE_CASE',
    'sG = tP: the last sum is a doubling, which addition formulas without that case get wrong.',
    'Good signatures refused or bad ones accepted.',
  ),
  EndsInTable: note('EDGE_CASE', 'The sum is a small multiple of G or P.'),
  XAboveOrder: note('EDGE_CASE', 'x1 is n or more: e + x1 must be reduced modulo n.', 'Good signatures refused.'),
  EdgeX: note('EDGE_CASE', 'x1 very small, very large or next to n.'),
}

export const ENCRYPT_NOTES: Readonly<Record<string, Note>> = {
  ValidCiphertext: note('BASIC', 'Made as the standard says.'),
  SpecialNonce: note('EDGE_CASE', 'Good ciphertexts with remarkable nonces.'),
  ShortCoordinate: note(
    'EDGE_CASE',
    'A coordinate with leading zero octets, which KDF and C3 take as 32 octets.',
    'Messages that do not open.',
  ),
  InvalidCurve: note(
    'INVALID_CURVE',
    'C1 is not on the curve; where it can be, C3 fits what the formulas give there.',
    'Each such decryption tells d modulo a small number; some tens give all of d.',
  ),
  NonCanonicalCoordinate: note(
    'NON_CANONICAL',
    'Coordinates that are right modulo p but not below p.',
    'Malleable ciphertexts.',
  ),
  ZeroT: note('EDGE_CASE', 't is all zero: C2 is the message in the clear.'),
  EmptyMessage: note('EDGE_CASE', 'A ciphertext of no message.'),
  ModifiedCiphertext: note('MODIFIED_PARAMETER', 'A part changed; C3 does not fit.', 'Changed messages accepted.'),
  OtherSteps: note('WRONG_PRIMITIVE', 'KDF or C3 made otherwise.'),
  OtherOrder: note('LEGACY', 'The order of texts before 2012. Nothing in the bytes tells it: only C3 does.'),
  BerEncodedCiphertext: note('BER_ENCODING', 'BER forms of a good ciphertext.', 'Malleable ciphertexts.'),
  InvalidEncoding: note(
    'UNKNOWN_ENCODING',
    'Not the encoding that the group states.',
    'A crash, or malleable ciphertexts.',
  ),
  MissingZero: note('MISSING_STEP', 'A coordinate as INTEGER without the zero octet before a set first bit.'),
  LeadingZeros: note('BER_ENCODING', 'A coordinate as INTEGER with more zero octets than DER allows.'),
  RawCiphertext: note('UNKNOWN_ENCODING', 'C1 || C3 || C2 where DER is wanted.'),
  CompressedPoint: note('FUNCTIONALITY', 'C1 in compressed form.'),
  HybridPoint: note('FUNCTIONALITY', 'C1 in hybrid form.'),
}

export const KEY_NOTES: Readonly<Record<string, Note>> = {
  ValidKey: note('BASIC', 'A key.'),
  PointOffCurve: note(
    'INVALID_CURVE',
    'A point that is not on the curve.',
    'Secrets multiplied with it are told bit by bit.',
  ),
  NonCanonicalCoordinate: note('NON_CANONICAL', 'A coordinate of p or more.', 'Two encodings of one key; Z differs.'),
  PointAtInfinity: note('WEAK_PARAMS', 'The point at infinity as a key.', FORGERY),
  InvalidEncoding: note('UNKNOWN_ENCODING', 'Not the encoding that the group states.'),
  OtherPointForm: note('FUNCTIONALITY', 'Compressed and hybrid points.'),
  KeyWithoutPrivate: note('EDGE_CASE', '-G belongs to d = n - 1, which is no private key.'),
  OtherAlgorithmForm: note('LEGACY', 'The same key with the algorithm said otherwise.'),
  OtherParameters: note('MODIFIED_GROUP', 'Explicit parameters that are not the curve’s.', FORGERY),
  OtherCurve: note('WRONG_PRIMITIVE', 'No curve, or another one.'),
  KeyOutOfRange: note('WEAK_PARAMS', 'A private key outside [1, n-2].', 'Signing that fails or tells the key.'),
  OtherPublicHalf: note(
    'MODIFIED_PARAMETER',
    'A private key with somebody else’s public half.',
    'Z is made of the public half: signatures of one d over two Z tell d.',
  ),
  OtherPrivateForm: note('LEGACY', 'd in another number of octets.'),
}
