/** Writes a SignedData with one signer and signed attributes, in CMS or GM form. */
import { concat } from '../bytes.ts'
import type { Element } from '../der/index.ts'
import { decode, encode, implicit, nullValue, octetString, readSingle, setOf } from '../der/index.ts'
import { OID } from '../oid/index.ts'
import { CMS_SUITES } from './algorithms.ts'
import type { CmsSuiteName } from './algorithms.ts'
import { Attribute, ContentInfo } from './signed-data.ts'

export interface SignedDataToEncode {
  readonly suite: CmsSuiteName
  /** `gm` writes the identifiers of GB/T 35275; default `cms`. */
  readonly form?: 'cms' | 'gm'
  /** As built by buildSignedAttributes and signed. */
  readonly signedAttributes: Uint8Array
  readonly signature: Uint8Array
  readonly signer: { readonly issuer: Uint8Array; readonly serial: Uint8Array }
  /** DER, the signer's first. */
  readonly certificates: readonly Uint8Array[]
  /** Encapsulated content; default detached. */
  readonly content?: Uint8Array
  /** Default `data` of the form. Any other makes the version 3 (§5.1). */
  readonly contentType?: string
  /** Type and the DER of the one value; nothing signs them. */
  readonly unsignedAttributes?: readonly { readonly type: string; readonly value: Uint8Array }[]
}

const CONTEXT_0 = Uint8Array.of(0xa0)
const element = (der: Uint8Array): Element => readSingle(der, { path: '' })
const NULL = element(encode(nullValue(), null))

const unsigned = (attributes: NonNullable<SignedDataToEncode['unsignedAttributes']>) => {
  const value = attributes.map(({ type, value: der }) => ({ attrType: type, attrValues: [element(der)] }))
  return { value, der: encode(implicit(1, setOf(Attribute), true), value) }
}

export const encodeSignedData = (message: SignedDataToEncode): Uint8Array => {
  const { suite, form = 'cms', signedAttributes, signature, signer, certificates, content } = message
  const { digestOid, signatureOid } = CMS_SUITES[suite]
  const gm = form === 'gm'
  const { contentType = gm ? OID.gmData : OID.data, unsignedAttributes = [] } = message
  const eContent = content === undefined ? undefined : element(encode(octetString(), content))
  return encode(ContentInfo, {
    contentType: gm ? OID.gmSignedData : OID.signedData,
    content: {
      version: contentType === OID.data || contentType === OID.gmData ? 1 : 3,
      digestAlgorithms: [{ algorithm: digestOid }],
      encapContentInfo: { eContentType: contentType, eContent },
      ...(certificates.length === 0 ? {} : { certificates: certificates.map(element) }),
      signerInfos: [
        {
          version: 1,
          sid: { kind: 'issuerAndSerial', issuer: signer.issuer, serialNumber: signer.serial },
          digestAlgorithm: { algorithm: digestOid },
          signedAttrs: {
            value: decode(setOf(Attribute), signedAttributes),
            der: concat(CONTEXT_0, signedAttributes.subarray(1)),
          },
          signatureAlgorithm: gm ? { algorithm: OID.sm2Sign, parameters: NULL } : { algorithm: signatureOid },
          signature,
          ...(unsignedAttributes.length === 0 ? {} : { unsignedAttrs: unsigned(unsignedAttributes) }),
        },
      ],
    },
  })
}
