/**
 * Signing in with a certificate (UKey): its key signs one line of text that names this site and a challenge bound to this browser's
 * sign-in; the certificate must be good now, by path and revocation. SM2 with SM3, or P-256. What cannot be found out opens nothing.
 */
import { fromBase64, fromPem, toBase64Url, toHex, utf8 } from '../../../standards/bytes.ts'
import { isMalformed } from '../../../standards/errors.ts'
import type { CryptoPort, SignatureAlgorithm } from '../../../standards/ports.ts'
import {
  parseCertificate,
  publicKeyKind,
  validatePath,
  type Certificate,
  type PathQuestion,
} from '../../../standards/rfc5280-x509/index.ts'
import { TrustError } from '../../errors.ts'
import type { Authentication } from '../authenticate.ts'
import type { IdentityDeps } from '../ports.ts'
import type { FactorDeps } from './check-code.ts'
import { requireOwner, type OwnerDeps, type OwnerProof } from './confirm-owner.ts'
import { note } from './note.ts'
import type { Site } from './passkey.ts'
import { completeSignIn } from './complete-sign-in.ts'

/** What is good now, in whose eyes: anchors, CAs and their revocation lists. */
export type CertificateTrust = Pick<PathQuestion, 'anchors' | 'intermediates' | 'crls'>

export interface CertificateSignIn {
  readonly crypto: CryptoPort
  trust(): Promise<CertificateTrust>
}

export type CertificatePurpose = 'sign-in' | 'enrol'
const HEADING: Readonly<Record<CertificatePurpose, string>> = { 'sign-in': 'XINYIN-SIGN-IN-1', enrol: 'XINYIN-ENROL-1' }

export interface ChallengeOf {
  readonly purpose: CertificatePurpose
  readonly site: Site
  readonly handle: string
}

/** One line; its UTF-8 octets, without a line end, are what the key signs. */
export const certificateChallenge = (
  { store }: Pick<IdentityDeps, 'store'>,
  { purpose, site, handle }: ChallengeOf,
): string =>
  `${HEADING[purpose]} ${site.origin} ${toBase64Url(store.signInSteps.challenge(`certificate ${purpose} ${handle}`))}`

export interface CertificateProof extends ChallengeOf {
  /** PEM; of several the first. */
  readonly certificate: string
  /** Base64 of the DER signature. */
  readonly signature: string
}

const refused = (what: string, cause?: unknown): TrustError =>
  new TrustError('CERTIFICATE_NOT_ACCEPTED', what, { cause })
const missing = (field: string, cause?: unknown): TrustError =>
  new TrustError('INPUT_INVALID', `no ${field}`, { field, cause })

const read = ({ certificate, signature }: CertificateProof): { leaf: Certificate; value: Uint8Array } => {
  let der: Uint8Array | undefined
  try {
    der = fromPem(certificate.slice(0, MAX_TEXT), 'CERTIFICATE')[0]
  } catch (cause) {
    throw missing('certificate', cause)
  }
  if (der === undefined) throw missing('certificate')
  let value: Uint8Array
  try {
    value = fromBase64(signature.slice(0, MAX_TEXT).replace(/\s+/g, ''))
  } catch (cause) {
    throw missing('signature', cause)
  }
  if (value.length === 0) throw missing('signature')
  try {
    return { leaf: parseCertificate(der), value }
  } catch (cause) {
    if (isMalformed(cause)) throw missing('certificate', cause)
    throw cause
  }
}
const MAX_TEXT = 16_384

const ALGORITHMS: Readonly<Record<string, SignatureAlgorithm>> = { SM2: 'SM2-SM3', 'P-256': 'ECDSA-SHA256' }

/** The key under which a certificate is found again; a renewed one of the same key is the same authenticator. */
const keyOf = ({ crypto }: CertificateSignIn, leaf: Certificate): string => toHex(crypto.digest('sm3', leaf.publicKey))

const requireGood = async (
  deps: FactorDeps & Pick<IdentityDeps, 'certificates'>,
  proof: CertificateProof,
): Promise<{ readonly key: string; readonly subject: string }> => {
  const { certificates } = deps
  if (certificates === undefined) throw refused('certificates are not taken here')
  const { leaf, value } = read(proof)
  const { crypto } = certificates
  const algorithm = ALGORITHMS[publicKeyKind(leaf.publicKey) ?? '']
  if (algorithm === undefined) throw refused('a kind of key that is not taken')
  const message = utf8(certificateChallenge(deps, proof))
  if (!crypto.isSignedBy({ algorithm, publicKey: leaf.publicKey, message, signature: value }))
    throw refused('not a signature of this certificate over this challenge')
  const trust = await certificates.trust()
  const { checks } = validatePath({ leaf, ...trust, at: deps.clock.now(), purpose: 'digital-signature', crypto })
  const bad = checks.find((c) => c.outcome !== 'pass' && c.outcome !== 'notice')
  if (bad !== undefined) throw refused(`the certificate is not good: ${bad.reason ?? bad.name}`)
  return { key: keyOf(certificates, leaf), subject: serialOf(leaf) }
}

const serialOf = (leaf: Certificate): string => toHex(leaf.serial).slice(0, 40)

type Deps = FactorDeps & Pick<IdentityDeps, 'certificates'>

/** @throws TrustError CERTIFICATE_NOT_ACCEPTED, INPUT_INVALID, AUTHENTICATOR_TAKEN, and those of `requireOwner` */
export const enrolCertificate = async (
  deps: Deps & OwnerDeps,
  { owner, proof }: { readonly owner: OwnerProof; readonly proof: Omit<CertificateProof, 'purpose'> },
): Promise<void> => {
  const { accountId } = owner
  const { key, subject } = await requireGood(deps, { ...proof, purpose: 'enrol' })
  const personId = await requireOwner(deps, owner)
  const at = deps.clock.now()
  const id = deps.ids.next()
  await deps.work.run(async (tx) => {
    const label = subject.toUpperCase().slice(0, 16)
    const own = { id, accountId, kind: 'certificate', label, createdAt: at, confirmedAt: at } as const
    await deps.store.authenticators.insert(tx, { ...own, secret: key, counter: 0, lookup: key })
    await note(deps, tx, { accountId, what: 'certificate-enrolled' })
    await deps.audit.record(tx, {
      action: 'authenticator.enrolled',
      actor: { kind: 'person', id: personId },
      object: { kind: 'account', id: accountId },
      detail: { kind: 'certificate', authenticatorId: id, serial: subject },
    })
  })
}

/** Signs in with a certificate alone. @throws TrustError CERTIFICATE_NOT_ACCEPTED, INPUT_INVALID, ACCOUNT_FROZEN, PERSON_DECEASED */
export const authenticateWithCertificate = async (
  deps: Deps,
  proof: Omit<CertificateProof, 'purpose'>,
): Promise<Authentication> => {
  const { key, subject } = await requireGood(deps, { ...proof, purpose: 'sign-in' })
  const found = await deps.store.authenticators.findByLookup('certificate', key)
  if (found === undefined) throw refused('nobody has enrolled it')
  const { id, accountId } = found
  const shown = { accountId, methods: ['certificate'], detail: { serial: subject } } as const
  return completeSignIn(deps, shown, async (tx) => {
    if (!(await deps.store.authenticators.use(tx, id, { counter: 0, at: deps.clock.now() })))
      throw refused('it was removed')
  })
}
