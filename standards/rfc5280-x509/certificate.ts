/**
 * Certificate (RFC 5280 §4.1): bytes to value. The to-be-signed part is kept as received and never encoded again.
 * Refuses trailing bytes, repeated extensions, and known extensions whose value does not parse.
 */
import type { Element, Infer, Leniency, Mode, Schema } from '../der/index.ts'
import {
  bitFlags,
  bitString,
  captured,
  decodeWith,
  explicit,
  implicit,
  integerBytes,
  octetString,
  optional,
  sequence,
  smallInteger,
  withDefault,
} from '../der/index.ts'
import { equalBytes } from '../bytes.ts'
import { OID } from '../oid/index.ts'
import type { SignatureAlgorithm } from '../ports.ts'
import { AlgorithmIdentifier, signatureAlgorithmOf } from './algorithm.ts'
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  CRLDistributionPoints,
  ExtKeyUsage,
  Extensions,
  GeneralNames,
  readExtension,
} from './extension.ts'
import {
  CertificatePolicies,
  NameConstraints,
  PolicyConstraints,
  PolicyMappings,
  count,
  hasUnknownQualifier,
} from './constraint-extensions.ts'
import type { DistributionPoint, Extension } from './extension.ts'
import { matchesName } from './name-matching.ts'
import type { NameField } from './name.ts'
import { Name, findField, nameFields, nameText } from './name.ts'
import { SubjectPublicKeyInfo } from './public-key.ts'
import { Validity } from './time.ts'

export const TBSCertificate = sequence({
  version: withDefault(explicit(0, smallInteger()), 0),
  serialNumber: integerBytes(),
  signature: captured(AlgorithmIdentifier),
  issuer: captured(Name),
  validity: Validity,
  subject: captured(Name),
  subjectPublicKeyInfo: captured(SubjectPublicKeyInfo),
  issuerUniqueID: optional(implicit(1, octetString())),
  subjectUniqueID: optional(implicit(2, octetString())),
  extensions: optional(explicit(3, Extensions)),
})

export const CertificateSchema = sequence({
  tbsCertificate: captured(TBSCertificate),
  signatureAlgorithm: captured(AlgorithmIdentifier),
  signatureValue: bitString(),
})

export interface Certificate {
  /** As received, all of it. */
  readonly der: Uint8Array
  /** The bytes that are signed, as received. */
  readonly tbs: Uint8Array
  /** 1, 2 or 3. */
  readonly version: number
  /** Content octets as received; compare with `sameSerial`, store with `serialHex`. */
  readonly serial: Uint8Array
  /** DER Name as received. */
  readonly issuer: Uint8Array
  /** DER Name as received. */
  readonly subject: Uint8Array
  readonly issuerFields: readonly NameField[]
  readonly subjectFields: readonly NameField[]
  readonly notBefore: Date
  readonly notAfter: Date
  /** DER SubjectPublicKeyInfo as received. */
  readonly publicKey: Uint8Array
  /** Undefined: one we do not know. */
  readonly signatureAlgorithm?: SignatureAlgorithm
  readonly signatureAlgorithmOid: string
  /** The signed and the outer AlgorithmIdentifier are the same bytes (§4.1.1.2). */
  readonly algorithmsAgree: boolean
  readonly signature: Uint8Array
  readonly extensions: readonly Extension[]
  /** Numbers of the bits that are set, see KEY_USAGE. */
  readonly keyUsage?: ReadonlySet<number>
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLen?: number }
  readonly extKeyUsage?: readonly string[]
  readonly subjectKeyId?: Uint8Array
  readonly authorityKeyId?: Uint8Array
  /** The DER general names of its CRL distribution points. */
  readonly crlDistributionPoints: readonly Uint8Array[]
  readonly distributionPoints: readonly DistributionPoint[]
  /** General names as they stand. */
  readonly subjectAltNames: readonly Element[]
  /** Identifiers without their qualifiers. */
  readonly policies?: readonly string[]
  readonly policyMappings?: PolicyMappings
  readonly policyConstraints?: PolicyConstraints
  /** How many certificates below may still have anyPolicy. */
  readonly inhibitAnyPolicy?: number
  readonly nameConstraints?: NameConstraints
  /** Critical extensions that nothing here understands, in whole. */
  readonly unknownCritical: readonly string[]
  readonly leniencies: readonly Leniency[]
}

const UNDERSTOOD: ReadonlySet<string> = new Set([
  OID.keyUsage,
  OID.basicConstraints,
  OID.extKeyUsage,
  OID.subjectKeyIdentifier,
  OID.authorityKeyIdentifier,
  OID.crlDistributionPoints,
  OID.subjectAltName,
  OID.certificatePolicies,
  OID.policyMappings,
  OID.policyConstraints,
  OID.inhibitAnyPolicy,
  OID.nameConstraints,
  // Says where deltas are; whoever collects evidence reads it.
  OID.freshestCrl,
])

