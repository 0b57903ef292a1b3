/**
 * CertificateList (RFC 5280 §5): bytes to value, with a look-up of the revoked by serial number.
 * Critical extensions that are not understood are reported, not refused: who uses the CRL must then not rely on it.
 */
import type { Infer, Leniency, Mode, Schema } from '../der/index.ts'
import {
  bitString,
  captured,
  decodeWith,
  enumerated,
  explicit,
  generalizedTime,
  integerBytes,
  mapped,
  optional,
  sequence,
  sequenceOf,
  smallInteger,
} from '../der/index.ts'
import { equalBytes } from '../bytes.ts'
import { DerError } from '../errors.ts'
import { OID } from '../oid/index.ts'
import type { SignatureAlgorithm } from '../ports.ts'
import { AlgorithmIdentifier, signatureAlgorithmOf } from './algorithm.ts'
import { AuthorityKeyIdentifier, Extensions, IssuingDistributionPoint, readExtension } from './extension.ts'
import type { Extension } from './extension.ts'
import type { NameField } from './name.ts'
import { Name, nameFields } from './name.ts'
import { serialHex, serialIndex } from './serial.ts'
import { Time } from './time.ts'

export const RevokedCertificate = sequence({
  userCertificate: integerBytes(),
  revocationDate: Time,
  crlEntryExtensions: optional(Extensions),
})

const version2: Schema<number> = mapped(
  smallInteger(),
  (v, context) => {
    if (v !== 1) throw new DerError(context.path, 'CRL version is not v2')
    return v
  },
  (v) => v,
)

export const TBSCertList = sequence({
  version: optional(version2),
  signature: captured(AlgorithmIdentifier),
  issuer: captured(Name),
  thisUpdate: Time,
  nextUpdate: optional(Time),
  revokedCertificates: optional(sequenceOf(RevokedCertificate)),
  crlExtensions: optional(explicit(0, Extensions)),
})

export const CertificateListSchema = sequence({
  tbsCertList: captured(TBSCertList),
  signatureAlgorithm: captured(AlgorithmIdentifier),
  signatureValue: bitString(),
})

export interface RevokedEntry {
  readonly date: Date
  /** CRLReason (§5.3.1); absent is unspecified. */
  readonly reason?: number
  /** When the key is thought to have been lost (§5.3.2). */
  readonly invalidityDate?: Date
}

export interface Crl {
  readonly der: Uint8Array
  /** The bytes that are signed, as received. */
  readonly tbs: Uint8Array
  /** DER Name as received. */
  readonly issuer: Uint8Array
  readonly issuerFields: readonly NameField[]
  readonly thisUpdate: Date
  readonly nextUpdate?: Date
  readonly number?: bigint
  readonly authorityKeyId?: Uint8Array
  readonly revokedCount: number
  /** By content octets of the serial number. */
  findRevoked(serial: Uint8Array): RevokedEntry | undefined
  readonly issuingDistributionPoint?: Infer<typeof IssuingDistributionPoint>
  /** The issuing distribution point as received: a delta fits lists of the same scope. */
  readonly scopeDer?: Uint8Array
  /** A list of changes only: by itself it proves a revocation, never its absence. */
  readonly isDelta: boolean
  /** The number of the list that a delta changes (§5.2.4). */
  readonly baseNumber?: bigint
  /** Revoked certificates that expired after this time are still listed. */
  readonly expiredCertsSince?: Date
  readonly signatureAlgorithm?: SignatureAlgorithm
  readonly algorithmsAgree: boolean
  readonly signature: Uint8Array
  /** Of the list and of its entries. */
  readonly unknownCritical: readonly string[]
  readonly leniencies: readonly Leniency[]
}

const UNDERSTOOD: ReadonlySet<string> = new Set([
  OID.crlNumber,
  OID.authorityKeyIdentifier,
  OID.issuingDistributionPoint,
  OID.deltaCrlIndicator,
  OID.freshestCrl,
  OID.expiredCertsOnCrl,
])
const UNDERSTOOD_IN_ENTRY: ReadonlySet<string> = new Set([OID.reasonCode, OID.invalidityDate])

