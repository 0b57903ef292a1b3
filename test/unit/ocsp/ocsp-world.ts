/** OCSP answers made to order, for tests of what they prove. Hours count from AT. */
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { OID } from '../../../standards/oid/index.ts'
import type { Certificate, Extension, OcspAnswers, OcspStatus } from '../../../standards/rfc5280-x509/index.ts'
import { KEY_USAGE, keyUsageExtension, publicKeyBits } from '../../../standards/rfc5280-x509/index.ts'
import type { CertIdHash } from '../../../standards/rfc6960-ocsp/index.ts'
import {
  encodeCertId,
  encodeOcspResponse,
  encodeTbsOcspResponse,
  issuerDigests,
  parseOcspResponse,
} from '../../../standards/rfc6960-ocsp/index.ts'
import type { Party } from '../pki/path-world.ts'
import { cn, ext, hours, make } from '../pki/path-world.ts'
import { fromHex } from '../../../standards/bytes.ts'
import { encode, objectIdentifier, sequenceOf } from '../../../standards/der/index.ts'

export const NOCHECK: Extension = ext(OID.ocspNoCheck, fromHex('0500'), false)
export const forOcsp = (): Extension =>
  ext(OID.extKeyUsage, encode(sequenceOf(objectIdentifier()), [OID.ocspSigning]), false)
const signs = keyUsageExtension([KEY_USAGE.digitalSignature])

/** A responder that this CA certified. */
export const responderOf = (by: Party, extensions: readonly Extension[] = [forOcsp(), NOCHECK, signs]): Party =>
  make({ subject: cn('responder'), by, serial: fromHex('0777'), extensions })

export interface About {
  readonly certificate: Certificate
  readonly issuer: Certificate
  readonly status?: OcspStatus
  readonly hash?: CertIdHash
  readonly from?: number
  readonly until?: number
  readonly archiveCutoff?: Date
}

export const certIdOf = ({ certificate, issuer, hash = 'sha1' }: About): Uint8Array =>
  encodeCertId(hash, issuerDigests(nodeCrypto, hash, issuer), certificate.serial)

export const responseOf = (
  signer: Party,
  about: readonly About[],
  { nonce, delegated = false }: { readonly nonce?: Uint8Array; readonly delegated?: boolean } = {},
): Uint8Array => {
  const tbs = encodeTbsOcspResponse({
    responderKeyHash: nodeCrypto.digest('sha1', publicKeyBits(signer.key.publicKey)),
    producedAt: hours(Math.max(...about.map((a) => a.from ?? -1))),
    answers: about.map((a) => ({
      certId: certIdOf(a),
      status: a.status ?? { kind: 'good' },
      thisUpdate: hours(a.from ?? -1),
      nextUpdate: hours(a.until ?? 1),
      ...(a.archiveCutoff === undefined ? {} : { archiveCutoff: a.archiveCutoff }),
    })),
    ...(nonce === undefined ? {} : { nonce }),
  })
  return encodeOcspResponse({
    tbs,
    algorithm: signer.key.algorithm,
    signature: signer.key.sign(tbs),
    certificates: delegated ? [signer.certificate.der] : [],
  })
}

export const answersOf = (...args: Parameters<typeof responseOf>): OcspAnswers => {
  const { answers } = parseOcspResponse(responseOf(...args))
  if (answers === undefined) throw new Error('no answers')
  return answers
}