/** Leaves out what is absent, as optional properties may not hold undefined. */
const present = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } => {
  const out: { [K in keyof T]?: Exclude<T[K], undefined> } = {}
  for (const name in fields)
    if (fields[name] !== undefined) out[name] = fields[name] as Exclude<T[typeof name], undefined>
  return out
}

type Read = <T>(oid: string, schema: Schema<T>) => T | undefined

const readUses = (read: Read) => {
  const basic = read(OID.basicConstraints, BasicConstraints)
  const points = read(OID.crlDistributionPoints, CRLDistributionPoints) ?? []
  return {
    ...present({
      keyUsage: read(OID.keyUsage, bitFlags()),
      basicConstraints: basic === undefined ? undefined : basicConstraintsOf(basic),
      extKeyUsage: read(OID.extKeyUsage, ExtKeyUsage),
      subjectKeyId: read(OID.subjectKeyIdentifier, octetString()),
      authorityKeyId: read(OID.authorityKeyIdentifier, AuthorityKeyIdentifier)?.keyIdentifier,
    }),
    distributionPoints: points,
    crlDistributionPoints: points.flatMap((p) => (p.distributionPoint?.fullName ?? []).map((n) => n.der)),
    subjectAltNames: read(OID.subjectAltName, GeneralNames) ?? [],
  }
}

const readConstraints = (read: Read) =>
  present({
    policyMappings: read(OID.policyMappings, PolicyMappings),
    policyConstraints: read(OID.policyConstraints, PolicyConstraints),
    inhibitAnyPolicy: read(OID.inhibitAnyPolicy, count()),
    nameConstraints: read(OID.nameConstraints, NameConstraints),
  })

const readExtensions = (extensions: readonly Extension[], mode: Mode, leniencies: Leniency[]) => {
  const read: Read = (oid, schema) => readExtension(extensions, oid, { schema, mode, leniencies })
  const policies = read(OID.certificatePolicies, CertificatePolicies)
  const isUnknown = ({ extnID }: Extension): boolean =>
    !UNDERSTOOD.has(extnID) ||
    (extnID === OID.certificatePolicies && policies !== undefined && hasUnknownQualifier(policies))
  return {
    ...readUses(read),
    ...readConstraints(read),
    ...(policies === undefined ? {} : { policies: policies.map((p) => p.policyIdentifier) }),
    unknownCritical: extensions.filter((e) => e.critical && isUnknown(e)).map((e) => e.extnID),
  }
}

const basicConstraintsOf = ({ cA, pathLenConstraint }: Infer<typeof BasicConstraints>) => ({
  ca: cA,
  ...(pathLenConstraint === undefined ? {} : { pathLen: pathLenConstraint }),
})

/** @throws DerError */
export const parseCertificate = (der: Uint8Array, mode: Mode = 'strict'): Certificate => {
  const decoded = decodeWith(CertificateSchema, der, mode, 'Certificate')
  const { tbsCertificate, signatureAlgorithm: outer, signatureValue } = decoded.value
  const tbs = tbsCertificate.value
  const leniencies = [...decoded.leniencies]
  const extensions = tbs.extensions ?? []
  const signatureAlgorithm = signatureAlgorithmOf(outer.value)
  return {
    der,
    tbs: tbsCertificate.der,
    version: tbs.version + 1,
    serial: tbs.serialNumber,
    issuer: tbs.issuer.der,
    subject: tbs.subject.der,
    issuerFields: nameFields(tbs.issuer.value),
    subjectFields: nameFields(tbs.subject.value),
    ...tbs.validity,
    publicKey: tbs.subjectPublicKeyInfo.der,
    ...(signatureAlgorithm === undefined ? {} : { signatureAlgorithm }),
    signatureAlgorithmOid: outer.value.algorithm,
    algorithmsAgree: equalBytes(outer.der, tbs.signature.der),
    signature: signatureValue,
    extensions,
    ...readExtensions(extensions, mode, leniencies),
    leniencies,
  }
}

/** The subject's CN, or undefined. */
export const commonName = (certificate: Pick<Certificate, 'subjectFields'>): string | undefined =>
  findField(certificate.subjectFields, OID.commonName)

/** What a finding calls a certificate. */
export const titleOf = (c: Pick<Certificate, 'subjectFields'>): string => commonName(c) ?? nameText(c.subjectFields)

/** Subject and issuer are the same name (§6.1): key roll-over, and roots. */
export const isSelfIssued = (c: Pick<Certificate, 'subject' | 'issuer'>): boolean => matchesName(c.subject, c.issuer)
