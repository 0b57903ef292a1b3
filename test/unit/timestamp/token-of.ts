/** Time-stamp tokens made to order. */
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { OID } from '../../../standards/oid/index.ts'
import type { DigestAlgorithm } from '../../../standards/ports.ts'
import { encodeTimeStampToken, encodeTstInfo, timeStampAttributes } from '../../../standards/rfc3161-tsp/index.ts'
import type { CmsSuiteName } from '../../../standards/rfc5652-cms/index.ts'
import type { Issued } from '../seal/trust-world.ts'

export interface TokenWish {
  readonly genTime: Date
  readonly algorithm?: DigestAlgorithm
  readonly suite?: CmsSuiteName
  /** Named in the token instead of the TSA's own. */
  readonly named?: Issued
  readonly bare?: boolean
  readonly nonce?: Uint8Array
}

const OIDS: Readonly<Record<DigestAlgorithm, string>> = {
  sm3: OID.sm3,
  sha1: OID.sha1,
  sha256: OID.sha256,
  sha384: OID.sha384,
  sha512: OID.sha512,
  md5: OID.md5,
}

export const tokenOf = async (tsa: Issued, message: Uint8Array, wish: TokenWish): Promise<Uint8Array> => {
  const { genTime, algorithm = 'sm3', suite = 'SM2-SM3', named = tsa, bare = false, nonce } = wish
  const tstInfo = encodeTstInfo({
    policy: OID.timeStampPolicy,
    imprint: { algorithmOid: OIDS[algorithm], hash: nodeCrypto.digest(algorithm, message) },
    serial: Uint8Array.of(7),
    genTime,
    accuracy: 1000,
    ordering: false,
    ...(nonce === undefined ? {} : { nonce }),
  })
  const signedAttributes = timeStampAttributes({
    suite,
    tstInfo,
    certificate: named.certificate,
    digests: nodeCrypto,
  })
  return encodeTimeStampToken({
    suite,
    tstInfo,
    certificate: tsa.certificate,
    signedAttributes,
    signature: await tsa.signer.sign(signedAttributes),
    certificates: bare ? [] : [tsa.certificate.der],
  })
}
