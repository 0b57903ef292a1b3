/** A certificate for a key, with nothing in it that JWS would look at but the key. */
import type { Signer } from '../../../src/crypto/index.ts'
import {
  encodeCertificate,
  encodeName,
  encodeTbsCertificate,
  keyUsageExtension,
} from '../../../standards/rfc5280-x509/index.ts'
import { OID } from '../../../standards/oid/index.ts'

export const selfSigned = async (signer: Signer): Promise<Uint8Array> => {
  const name = encodeName([{ oid: OID.commonName, text: '云湖省测试签名' }])
  const tbs = encodeTbsCertificate({
    serial: Uint8Array.of(1),
    algorithm: signer.algorithm,
    issuer: name,
    subject: name,
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2027-01-01T00:00:00Z'),
    publicKey: signer.publicKey,
    extensions: [keyUsageExtension([0])],
  })
  return encodeCertificate({ tbs, algorithm: signer.algorithm, signature: await signer.sign(tbs) })
}
