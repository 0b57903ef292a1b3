/** Every signature algorithm once: how it signs, over which digest, with which kinds of key, and its object identifier. */
import { OID } from '../../standards/oid/index.ts'
import type { DigestAlgorithm, SignatureAlgorithm } from '../../standards/ports.ts'

export type KeyKind = 'SM2' | 'P-256' | 'P-384' | 'RSA'

export interface Suite {
  readonly scheme: 'SM2' | 'ECDSA' | 'RSA'
  readonly digest: DigestAlgorithm
  /** X.509 binds ECDSA's digest to no curve; formats that do (JWS) check it themselves. */
  readonly keyKinds: readonly KeyKind[]
  readonly oid: string
}

const ecdsa = (digest: DigestAlgorithm, oid: string): Suite => ({
  scheme: 'ECDSA',
  digest,
  keyKinds: ['P-256', 'P-384'],
  oid,
})
const rsa = (digest: DigestAlgorithm, oid: string): Suite => ({ scheme: 'RSA', digest, keyKinds: ['RSA'], oid })

export const SUITES: Readonly<Record<SignatureAlgorithm, Suite>> = {
  'SM2-SM3': { scheme: 'SM2', digest: 'sm3', keyKinds: ['SM2'], oid: OID.sm2WithSm3 },
  'ECDSA-SHA256': ecdsa('sha256', OID.ecdsaWithSha256),
  'ECDSA-SHA384': ecdsa('sha384', OID.ecdsaWithSha384),
  'ECDSA-SHA512': ecdsa('sha512', OID.ecdsaWithSha512),
  'RSA-SHA256': rsa('sha256', OID.sha256WithRsa),
  'RSA-SHA384': rsa('sha384', OID.sha384WithRsa),
  'RSA-SHA512': rsa('sha512', OID.sha512WithRsa),
  'RSA-SHA1': rsa('sha1', OID.sha1WithRsa),
}

export interface EcCurve {
  readonly oid: string
  /** Bytes of a coordinate and of a scalar. */
  readonly size: number
  /** The name that node:crypto gives it. */
  readonly nodeName: string
  /** The algorithm that a key on this curve signs with here. */
  readonly signs: SignatureAlgorithm
}

export const EC_CURVES: Readonly<Record<Exclude<KeyKind, 'RSA'>, EcCurve>> = {
  SM2: { oid: OID.sm2Curve, size: 32, nodeName: 'SM2', signs: 'SM2-SM3' },
  'P-256': { oid: OID.p256, size: 32, nodeName: 'P-256', signs: 'ECDSA-SHA256' },
  'P-384': { oid: OID.p384, size: 48, nodeName: 'P-384', signs: 'ECDSA-SHA384' },
}

export const DIGEST_OIDS: Readonly<Record<DigestAlgorithm, string>> = {
  sm3: OID.sm3,
  sha256: OID.sha256,
  sha384: OID.sha384,
  sha512: OID.sha512,
  sha1: OID.sha1,
  md5: OID.md5,
}
