/**
 * Signed attributes of a CAdES/PAdES baseline signature: contentType, messageDigest, signing-certificate-v2 (SHA-256),
 * and what the caller adds. No signingTime unless asked: in PDF the time stands in /M (ETSI EN 319 142-1 §5.3).
 */
import type { Digests } from '../ports.ts'
import type { Schema } from '../der/index.ts'
import { encode, objectIdentifier, octetString, readSingle, setOf } from '../der/index.ts'
import { OID } from '../oid/index.ts'
import { Time } from '../rfc5280-x509/index.ts'
import { CMS_SUITES } from './algorithms.ts'
import type { CmsSuiteName } from './algorithms.ts'
import { Attribute, SigningCertificateV2 } from './signed-data.ts'

export interface AttributeRequest {
  readonly suite: CmsSuiteName
  /** Detached content, in parts. */
  readonly content: readonly Uint8Array[]
  /** DER of the signer's certificate. */
  readonly certificate: Uint8Array
  readonly digests: Digests
  /** Default `data` of CMS. */
  readonly contentType?: string
  readonly signingTime?: Date
  /** Further attributes: type and the DER of their one value. */
  readonly extra?: readonly { readonly type: string; readonly value: Uint8Array }[]
}

/** DER SET OF Attribute: exactly the bytes to sign. */
export const buildSignedAttributes = (request: AttributeRequest): Uint8Array => {
  const { suite, content, certificate, digests, contentType = OID.data, signingTime, extra = [] } = request
  const digest = digests.digest(CMS_SUITES[suite].digest, ...content)
  const certHash = digests.digest('sha256', certificate)
  return encode(setOf(Attribute), [
    attribute(OID.contentType, objectIdentifier(), contentType),
    attribute(OID.messageDigest, octetString(), digest),
    attribute(OID.signingCertificateV2, SigningCertificateV2, { certs: [{ certHash }] }),
    ...(signingTime === undefined ? [] : [attribute(OID.signingTime, Time, signingTime)]),
    ...extra.map(({ type, value }) => ({ attrType: type, attrValues: [readSingle(value, { path: type })] })),
  ])
}

const attribute = <T>(attrType: string, schema: Schema<T>, value: T) => ({
  attrType,
  attrValues: [readSingle(encode(schema, value), { path: attrType })],
})
