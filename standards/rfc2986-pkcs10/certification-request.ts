/**
 * CertificationRequest (RFC 2986 §4.2, PKCS#10): name, key and wishes, signed with the key. The signed part is kept as received.
 * Refuses more than 64 KiB, other versions than 0, trailing bytes, and repeated extensions; `compat` admits what programs of this
 * country are known to write, and notes it. Name and wishes are only what somebody typed.
 */
import type { Leniency, Mode } from '../der/index.ts'
import { bitString, captured, decodeWith, implicit, optional, sequence, setOf, smallInteger } from '../der/index.ts'
import { DerError } from '../errors.ts'
import type { SignatureAlgorithm, SignatureChecks } from '../ports.ts'
import type { Extension, NameField } from '../rfc5280-x509/index.ts'
import {
  AlgorithmIdentifier,
  Name,
  SubjectPublicKeyInfo,
  isSignatureValid,
  nameFields,
  signatureAlgorithmOf,
} from '../rfc5280-x509/index.ts'
import { Attribute, requestedExtensions } from './attribute.ts'

export const CertificationRequestInfo = sequence({
  version: smallInteger(),
  subject: captured(Name),
  subjectPKInfo: captured(SubjectPublicKeyInfo),
  attributes: optional(implicit(0, setOf(Attribute), true)),
})

export const CertificationRequestSchema = sequence({
  certificationRequestInfo: captured(CertificationRequestInfo),
  signatureAlgorithm: AlgorithmIdentifier,
  signature: bitString(),
})

export interface CertificationRequest {
  /** As received, all of it. */
  readonly der: Uint8Array
  /** The bytes that are signed, as received. */
  readonly tbs: Uint8Array
  /** DER Name as received. */
  readonly subject: Uint8Array
  readonly subjectFields: readonly NameField[]
  /** DER SubjectPublicKeyInfo as received. */
  readonly publicKey: Uint8Array
  readonly attributes: readonly Attribute[]
  /** What extensionRequest asks for. */
  readonly requestedExtensions: readonly Extension[]
  /** Undefined: one we do not know. */
  readonly signatureAlgorithm?: SignatureAlgorithm
  readonly signature: Uint8Array
  readonly leniencies: readonly Leniency[]
}

const PATH = 'CertificationRequest'
const MAX_BYTES = 64 * 1024

const noteDeviation = (mode: Mode, leniencies: Leniency[], { code, what }: { code: string; what: string }): void => {
  const path = `${PATH}.certificationRequestInfo.attributes`
  if (mode === 'strict') throw new DerError(path, what)
  leniencies.push({ code, path })
}

/** @throws DerError */
export const parseCertificationRequest = (der: Uint8Array, mode: Mode = 'strict'): CertificationRequest => {
  if (der.length > MAX_BYTES) throw new DerError(PATH, 'larger than 64 KiB')
  const decoded = decodeWith(CertificationRequestSchema, der, mode, PATH)
  const { certificationRequestInfo, signatureAlgorithm: identifier, signature } = decoded.value
  const { version, subject, subjectPKInfo, attributes = [] } = certificationRequestInfo.value
  const leniencies = [...decoded.leniencies]
  if (version !== 0) throw new DerError(`${PATH}.certificationRequestInfo.version`, 'not version 1')
  if (certificationRequestInfo.value.attributes === undefined)
    noteDeviation(mode, leniencies, { code: 'ATTRIBUTES_ABSENT', what: 'missing' })
  if (new Set(attributes.map((a) => a.type)).size < attributes.length)
    noteDeviation(mode, leniencies, { code: 'ATTRIBUTE_REPEATED', what: 'one attribute twice' })
  const signatureAlgorithm = signatureAlgorithmOf(identifier)
  return {
    der,
    tbs: certificationRequestInfo.der,
    subject: subject.der,
    subjectFields: nameFields(subject.value),
    publicKey: subjectPKInfo.der,
    attributes,
    requestedExtensions: requestedExtensions(attributes, { mode, leniencies }),
    ...(signatureAlgorithm === undefined ? {} : { signatureAlgorithm }),
    signature,
    leniencies,
  }
}

/** Whether the requester has the private half: the request is signed with it (RFC 2986 §3 note 2). */
export const isPossessionProven = (request: CertificationRequest, checks: SignatureChecks): boolean =>
  isSignatureValid({ ...request, algorithmsAgree: true }, request.publicKey, checks)
