/** From a decision (who, which key, what for, how long) to a certificate draft; the same for the ceremony and for daily issuing. */
import type { CertificateDraft, Extension, NameField } from '../../standards/rfc5280-x509/index.ts'
import {
  authorityInfoAccessExtension,
  authorityKeyIdExtension,
  basicConstraintsExtension,
  crlDistributionPointsExtension,
  encodeName,
  extKeyUsageExtension,
  freshestCrlExtension,
  keyUsageExtension,
  ocspNoCheckExtension,
  publicKeyBits,
  publicKeyKind,
  subjectKeyIdExtension,
} from '../../standards/rfc5280-x509/index.ts'
import type { Digests, SignatureAlgorithm } from '../../standards/ports.ts'
import { TrustError } from '../errors.ts'

export interface CertificateUsage {
  readonly keyUsage: readonly number[]
  readonly extKeyUsage: readonly string[]
  readonly extKeyUsageCritical?: boolean
  readonly ocspNoCheck?: boolean
  /** A CA certificate with this many CAs below; absent for end entities. */
  readonly ca?: { readonly pathLen: number }
}

export interface DraftRequest {
  readonly serial: Uint8Array
  /** Of the key that will sign. */
  readonly issuer: { readonly name: Uint8Array; readonly keyId: Uint8Array; readonly algorithm: SignatureAlgorithm }
  readonly subject: readonly NameField[]
  readonly publicKey: Uint8Array
  readonly notBefore: Date
  readonly notAfter: Date
  readonly usage: CertificateUsage
  readonly identity?: readonly Extension[]
  /** Where its status is asked for; absent for a root. */
  readonly status?: StatusAddresses
}

export interface StatusAddresses {
  readonly crl: string
  readonly delta: string
  readonly ocsp: string
  /** The issuer's certificate. */
  readonly caIssuers: string
}

const KEY_ID_BYTES = 20

/** Leftmost 160 bits of SM3 (SM2 keys) or SHA-256 over the key bits: RFC 7093 §2 method 1. */
export const keyIdentifier = (digests: Digests, publicKey: Uint8Array): Uint8Array =>
  digests
    .digest(publicKeyKind(publicKey) === 'SM2' ? 'sm3' : 'sha256', publicKeyBits(publicKey))
    .subarray(0, KEY_ID_BYTES)

/** The algorithm with which a key of ours signs. @throws TrustError KEY_UNUSABLE */
export const signatureAlgorithmFor = (publicKey: Uint8Array): SignatureAlgorithm => {
  const kind = publicKeyKind(publicKey)
  if (kind === 'SM2') return 'SM2-SM3'
  if (kind === 'P-256') return 'ECDSA-SHA256'
  throw new TrustError('KEY_UNUSABLE', 'neither an SM2 nor a P-256 key')
}

const statusExtensions = ({ crl, delta, ocsp, caIssuers }: StatusAddresses): Extension[] => [
  crlDistributionPointsExtension([crl]),
  freshestCrlExtension([delta]),
  authorityInfoAccessExtension({ ocsp, caIssuers }),
]

export const draftCertificate = (digests: Digests, request: DraftRequest): CertificateDraft => {
  const { usage, issuer } = request
  const extensions: Extension[] = [
    basicConstraintsExtension(usage.ca === undefined ? { ca: false } : { ca: true, pathLen: usage.ca.pathLen }),
    keyUsageExtension(usage.keyUsage),
    ...(usage.extKeyUsage.length === 0 ? [] : [extKeyUsageExtension(usage.extKeyUsage, usage.extKeyUsageCritical)]),
    subjectKeyIdExtension(keyIdentifier(digests, request.publicKey)),
    authorityKeyIdExtension(issuer.keyId),
    ...(request.status === undefined ? [] : statusExtensions(request.status)),
    ...(usage.ocspNoCheck === true ? [ocspNoCheckExtension()] : []),
    ...(request.identity ?? []),
  ]
  return {
    serial: request.serial,
    algorithm: issuer.algorithm,
    issuer: issuer.name,
    notBefore: request.notBefore,
    notAfter: request.notAfter,
    subject: encodeName(request.subject),
    publicKey: request.publicKey,
    extensions,
  }
}
