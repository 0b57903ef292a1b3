/**
 * From a PKCS#10 request to a proven key. Refuses bytes that are not a request, a signature that is not of the same key, SHA-1, names
 * nobody may have, and keys that are weak or of a kind that the profile does not take. The name in it goes nowhere else.
 */
import { utf8 } from '../../../standards/bytes.ts'
import { isMalformed } from '../../../standards/errors.ts'
import { encodeSm2PublicKey } from '../../../standards/gbt-32918-sm2/index.ts'
import type { CertificationRequest } from '../../../standards/rfc2986-pkcs10/index.ts'
import { isPossessionProven, parseCertificationRequest } from '../../../standards/rfc2986-pkcs10/index.ts'
import type { CryptoPort, Digests } from '../../../standards/ports.ts'
import type { PublicKeyKind } from '../../../standards/rfc5280-x509/index.ts'
import { publicKeyBits, publicKeyKind } from '../../../standards/rfc5280-x509/index.ts'
import { TrustError } from '../../errors.ts'
import { requireTypedName } from './typed-name.ts'
import { pointWeakness } from './weak-point.ts'
import { rsaWeakness } from './weak-rsa.ts'

export interface ProvenKey {
  readonly request: CertificationRequest
  readonly kind: PublicKeyKind
  /** DER SubjectPublicKeyInfo, in the one form that we certify. */
  readonly publicKey: Uint8Array
  readonly keyDigest: Uint8Array
}

/** The same for every way of writing the same key: SM3 over its kind and its bits. */
export const keyDigestOf = (digests: Digests, publicKey: Uint8Array): Uint8Array =>
  digests.digest('sm3', utf8(`${publicKeyKind(publicKey) ?? 'unknown'}\0`), publicKeyBits(publicKey))

const parse = (csr: Uint8Array): CertificationRequest => {
  try {
    // The deviations of CFCA's and Alibaba's programs touch the wishes only, which we do not follow.
    return parseCertificationRequest(csr, 'compat')
  } catch (cause) {
    if (!isMalformed(cause)) throw cause
    throw new TrustError('CERTIFICATE_REQUEST_REFUSED', 'not a certification request', { field: 'request', cause })
  }
}

const keyFault = (kind: PublicKeyKind, publicKey: Uint8Array): string | undefined => {
  try {
    if (kind === 'RSA') return rsaWeakness(publicKey)
    return kind === 'P-384' ? 'KIND' : pointWeakness(kind, publicKey)
  } catch (error) {
    if (!isMalformed(error)) throw error
    return 'MALFORMED'
  }
}

const refuseKey = (message: string): never => {
  throw new TrustError('CERTIFICATE_KEY_REFUSED', message, { field: 'request' })
}

/**
 * `keys`: the kinds that the profile takes.
 * @throws TrustError CERTIFICATE_REQUEST_REFUSED, CERTIFICATE_KEY_REFUSED, CERTIFICATE_POSSESSION_UNPROVEN, CERTIFICATE_NAME_REFUSED
 */
export const readRequest = (
  crypto: CryptoPort,
  csr: Uint8Array,
  { keys }: { readonly keys: readonly PublicKeyKind[] },
): ProvenKey => {
  const request = parse(csr)
  const kind = publicKeyKind(request.publicKey)
  if (kind === undefined || !keys.includes(kind)) return refuseKey('the profile does not take this kind of key')
  const fault = keyFault(kind, request.publicKey)
  if (fault !== undefined) refuseKey(`the key is weak: ${fault}`)
  if (request.signatureAlgorithm === 'RSA-SHA1' || !isPossessionProven(request, crypto))
    throw new TrustError('CERTIFICATE_POSSESSION_UNPROVEN', 'the request is not signed with its own key', {
      field: 'request',
    })
  for (const { text } of request.subjectFields) requireTypedName(text, 'request')
  const publicKey = kind === 'SM2' ? encodeSm2PublicKey(publicKeyBits(request.publicKey)) : request.publicKey
  return { request, kind, publicKey, keyDigest: keyDigestOf(crypto, publicKey) }
}
