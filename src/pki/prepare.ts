/**
 * Everything before the key is touched: profile, subject, key, validity, serial number, the bytes to sign, lints, and the
 * intent written down in a transaction of its own. What comes out is a token that `signPrepared` takes once; nothing else
 * can make one, so no certificate is signed that was not prepared.
 */
import type { Certificate } from '../../standards/rfc5280-x509/index.ts'
import {
  encodeCertificate,
  encodeTbsCertificate,
  parseCertificate,
  publicKeyKind,
  serialHex,
} from '../../standards/rfc5280-x509/index.ts'
import type { Actor } from '../audit/index.ts'
import { TrustError } from '../errors.ts'
import { draftCertificate, signatureAlgorithmFor } from './draft.ts'
import { LINTS } from './lints/index.ts'
import type { Authority, CertificateIntent, PkiDeps } from './ports.ts'
import type { Profile } from './profile.ts'
import { newSerial } from './serial.ts'
import type { CertificateSubject } from './subject.ts'
import { identityExtensions, subjectFields } from './subject.ts'

export interface CertificateRequest {
  /** A name of profiles.json. */
  readonly profile: string
  readonly subject: CertificateSubject
  /** DER SubjectPublicKeyInfo. Possession of the private half is for the caller to have seen. */
  readonly publicKey: Uint8Array
  readonly actor: Actor
  /** Default: from now for the days of the profile, never beyond the issuer's own end. */
  readonly validity?: { readonly notBefore?: Date; readonly notAfter: Date }
}

declare const tokenBrand: unique symbol
/** Good for one signature. */
export interface IssuanceToken {
  readonly [tokenBrand]: true
}

export interface Prepared {
  readonly authority: Authority
  readonly intent: CertificateIntent
}

const prepared = new WeakMap<IssuanceToken, Prepared>()

/** Takes the token out of use. @throws TypeError for one that was not prepared here, or was used */
export const redeem = (token: IssuanceToken): Prepared => {
  const found = prepared.get(token)
  if (found === undefined) throw new TypeError('this issuance token was used, or never made')
  prepared.delete(token)
  return found
}

const DAY = 86_400_000
const CLOCK_TOLERANCE = 5 * 60_000
const ATTEMPTS = 3

const refuse = (message: string, field?: string): never => {
  throw new TrustError('CERTIFICATE_REQUEST_REFUSED', message, field === undefined ? {} : { field })
}

const wholeSeconds = (at: Date): Date => new Date(Math.floor(at.getTime() / 1000) * 1000)

const validityOf = (
  request: CertificateRequest,
  { profile, issuer, now }: { profile: Profile; issuer: Certificate; now: Date },
) => {
  const notBefore = wholeSeconds(request.validity?.notBefore ?? now)
  if (notBefore.getTime() < wholeSeconds(now).getTime() - CLOCK_TOLERANCE)
    refuse('valid before it is issued', 'validity')
  const usual = new Date(notBefore.getTime() + profile.days * DAY)
  const notAfter = request.validity?.notAfter ?? (usual > issuer.notAfter ? issuer.notAfter : usual)
  return { notBefore, notAfter: wholeSeconds(notAfter) }
}

/** The profile's CA in the algorithm of the key; P-256 for RSA keys, as foreign verifiers need neither SM2 nor an RSA root. */
const authorityFor = (deps: PkiDeps, { issuer }: Profile, publicKey: Uint8Array): Authority => {
  const kind = publicKeyKind(publicKey) === 'SM2' ? 'SM2' : 'P-256'
  const found = deps.authorities.find((a) => a.ca === issuer && publicKeyKind(a.certificate.publicKey) === kind)
  return found ?? refuse('no CA for this kind of key', 'publicKey')
}

const requireLinted = (tbs: Uint8Array, { profile, authority, now }: Omit<Decided, 'serial'>): void => {
  const { certificate: issuer, addresses } = authority
  const algorithm = signatureAlgorithmFor(issuer.publicKey)
  const certificate = parseCertificate(encodeCertificate({ tbs, algorithm, signature: new Uint8Array(8) }))
  for (const lint of LINTS) {
    const fault = lint.check(certificate, { issuer, profile, addresses, now })
    if (fault !== undefined) refuse(`${lint.name}: ${fault} (${lint.cite})`, lint.name)
  }
}

/** @throws TrustError CERTIFICATE_PROFILE_UNKNOWN, CERTIFICATE_REQUEST_REFUSED; nothing was written then */
export const prepareCertificate = async (deps: PkiDeps, request: CertificateRequest): Promise<IssuanceToken> => {
  const profile = deps.profiles.get(request.profile)
  const kind = publicKeyKind(request.publicKey)
  if (kind === undefined || !profile.keys.includes(kind)) refuse('the profile does not take this key', 'publicKey')
  const authority = authorityFor(deps, profile, request.publicKey)
  const now = deps.clock.now()
  const make = (serial: Uint8Array): Uint8Array => makeTbs(deps, request, { profile, authority, now, serial })
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const serial = newSerial(deps.random)
    const tbs = make(serial)
    requireLinted(tbs, { profile, authority, now })
    const intent: CertificateIntent = {
      id: deps.ids.next(),
      issuerId: authority.id,
      serialHex: serialHex(serial),
      profile: profile.name,
      tbs,
      actor: request.actor,
      at: now,
    }
    if (await deps.work.run((tx) => deps.store.intend(tx, intent))) {
      const token = {} as IssuanceToken
      prepared.set(token, { authority, intent })
      return token
    }
  }
  throw new TrustError('CONFLICT', 'three serial numbers in a row were in use: the source of randomness is broken')
}

interface Decided {
  readonly profile: Profile
  readonly authority: Authority
  readonly now: Date
  readonly serial: Uint8Array
}

const makeTbs = (
  deps: PkiDeps,
  request: CertificateRequest,
  { profile, authority, now, serial }: Decided,
): Uint8Array => {
  const issuer = authority.certificate
  return encodeTbsCertificate(
    draftCertificate(deps.crypto, {
      serial,
      issuer: {
        name: issuer.subject,
        keyId: issuer.subjectKeyId ?? refuse('the CA has no key identifier'),
        algorithm: signatureAlgorithmFor(issuer.publicKey),
      },
      subject: subjectFields(request.subject),
      publicKey: request.publicKey,
      ...validityOf(request, { profile, issuer, now }),
      usage: profile,
      identity: identityExtensions(request.subject),
      status: authority.addresses,
    }),
  )
}