const unknownCriticalOf = (extensions: readonly Extension[], understood: ReadonlySet<string>): string[] =>
  extensions.filter((e) => e.critical && !understood.has(e.extnID)).map((e) => e.extnID)

interface How {
  readonly mode: Mode
  readonly leniencies: Leniency[]
}

const readEntry = (entry: Infer<typeof RevokedCertificate>, how: How): RevokedEntry => {
  const extensions = entry.crlEntryExtensions ?? []
  const reason = readExtension(extensions, OID.reasonCode, { schema: enumerated(), ...how })
  const invalidityDate = readExtension(extensions, OID.invalidityDate, { schema: generalizedTime(), ...how })
  return {
    date: entry.revocationDate,
    ...(reason === undefined ? {} : { reason }),
    ...(invalidityDate === undefined ? {} : { invalidityDate }),
  }
}

/** A serial listed twice counts from its earlier date. */
const indexEntries = (list: readonly Infer<typeof RevokedCertificate>[], how: How) => {
  const index = serialIndex<RevokedEntry>((a, b) => (b.date < a.date ? b : a))
  for (const item of list) index.add(item.userCertificate, readEntry(item, how))
  return index
}

const readListExtensions = (extensions: readonly Extension[], how: How) => {
  const number = readExtension(extensions, OID.crlNumber, { schema: integerBytes(), ...how })
  const authority = readExtension(extensions, OID.authorityKeyIdentifier, { schema: AuthorityKeyIdentifier, ...how })
  const point = readExtension(extensions, OID.issuingDistributionPoint, { schema: IssuingDistributionPoint, ...how })
  const base = readExtension(extensions, OID.deltaCrlIndicator, { schema: integerBytes(), ...how })
  const since = readExtension(extensions, OID.expiredCertsOnCrl, { schema: generalizedTime(), ...how })
  const scope = extensions.find((e) => e.extnID === OID.issuingDistributionPoint)
  return {
    ...(number === undefined ? {} : { number: BigInt(`0x${serialHex(number)}`) }),
    ...(authority?.keyIdentifier === undefined ? {} : { authorityKeyId: authority.keyIdentifier }),
    ...(point === undefined ? {} : { issuingDistributionPoint: point }),
    ...(scope === undefined ? {} : { scopeDer: scope.extnValue }),
    ...(since === undefined ? {} : { expiredCertsSince: since }),
    isDelta: base !== undefined,
    ...(base === undefined ? {} : { baseNumber: BigInt(`0x${serialHex(base)}`) }),
  }
}

/** @throws DerError */
export const parseCrl = (der: Uint8Array, mode: Mode = 'strict'): Crl => {
  const decoded = decodeWith(CertificateListSchema, der, mode, 'CertificateList')
  const { tbsCertList, signatureAlgorithm: outer, signatureValue } = decoded.value
  const tbs = tbsCertList.value
  const how: How = { mode, leniencies: [...decoded.leniencies] }
  const entries = tbs.revokedCertificates ?? []
  const index = indexEntries(entries, how)
  const extensions = tbs.crlExtensions ?? []
  const signatureAlgorithm = signatureAlgorithmOf(outer.value)
  return {
    der,
    tbs: tbsCertList.der,
    issuer: tbs.issuer.der,
    issuerFields: nameFields(tbs.issuer.value),
    thisUpdate: tbs.thisUpdate,
    ...(tbs.nextUpdate === undefined ? {} : { nextUpdate: tbs.nextUpdate }),
    ...readListExtensions(extensions, how),
    revokedCount: index.size,
    findRevoked: (serial) => index.find(serial),
    ...(signatureAlgorithm === undefined ? {} : { signatureAlgorithm }),
    algorithmsAgree: equalBytes(outer.der, tbs.signature.der),
    signature: signatureValue,
    unknownCritical: [
      ...unknownCriticalOf(extensions, UNDERSTOOD),
      ...entries.flatMap((e) => unknownCriticalOf(e.crlEntryExtensions ?? [], UNDERSTOOD_IN_ENTRY)),
    ],
    leniencies: how.leniencies,
  }
}
