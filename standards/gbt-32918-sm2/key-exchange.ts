/**
 * GB/T 32918.3 §6.1: key exchange between two parties that know each other's SM2 public keys, with confirmation.
 * Refuses peer points off the curve and a shared point at infinity. A key is used only after the peer's tag was found
 * equal (`equalBytes`) to `expected`, where the parties agreed on confirmation.
 */
import { concat } from '../bytes.ts'
import { FormatError } from '../errors.ts'
import type { Digests } from '../ports.ts'
import { computeZ } from './compute-z.ts'
import { deriveSm2Key } from './kdf.ts'
import { combinedPeerKey } from './key-exchange-sum.ts'
import { parseSm2Point, to32Bytes } from './public-key.ts'
import { drawScalar, encodePoint, isSm2PrivateKey, referenceScalars } from './secret-scalars.ts'
import type { Sm2SecretScalars } from './secret-scalars.ts'

export interface Sm2EphemeralKey {
  /** r, 32 bytes: for one exchange only. */
  readonly secret: Uint8Array
  /** R = rG as `04 || X || Y`, to be sent. */
  readonly point: Uint8Array
}

/** All points are `04 || X || Y`; ids default to SM2_DEFAULT_ID. */
export interface Sm2Agreement {
  readonly digests: Digests
  readonly role: 'initiator' | 'responder'
  readonly own: {
    readonly privateKey: Uint8Array
    readonly publicKey: Uint8Array
    readonly id?: Uint8Array
    readonly ephemeral: Sm2EphemeralKey
  }
  readonly peer: { readonly publicKey: Uint8Array; readonly id?: Uint8Array; readonly ephemeralPoint: Uint8Array }
  /** Bytes of key wanted. */
  readonly length: number
  readonly scalars?: Sm2SecretScalars
}

export interface AgreedSm2Key {
  readonly key: Uint8Array
  /** Our confirmation (S_A or S_B), to be sent. */
  readonly confirmation: Uint8Array
  /** What the peer must send (S_1 or S_2). */
  readonly expected: Uint8Array
}

/** A1–A2, B1–B2. @throws FormatError RANDOM_UNUSABLE */
export const drawSm2EphemeralKey = (
  random: (length: number) => Uint8Array,
  scalars: Sm2SecretScalars = referenceScalars,
): Sm2EphemeralKey => {
  const secret = drawScalar(random)
  return { secret, point: scalars.multiplyBase(secret) }
}

/** A4, A6: 2^w + (x mod 2^w) with w = 127. */
const W = 1n << 127n
const shortened = (x: bigint): bigint => W + (x & (W - 1n))

const failed = (): FormatError => new FormatError('SM2_AGREEMENT_FAILED', 'the shared point is at infinity')

const sharedPoint = ({ own, peer, scalars = referenceScalars }: Sm2Agreement): Uint8Array => {
  if (!isSm2PrivateKey(own.privateKey)) throw new FormatError('SM2_KEY_RANGE', 'private key outside [1, n-2]')
  const peerEphemeral = parseSm2Point(peer.ephemeralPoint)
  const sum = combinedPeerKey(parseSm2Point(peer.publicKey), shortened(peerEphemeral.x), peerEphemeral)
  const factor = to32Bytes(shortened(parseSm2Point(own.ephemeral.point).x))
  const t = scalars.multiplyAddModN(factor, own.ephemeral.secret, own.privateKey)
  let bits = 0
  for (const octet of t) bits |= octet
  if (sum === undefined || bits === 0) throw failed()
  const shared = scalars.multiply(t, encodePoint(sum))
  t.fill(0)
  return shared.subarray(1)
}

/** A4–A10, B3–B10. @throws DerError for a point off the curve; FormatError SM2_KEY_RANGE, SM2_AGREEMENT_FAILED, SM2_ID_TOO_LONG */
export const agreeSm2Key = (agreement: Sm2Agreement): AgreedSm2Key => {
  const { digests, role, own, peer, length } = agreement
  const shared = sharedPoint(agreement)
  const [x, y] = [shared.subarray(0, 32), shared.subarray(32)]
  const [ownZ, peerZ] = [computeZ(digests, own.publicKey, own.id), computeZ(digests, peer.publicKey, peer.id)]
  const [ownR, peerR] = [own.ephemeral.point.subarray(1), peer.ephemeralPoint.subarray(1)]
  const inOrder = (ours: Uint8Array, theirs: Uint8Array): Uint8Array =>
    role === 'initiator' ? concat(ours, theirs) : concat(theirs, ours)
  const zs = inOrder(ownZ, peerZ)
  const key = deriveSm2Key(digests, length, shared, zs)
  const inner = digests.digest('sm3', x, zs, inOrder(ownR, peerR))
  const tag = (octet: number): Uint8Array => digests.digest('sm3', Uint8Array.of(octet), y, inner)
  const [ofResponder, ofInitiator] = [tag(2), tag(3)]
  shared.fill(0)
  return role === 'initiator'
    ? { key, confirmation: ofInitiator, expected: ofResponder }
    : { key, confirmation: ofResponder, expected: ofInitiator }
}
