/** Extensions (RFC 5280 §4.2, §5.2, §5.3): the values that are read and written here. */
import type { Infer, Schema } from '../der/index.ts'
import {
  any,
  bitFlags,
  boolean,
  decodeWith,
  encode,
  enumerated,
  explicit,
  generalizedTime,
  ia5String,
  implicit,
  integerBytes,
  mapped,
  objectIdentifier,
  octetString,
  optional,
  sequence,
  sequenceOf,
  smallInteger,
  withDefault,
} from '../der/index.ts'
import type { Leniency, Mode } from '../der/index.ts'
import { DerError } from '../errors.ts'
import { OID } from '../oid/index.ts'
import { count } from './constraint-extensions.ts'
import { RelativeDistinguishedName } from './name.ts'

export const Extension = sequence({
  extnID: objectIdentifier(),
  critical: withDefault(boolean(), false),
  extnValue: octetString(),
})
export type Extension = Infer<typeof Extension>

/** SEQUENCE SIZE (1..MAX), each identifier once (§4.2). */
export const Extensions: Schema<readonly Extension[]> = mapped(
  sequenceOf(Extension),
  (list, context) => {
    if (list.length === 0) throw new DerError(context.path, 'empty Extensions')
    if (new Set(list.map((e) => e.extnID)).size < list.length) throw new DerError(context.path, 'repeated extension')
    return list
  },
  (list) => list,
)

/** Bits of KeyUsage (§4.2.1.3). */
export const KEY_USAGE = {
  digitalSignature: 0,
  contentCommitment: 1,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyAgreement: 4,
  keyCertSign: 5,
  crlSign: 6,
} as const

export const BasicConstraints = sequence({
  cA: withDefault(boolean(), false),
  pathLenConstraint: optional(count()),
})

/** GeneralName: only directory names and addresses are looked into; the rest is kept as bytes. */
export const GeneralNames = sequenceOf(any())

export const AuthorityKeyIdentifier = sequence({
  keyIdentifier: optional(implicit(0, octetString())),
  authorityCertIssuer: optional(implicit(1, GeneralNames, true)),
  authorityCertSerialNumber: optional(implicit(2, integerBytes())),
})

const URI = 6
export const DistributionPointName = sequence({
  fullName: optional(implicit(0, GeneralNames, true)),
  nameRelativeToCRLIssuer: optional(implicit(1, RelativeDistinguishedName, true)),
})
/** DistributionPointName is a CHOICE, hence explicitly tagged; modelled as the fields inside [0]. */
const distributionPointName = optional(implicit(0, DistributionPointName, true))

export const DistributionPoint = sequence({
  distributionPoint: distributionPointName,
  reasons: optional(implicit(1, bitFlags())),
  cRLIssuer: optional(implicit(2, GeneralNames, true)),
})
export type DistributionPoint = Infer<typeof DistributionPoint>
export const CRLDistributionPoints = sequenceOf(DistributionPoint)

export const IssuingDistributionPoint = sequence({
  distributionPoint: distributionPointName,
  onlyContainsUserCerts: withDefault(implicit(1, boolean()), false),
  onlyContainsCACerts: withDefault(implicit(2, boolean()), false),
  onlySomeReasons: optional(implicit(3, bitFlags())),
  indirectCRL: withDefault(implicit(4, boolean()), false),
  onlyContainsAttributeCerts: withDefault(implicit(5, boolean()), false),
})
export type IssuingDistributionPoint = Infer<typeof IssuingDistributionPoint>

export const ExtKeyUsage = sequenceOf(objectIdentifier())

/** Reads the value of one extension, or undefined where it is absent. @throws DerError */
export const readExtension = <T>(
  extensions: readonly Extension[],
  oid: string,
  { schema, mode, leniencies }: { readonly schema: Schema<T>; readonly mode: Mode; readonly leniencies: Leniency[] },
): T | undefined => {
  const found = extensions.find((e) => e.extnID === oid)
  if (found === undefined) return undefined
  const decoded = decodeWith(schema, found.extnValue, mode, `extensions.${oid}`)
  leniencies.push(...decoded.leniencies)
  return decoded.value
}

