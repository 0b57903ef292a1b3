/**
 * The key ceremony: makes every key of the hierarchy and the certificates of CAs and infrastructure, root first.
 * It can be run again at any time: keys and certificates that exist are read and held against each other, an interrupted one is
 * finished with the very bytes that were written down before signing. A root may be away once a transcript names it; then
 * nothing new is made under it. Refuses a key that is missing, and one whose public half is not its certificate's.
 */
import { equalBytes, fromPem, fromUtf8, toHex, toPem, utf8 } from '../standards/bytes.ts'
import type { CryptoPort } from '../standards/ports.ts'
import {
  KEY_USAGE,
  encodeCertificate,
  encodeName,
  encodeTbsCertificate,
  isSignatureValid,
  parseCertificate,
} from '../standards/rfc5280-x509/index.ts'
import type { Certificate } from '../standards/rfc5280-x509/index.ts'
import type { KeyAlgorithm, KeyStore, Signer } from '../src/crypto/index.ts'
import { TrustError } from '../src/errors.ts'
import type { Clock, RandomSource } from '../src/kernel/index.ts'
import type { CertificateUsage, HierarchyCertificate, Profiles } from '../src/pki/index.ts'
import {
  addressesOf,
  draftCertificate,
  keyIdentifier,
  newSerial,
  signatureAlgorithmFor,
  subjectFields,
} from '../src/pki/index.ts'
import type { CeremonySession, CeremonyStep } from './ceremony-transcript.ts'
import { readTranscripts, transcribe } from './ceremony-transcript.ts'
import type { Hierarchy, KeySpec } from './hierarchy.ts'
import { keyIdOf } from './hierarchy.ts'

/** Where certificates, intents and the transcript are kept, by file name. Names are written once and never changed. */
export interface CeremonyShelf {
  read(name: string): Promise<Uint8Array | undefined>
  write(name: string, bytes: Uint8Array): Promise<void>
}

export interface CeremonyDeps {
  readonly keyStore: KeyStore
  readonly shelf: CeremonyShelf
  readonly hierarchy: Hierarchy
  readonly profiles: Profiles
  readonly crypto: CryptoPort
  readonly clock: Clock
  readonly random: RandomSource
  /** CRL addresses start with it. */
  readonly publicUrl: string
  /** Only reads and checks what a ceremony made: what is missing is refused. */
  readonly readOnly?: boolean
  /** Enters the transcript. */
  readonly session?: CeremonySession
}

export interface CeremonyResult {
  /** Roots first. */
  readonly certificates: readonly HierarchyCertificate[]
  /** JSON: `{ payload, signatures: [{ keyId, algorithm, signature }] }`; each signature is over the UTF-8 of `payload`. */
  readonly transcript: string
}

const CA_USAGE = [KEY_USAGE.keyCertSign, KEY_USAGE.crlSign]

const usageOf = (spec: KeySpec, profiles: Profiles): CertificateUsage => {
  if (spec.kind === 'ca') return { keyUsage: CA_USAGE, extKeyUsage: [], ca: { pathLen: spec.pathLen ?? 0 } }
  return profiles.get(spec.profile ?? '')
}

const yearsLater = (from: Date, years: number): Date =>
  new Date(Date.UTC(from.getUTCFullYear() + years, from.getUTCMonth(), from.getUTCDate()))

interface Slot {
  readonly spec: KeySpec
  readonly algorithm: KeyAlgorithm
  readonly keyId: string
  readonly issuerId: string
  /** Undefined for a root that is away. */
  readonly signer: Signer | undefined
  /** Undefined for a root, which signs itself. */
  readonly issuer?: Known
}
interface Known {
  readonly certificate: Certificate
  readonly signer: Signer | undefined
}

const away = (keyId: string): TrustError =>
  new TrustError('KEY_NOT_FOUND', `${keyId} is kept offline: what it must sign is made in a ceremony with its shares`)

const signerIn = ({ signer, keyId }: Pick<Slot, 'signer' | 'keyId'>): Signer => {
  if (signer === undefined) throw away(keyId)
  return signer
}

/** Whose key signs this one's certificate. */
const issuerOf = (slot: Slot): Signer =>
  slot.issuer === undefined ? signerIn(slot) : signerIn({ signer: slot.issuer.signer, keyId: slot.issuerId })

const makeTbs = (deps: CeremonyDeps, slot: Slot): Uint8Array => {
  const { hierarchy, crypto, clock, random } = deps
  const { spec, algorithm, issuer } = slot
  const [signer, above] = [signerIn(slot), issuerOf(slot)]
  const subject = subjectFields({
    stateOrProvince: hierarchy.stateOrProvince,
    organization: hierarchy.organisation,
    commonName: `${spec.title} (${algorithm})`,
  })
  const notBefore = new Date(Math.floor(clock.now().getTime() / 1000) * 1000)
  const wished = yearsLater(notBefore, spec.years)
  const draft = draftCertificate(crypto, {
    serial: newSerial(random),
    issuer: {
      name: issuer?.certificate.subject ?? encodeName(subject),
      keyId: keyIdentifier(crypto, above.publicKey),
      algorithm: signatureAlgorithmFor(above.publicKey),
    },
    subject,
    publicKey: signer.publicKey,
    notBefore,
    notAfter: issuer !== undefined && issuer.certificate.notAfter < wished ? issuer.certificate.notAfter : wished,
    usage: usageOf(spec, deps.profiles),
    ...(issuer === undefined ? {} : { status: addressesOf(deps.publicUrl, slot.issuerId) }),
  })
  return encodeTbsCertificate(draft)
}

