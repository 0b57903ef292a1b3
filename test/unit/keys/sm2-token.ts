/**
 * A token that offers SM2 by a mechanism of its own, in memory: SoftHSM has none, and no device of that kind is at hand. It does
 * what such a device does to a digest (GB/T 32918.2 §6.1), with @noble/curves, and can be told to err.
 */
import { weierstrass } from '@noble/curves/abstract/weierstrass.js'
import type { Attribute, Cryptoki, Handle } from '../../../keys/pkcs11/cryptoki.ts'
import { CK } from '../../../keys/pkcs11/cryptoki.ts'
import { systemRandom } from '../../../src/kernel/index.ts'
import { bytesToBigInt } from '../../../standards/der/index.ts'
import { SM2_CURVE } from '../../../standards/gbt-32918-sm2/index.ts'
import { fromHex, toHex } from '../../../standards/bytes.ts'

const { p, n, h, a, b, gx: Gx, gy: Gy } = SM2_CURVE
const Point = weierstrass({ p, n, h, a, b, Gx, Gy })
export const SM2_MECHANISM = 0x80000105

const fixed = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
const scalar = (): bigint => (bytesToBigInt(Uint8Array.of(0, ...systemRandom.bytes(32))) % (n - 2n)) + 1n
const invert = (value: bigint): bigint => {
  let [result, power] = [1n, value % n]
  for (let e = n - 2n; e > 0n; e >>= 1n, power = (power * power) % n) if ((e & 1n) === 1n) result = (result * power) % n
  return result
}
const modulo = (value: bigint): bigint => ((value % n) + n) % n

const signDigest = (d: bigint, digest: Uint8Array): Buffer => {
  const e = bytesToBigInt(Uint8Array.of(0, ...digest))
  const k = scalar()
  const r = modulo(e + Point.BASE.multiply(k).toAffine().x)
  return Buffer.concat([fixed(r), fixed(modulo(invert(1n + d) * (k - r * d)))])
}

interface TokenObject {
  readonly attributes: ReadonlyMap<number, Buffer>
  readonly d: bigint
}

const valueOf = (value: Attribute['value']): Buffer => {
  if (Buffer.isBuffer(value)) return value
  if (typeof value === 'boolean') return Buffer.of(value ? 1 : 0)
  if (typeof value === 'string') return Buffer.from(value)
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value ?? 0))
  return bytes
}

export interface Sm2Token extends Cryptoki {
  /** What the next signatures come out as. */
  spoil: (signature: Buffer) => Buffer
}

export const makeSm2Token = (label: string): Sm2Token => {
  const objects: TokenObject[] = []
  let found: Handle[] = []
  let signing: bigint | undefined
  const add = (template: readonly Attribute[], more: ReadonlyMap<number, Buffer>, d: bigint): Handle => {
    const attributes = new Map([...template.map((t) => [t.type, valueOf(t.value)] as const), ...more])
    objects.push({ attributes, d })
    return Buffer.of(objects.length - 1)
  }
  const objectAt = (handle: Handle): TokenObject => objects[handle[0] ?? 0] as TokenObject
  const token: Sm2Token = {
    spoil: (signature) => signature,
    C_Initialize: () => undefined,
    C_Finalize: () => undefined,
    C_GetSlotList: () => [Buffer.of(1)],
    C_GetTokenInfo: () => ({ label: label.padEnd(32), flags: 0 }),
    C_GetMechanismList: () => [CK.EC_KEY_PAIR_GEN, SM2_MECHANISM],
    C_OpenSession: () => Buffer.of(1),
    C_CloseSession: () => undefined,
    C_Login: () => undefined,
    C_FindObjectsInit: (_, template) => {
      found = objects.flatMap(({ attributes }, i) =>
        template.every((t) => attributes.get(t.type)?.equals(valueOf(t.value))) ? [Buffer.of(i)] : [],
      )
    },
    C_FindObjects: (_, max) => found.slice(0, max),
    C_FindObjectsFinal: () => undefined,
    C_GetAttributeValue: (_, object, template) =>
      template.map(({ type }) => ({ value: objectAt(object).attributes.get(type) ?? Buffer.alloc(0) })),
    C_GenerateKeyPairAsync: (_, __, publicTemplate, privateTemplate) => {
      const d = scalar()
      const point = Buffer.from(fromHex(Point.BASE.multiply(d).toHex(false)))
      const publicKey = add(publicTemplate, new Map([[CK.EC_POINT, Buffer.concat([Buffer.of(4, 65), point])]]), d)
      const made = [CK.LOCAL, CK.ALWAYS_SENSITIVE, CK.NEVER_EXTRACTABLE].map((type) => [type, Buffer.of(1)] as const)
      return Promise.resolve({ publicKey, privateKey: add(privateTemplate, new Map(made), d) })
    },
    C_SignInit: (_, { mechanism }, key) => {
      if (mechanism !== SM2_MECHANISM) throw new TypeError(`mechanism ${toHex(Uint8Array.of(mechanism))}`)
      signing = objectAt(key).d
    },
    C_SignAsync: (_, digest) => Promise.resolve(token.spoil(signDigest(signing ?? 0n, digest))),
  }
  return token
}