const extension = <T>(
  extnID: string,
  critical: boolean,
  { schema, value }: { schema: Schema<T>; value: T },
): Extension => ({
  extnID,
  critical,
  extnValue: encode(schema, value),
})

/** Critical, as RFC 5280 asks of conforming CAs. */
export const keyUsageExtension = (bits: Iterable<number>): Extension =>
  extension(OID.keyUsage, true, { schema: bitFlags(), value: new Set(bits) })

export const basicConstraintsExtension = (value: { readonly ca: boolean; readonly pathLen?: number }): Extension =>
  extension(OID.basicConstraints, true, {
    schema: BasicConstraints,
    value: { cA: value.ca, ...(value.pathLen === undefined ? {} : { pathLenConstraint: value.pathLen }) },
  })

export const subjectKeyIdExtension = (keyId: Uint8Array): Extension =>
  extension(OID.subjectKeyIdentifier, false, { schema: octetString(), value: keyId })

export const authorityKeyIdExtension = (keyIdentifier: Uint8Array): Extension =>
  extension(OID.authorityKeyIdentifier, false, { schema: AuthorityKeyIdentifier, value: { keyIdentifier } })

export const extKeyUsageExtension = (purposes: readonly string[], critical = false): Extension =>
  extension(OID.extKeyUsage, critical, { schema: ExtKeyUsage, value: purposes })

const uri = implicit(URI, ia5String())
const DistributionPointsOfUris = sequenceOf(
  sequence({ distributionPoint: explicit(0, implicit(0, sequenceOf(uri), true)) }),
)
/** One distribution point with these addresses. */
export const crlDistributionPointsExtension = (urls: readonly string[]): Extension =>
  extension(OID.crlDistributionPoints, false, {
    schema: DistributionPointsOfUris,
    value: [{ distributionPoint: urls }],
  })

/** Where the newest delta CRL is (§4.2.1.15, §5.2.6). */
export const freshestCrlExtension = (urls: readonly string[]): Extension =>
  extension(OID.freshestCrl, false, { schema: DistributionPointsOfUris, value: [{ distributionPoint: urls }] })

const AccessDescriptions = sequenceOf(sequence({ accessMethod: objectIdentifier(), accessLocation: uri }))
/** Where to ask about the certificate, and where its issuer's certificate is (§4.2.2.1). */
export const authorityInfoAccessExtension = (access: {
  readonly ocsp: string
  readonly caIssuers?: string
}): Extension =>
  extension(OID.authorityInfoAccess, false, {
    schema: AccessDescriptions,
    value: [
      { accessMethod: OID.accessOcsp, accessLocation: access.ocsp },
      ...(access.caIssuers === undefined
        ? []
        : [{ accessMethod: OID.accessCaIssuers, accessLocation: access.caIssuers }]),
    ],
  })

/** RFC 6960 §4.2.2.2.1: NULL; nobody asks whether the responder's own certificate is revoked, it is short-lived instead. */
export const ocspNoCheckExtension = (): Extension => ({
  extnID: OID.ocspNoCheck,
  critical: false,
  extnValue: new Uint8Array([0x05, 0x00]),
})

/** Critical (§5.2.4): a list of changes since the list with this number. */
export const deltaCrlIndicatorExtension = (baseNumber: number): Extension =>
  extension(OID.deltaCrlIndicator, true, { schema: smallInteger(), value: baseNumber })

export const crlNumberExtension = (number: number): Extension =>
  extension(OID.crlNumber, false, { schema: smallInteger(), value: number })

/** The CRL keeps certificates that were revoked and have expired since this time (X.509 §9.5.2.8). */
export const expiredCertsOnCrlExtension = (since: Date): Extension =>
  extension(OID.expiredCertsOnCrl, false, { schema: generalizedTime(), value: since })

export const reasonCodeExtension = (reason: number): Extension =>
  extension(OID.reasonCode, false, { schema: enumerated(), value: reason })