const requireFits = (slot: Slot, certificate: Certificate, crypto: CryptoPort): void => {
  const own = slot.signer?.publicKey ?? certificate.publicKey
  const above = slot.issuer?.certificate.publicKey ?? own
  if (!equalBytes(certificate.publicKey, own) || !isSignatureValid(certificate, above, crypto))
    throw new TrustError('CHAIN_INVALID', `the certificate of ${slot.keyId} does not belong to its key and issuer`)
}

/** Reads the certificate, or writes down what will be signed, signs it, and keeps it. */
const certify = async (
  deps: CeremonyDeps,
  slot: Slot,
): Promise<{ der: Uint8Array; how: CeremonyStep['certificate'] }> => {
  const file = `${slot.keyId}.pem`
  const kept = await deps.shelf.read(file)
  if (kept !== undefined) {
    const [der] = fromPem(fromUtf8(kept), 'CERTIFICATE')
    if (der === undefined) throw new TrustError('CHAIN_INVALID', `${file} holds no certificate`)
    return { der, how: 'found' }
  }
  if (deps.readOnly === true) throw notMade(slot.keyId)
  const signer = issuerOf(slot)
  const intended = await deps.shelf.read(`${slot.keyId}.tbs`)
  const tbs = intended ?? makeTbs(deps, slot)
  if (intended === undefined) await deps.shelf.write(`${slot.keyId}.tbs`, tbs)
  const der = encodeCertificate({ tbs, algorithm: signer.algorithm, signature: await signer.sign(tbs) })
  requireFits(slot, parseCertificate(der), deps.crypto)
  await deps.shelf.write(file, utf8(toPem(der, 'CERTIFICATE')))
  return { der, how: intended === undefined ? 'issued' : 'finished' }
}

const notMade = (keyId: string): TrustError =>
  new TrustError(
    'CEREMONY_REFUSED',
    `the hierarchy names ${keyId}, which no ceremony has made: run \`xinyin ceremony\``,
  )

const stepOf = (
  deps: CeremonyDeps,
  slot: Slot,
  done: Pick<CeremonyStep, 'key' | 'certificate'> & { readonly parsed: Certificate },
): CeremonyStep => ({
  keyId: slot.keyId,
  key: done.key,
  certificate: done.certificate,
  issuerId: slot.issuerId,
  serial: toHex(done.parsed.serial),
  notBefore: done.parsed.notBefore.toISOString(),
  notAfter: done.parsed.notAfter.toISOString(),
  sm3: toHex(deps.crypto.digest('sm3', done.parsed.der)),
  sha256: toHex(deps.crypto.digest('sha256', done.parsed.der)),
})

type Presence = CeremonyStep['key']

interface Wanted {
  readonly spec: KeySpec
  readonly algorithm: KeyAlgorithm
  readonly keyId: string
}

/** Makes the key if no certificate says that there was one. @throws TrustError KEY_NOT_FOUND, CEREMONY_REFUSED */
const findOrMake = async (
  deps: CeremonyDeps,
  { spec, algorithm, keyId }: Wanted,
  told: ReadonlySet<string>,
): Promise<Presence> => {
  if (await deps.keyStore.has(keyId)) return 'found'
  if (told.has(keyId)) {
    if (spec.issuer === spec.id) return 'away'
    throw new TrustError('KEY_NOT_FOUND', `the key ${keyId} is gone: restore it from its backup`)
  }
  if (deps.readOnly === true) throw notMade(keyId)
  await deps.keyStore.generate(keyId, algorithm)
  return 'generated'
}

/**
 * @throws TrustError CHAIN_INVALID when what is kept does not fit together, KEY_UNUSABLE, KEY_NOT_FOUND (a key that was made is
 * gone, or an offline root would have to sign), CEREMONY_REFUSED (`readOnly`, and something is missing)
 */
export const runCeremony = async (deps: CeremonyDeps): Promise<CeremonyResult> => {
  const certificates: HierarchyCertificate[] = []
  const steps: CeremonyStep[] = []
  const known = new Map<string, Known>()
  const told = new Set((await readTranscripts(deps.shelf)).flatMap((t) => t.steps.map((s) => s.keyId)))
  for (const spec of deps.hierarchy.keys)
    for (const algorithm of spec.algorithms) {
      const keyId = keyIdOf(spec.id, algorithm)
      const issuerId = keyIdOf(spec.issuer, algorithm)
      const key = await findOrMake(deps, { spec, algorithm, keyId }, told)
      const signer = key === 'away' ? undefined : await deps.keyStore.signer(keyId)
      const issuer = known.get(issuerId)
      const slot: Slot = { spec, algorithm, keyId, issuerId, signer, ...(issuer === undefined ? {} : { issuer }) }
      const { der, how } = await certify(deps, slot)
      const parsed = parseCertificate(der)
      requireFits(slot, parsed, deps.crypto)
      known.set(keyId, { certificate: parsed, signer })
      certificates.push({ id: keyId, entry: spec.id, issuerId, profile: spec.profile ?? 'ca', der })
      steps.push(stepOf(deps, slot, { key, certificate: how, parsed }))
    }
  const roots = certificates.filter((c) => c.id === c.issuerId).map((c) => c.id)
  const { shelf, keyStore, session } = deps
  const at = deps.clock.now()
  const transcript = await transcribe({
    shelf,
    keyStore,
    at,
    roots,
    steps,
    ...(session === undefined ? {} : { session }),
  })
  return { certificates, transcript }
}
