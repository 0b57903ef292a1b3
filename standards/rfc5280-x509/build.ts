/** Writing certificates and CRLs (RFC 5280 §4.1, §5.1): to-be-signed bytes first, the whole after the signature is there. Strict DER. */
import { toHex } from '../bytes.ts'
import type { Infer } from '../der/index.ts'
import { bitString, decode, encode, encodeElement, enumerated, readSingle } from '../der/index.ts'
import { DerError } from '../errors.ts'
import { OID } from '../oid/index.ts'
import type { SignatureAlgorithm } from '../ports.ts'
import { AlgorithmIdentifier, algorithmIdentifierFor } from './algorithm.ts'
import { TBSCertificate } from './certificate.ts'
import type { RevokedCertificate } from './crl.ts'
import { CertificateListSchema, TBSCertList } from './crl.ts'
import type { Extension } from './extension.ts'
import { crlNumberExtension, readExtension, reasonCodeExtension } from './extension.ts'
import { Name } from './name.ts'
import { SubjectPublicKeyInfo } from './public-key.ts'
import { positiveInteger } from './serial.ts'
import type { Captured, Schema } from '../der/index.ts'

export interface CertificateDraft {
  /** Magnitude, big-endian. */
  readonly serial: Uint8Array
  readonly algorithm: SignatureAlgorithm
  /** DER Name, byte for byte the issuer's subject. */
  readonly issuer: Uint8Array
  readonly notBefore: Date
  readonly notAfter: Date
  /** DER Name. */
  readonly subject: Uint8Array
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  readonly extensions: readonly Extension[]
}

/** Decoding checks the given bytes; the capture writes them unchanged. */
const given = <T>(schema: Schema<T>, der: Uint8Array, name: string): Captured<T> => ({
  value: decode(schema, der, name),
  der,
})

const identifier = (algorithm: SignatureAlgorithm): Captured<AlgorithmIdentifier> => {
  const value = algorithmIdentifierFor(algorithm)
  return { value, der: encode(AlgorithmIdentifier, value) }
}

/** The bytes to sign. @throws DerError when a given Name or key is not DER */
export const encodeTbsCertificate = (draft: CertificateDraft): Uint8Array =>
  encode(TBSCertificate, {
    version: 2,
    serialNumber: positiveInteger(draft.serial),
    signature: identifier(draft.algorithm),
    issuer: given(Name, draft.issuer, 'issuer'),
    validity: { notBefore: draft.notBefore, notAfter: draft.notAfter },
    subject: given(Name, draft.subject, 'subject'),
    subjectPublicKeyInfo: given(SubjectPublicKeyInfo, draft.publicKey, 'subjectPublicKeyInfo'),
    extensions: draft.extensions,
  })

export interface SignedBytes {
  readonly tbs: Uint8Array
  readonly algorithm: SignatureAlgorithm
  readonly signature: Uint8Array
}

const SEQUENCE = 0x30

/** Certificate and CertificateList alike (§4.1, §5.1): the signed bytes as they are, the algorithm, the signature. */
const signed = ({ tbs, algorithm, signature }: SignedBytes, name: string): Uint8Array => {
  if (readSingle(tbs, { path: name }).tag !== SEQUENCE) throw new DerError(name, 'not a SEQUENCE')
  return encodeElement(SEQUENCE, tbs, identifier(algorithm).der, encode(bitString(), signature))
}

/** The whole certificate around the bytes that were signed. @throws DerError */
export const encodeCertificate = (bytes: SignedBytes): Uint8Array => signed(bytes, 'tbsCertificate')

export interface CrlDraft {
  readonly algorithm: SignatureAlgorithm
  /** DER Name. */
  readonly issuer: Uint8Array
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  readonly revoked: readonly { readonly serial: Uint8Array; readonly date: Date; readonly reason?: number }[]
  readonly extensions: readonly Extension[]
}

const UNSPECIFIED = 0

/** The bytes to sign. An unspecified reason is left out (§5.3.1), and so is an empty list (§5.1.2.6). */
export const encodeTbsCrl = (draft: CrlDraft): Uint8Array =>
  encode(TBSCertList, {
    version: 1,
    signature: identifier(draft.algorithm),
    issuer: given(Name, draft.issuer, 'issuer'),
    thisUpdate: draft.thisUpdate,
    nextUpdate: draft.nextUpdate,
    revokedCertificates: draft.revoked.length === 0 ? undefined : draft.revoked.map(revokedCertificate),
    crlExtensions: draft.extensions.length === 0 ? undefined : draft.extensions,
  })

export interface CrlRenewal {
  readonly number: number
  readonly thisUpdate: Date
  readonly nextUpdate: Date
}

type Entries = readonly Infer<typeof RevokedCertificate>[]
const REMOVE_FROM_CRL = 8

/** What a full list says once its delta is taken in (§5.2.4): each serial as the delta has it, the removed ones gone. */
const merged = (full: Entries, changes: Entries): Entries => {
  const bySerial = new Map(full.map((e) => [toHex(e.userCertificate), e] as const))
  for (const entry of changes) {
    const how = { schema: enumerated(), mode: 'strict' as const, leniencies: [] }
    const reason = readExtension(entry.crlEntryExtensions ?? [], OID.reasonCode, how)
    if (reason === REMOVE_FROM_CRL) bySerial.delete(toHex(entry.userCertificate))
    else bySerial.set(toHex(entry.userCertificate), entry)
  }
  return [...bySerial.values()]
}

const tbsOf = (der: Uint8Array) => decode(CertificateListSchema, der, 'CertificateList').tbsCertList.value

/**
 * The bytes to sign of the same list under a new number and for a new time; extensions stay as they are, and so do the entries, but for
 * the changes of `delta`. @throws DerError
 */
export const renewTbsCrl = (
  der: Uint8Array,
  { number, thisUpdate, nextUpdate }: CrlRenewal,
  delta?: Uint8Array,
): Uint8Array => {
  const tbs = tbsOf(der)
  const changes = delta === undefined ? [] : (tbsOf(delta).revokedCertificates ?? [])
  const entries = merged(tbs.revokedCertificates ?? [], changes)
  const extensions = (tbs.crlExtensions ?? []).map((e) => (e.extnID === OID.crlNumber ? crlNumberExtension(number) : e))
  return encode(TBSCertList, {
    ...tbs,
    thisUpdate,
    nextUpdate,
    revokedCertificates: entries.length === 0 ? undefined : entries,
    crlExtensions: extensions,
  })
}

const revokedCertificate = ({ serial, date, reason }: CrlDraft['revoked'][number]) => ({
  userCertificate: positiveInteger(serial),
  revocationDate: date,
  crlEntryExtensions: reason === undefined || reason === UNSPECIFIED ? undefined : [reasonCodeExtension(reason)],
})

/** The whole list around the bytes that were signed. @throws DerError */
export const encodeCrl = (bytes: SignedBytes): Uint8Array => signed(bytes, 'tbsCertList')
