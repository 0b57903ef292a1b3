/**
 * Certificate (RFC 5280 §4.1): bytes to value. The to-be-signed part is kept as received and never encoded again.
 * Refuses trailing bytes, repeated extensions, and known extensions whose value does not parse.
 */
import type { Infer, Leniency, Mode } from '../der/index.ts'
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
  readExtension,
} from './extension.ts'
import type { Extension } from './extension.ts'
import type { NameField } from './name.ts'
import { Name, findField, nameFields } from './name.ts'
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
  /** Critical extensions that nothing here understands. */
  readonly unknownCritical: readonly string[]
  /** Constraints that path validation does not process yet; with one of these a path is never simply valid. */
  readonly unprocessedConstraints: readonly string[]
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
  // Without required policies §6.1 accepts any set of them.
  OID.certificatePolicies,
])
const UNPROCESSED: ReadonlySet<string> = new Set([
  OID.nameConstraints,
  OID.policyConstraints,
  OID.policyMappings,
  OID.inhibitAnyPolicy,
])

const readExtensions = (extensions: readonly Extension[], mode: Mode, leniencies: Leniency[]) => {
  const how = { mode, leniencies }
  const basic = readExtension(extensions, OID.basicConstraints, { schema: BasicConstraints, ...how })
  const keyUsage = readExtension(extensions, OID.keyUsage, { schema: bitFlags(), ...how })
  const extKeyUsage = readExtension(extensions, OID.extKeyUsage, { schema: ExtKeyUsage, ...how })
  const subjectKeyId = readExtension(extensions, OID.subjectKeyIdentifier, { schema: octetString(), ...how })
  const authority = readExtension(extensions, OID.authorityKeyIdentifier, { schema: AuthorityKeyIdentifier, ...how })
  const points = readExtension(extensions, OID.crlDistributionPoints, { schema: CRLDistributionPoints, ...how })
  return {
    ...(keyUsage === undefined ? {} : { keyUsage }),
    ...(basic === undefined ? {} : { basicConstraints: basicConstraintsOf(basic) }),
    ...(extKeyUsage === undefined ? {} : { extKeyUsage }),
    ...(subjectKeyId === undefined ? {} : { subjectKeyId }),
    ...(authority?.keyIdentifier === undefined ? {} : { authorityKeyId: authority.keyIdentifier }),
    crlDistributionPoints: (points ?? []).flatMap((p) => (p.distributionPoint?.fullName ?? []).map((n) => n.der)),
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
    unknownCritical: extensions
      .filter((e) => e.critical && !UNDERSTOOD.has(e.extnID) && !UNPROCESSED.has(e.extnID))
      .map((e) => e.extnID),
    unprocessedConstraints: extensions.filter((e) => UNPROCESSED.has(e.extnID)).map((e) => e.extnID),
    leniencies,
  }
}

/** The subject's CN, or undefined. */
export const commonName = (certificate: Pick<Certificate, 'subjectFields'>): string | undefined =>
  findField(certificate.subjectFields, OID.commonName)
