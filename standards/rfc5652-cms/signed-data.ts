/**
 * RFC 5652 §5 SignedData and its PKCS#7 v1.5 ancestor, which GB/T 35275 §8 keeps. One schema reads both:
 * they differ in object identifiers and in version numbers only. Names are the standard's own.
 */
import {
  any,
  captured,
  explicit,
  implicit,
  integerBytes,
  objectIdentifier,
  octetString,
  optional,
  sequence,
  sequenceOf,
  setOf,
  smallInteger,
} from '../der/index.ts'
import type { Element, Infer, Schema } from '../der/index.ts'

export const AlgorithmIdentifier = sequence({ algorithm: objectIdentifier(), parameters: optional(any()) })

export const Attribute = sequence({ attrType: objectIdentifier(), attrValues: setOf(any()) })

/** [n] IMPLICIT SET OF, kept as received: the signature covers these bytes with the tag of a SET. */
const attributes = (n: number) => captured(implicit(n, setOf(Attribute), true))

/** A Name, as its whole encoding: issuers are compared byte for byte. */
const rawName: Schema<Uint8Array> = { matches: (tag) => tag === 0x30, read: (e) => e.der, write: (der) => der }

export const IssuerAndSerialNumber = sequence({ issuer: rawName, serialNumber: integerBytes() })

const subjectKeyId = implicit(0, octetString())

export type SignerIdentifier =
  | ({ readonly kind: 'issuerAndSerial' } & Infer<typeof IssuerAndSerialNumber>)
  | { readonly kind: 'subjectKeyId'; readonly subjectKeyId: Uint8Array }

const SignerIdentifier: Schema<SignerIdentifier> = {
  matches: (tag) => IssuerAndSerialNumber.matches(tag) || subjectKeyId.matches(tag),
  read: (element, context) =>
    subjectKeyId.matches(element.tag)
      ? { kind: 'subjectKeyId', subjectKeyId: subjectKeyId.read(element, context) }
      : { kind: 'issuerAndSerial', ...IssuerAndSerialNumber.read(element, context) },
  write: (sid) =>
    sid.kind === 'subjectKeyId' ? subjectKeyId.write(sid.subjectKeyId) : IssuerAndSerialNumber.write(sid),
}

export const SignerInfo = sequence({
  version: smallInteger(),
  sid: SignerIdentifier,
  digestAlgorithm: AlgorithmIdentifier,
  signedAttrs: optional(attributes(0)),
  signatureAlgorithm: AlgorithmIdentifier,
  signature: octetString(),
  unsignedAttrs: optional(attributes(1)),
})
export type SignerInfo = Infer<typeof SignerInfo>

export const EncapsulatedContentInfo = sequence({
  eContentType: objectIdentifier(),
  /** CMS: an OCTET STRING. PKCS#7 and GB/T 35275: any type; of others than OCTET STRING the content octets are hashed. */
  eContent: optional(explicit(0, any())),
})

/** A SET OF whose members are kept as they are: certificates and CRLs have their own folders. */
const members = (n: number): Schema<readonly Element[]> => implicit(n, setOf(any()), true)

export const SignedData = sequence({
  version: smallInteger(),
  digestAlgorithms: setOf(AlgorithmIdentifier),
  encapContentInfo: EncapsulatedContentInfo,
  certificates: optional(members(0)),
  crls: optional(members(1)),
  signerInfos: setOf(SignerInfo),
})
export type SignedData = Infer<typeof SignedData>

export const ContentInfo = sequence({ contentType: objectIdentifier(), content: explicit(0, SignedData) })

/** RFC 5035 §3: ESSCertIDv2; an absent hash algorithm means SHA-256. */
const ESSCertIDv2 = sequence({
  hashAlgorithm: optional(AlgorithmIdentifier),
  certHash: octetString(),
  issuerSerial: optional(sequence({ issuer: any(), serialNumber: integerBytes() })),
})
export const SigningCertificateV2 = sequence({
  certs: sequenceOf(ESSCertIDv2),
  policies: optional(any()),
})
