/**
 * The key ceremony: makes every key of the hierarchy and the certificates of CAs and infrastructure, root first.
 * It can be run again at any time: keys and certificates that exist are read, an interrupted one is finished with the very
 * bytes that were written down before signing. The transcript says what happened and is signed by the root keys.
 */
import { equalBytes, fromPem, fromUtf8, toBase64, toHex, toPem, utf8 } from '../standards/bytes.ts'
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
}

export interface CeremonyResult {
  /** Roots first. */
  readonly certificates: readonly HierarchyCertificate[]
  /** JSON: `{ payload, signatures: [{ keyId, algorithm, signature }] }`; each signature is over the UTF-8 of `payload`. */
  readonly transcript: string
}

interface Step {
  readonly keyId: string
  readonly key: 'generated' | 'found'
  readonly certificate: 'issued' | 'finished' | 'found'
  readonly issuerId: string
  readonly serial: string
  readonly notBefore: string
  readonly notAfter: string
  readonly sm3: string
  readonly sha256: string
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
  readonly signer: Signer
  /** Undefined for a root, which signs itself. */
  readonly issuer?: { readonly certificate: Certificate; readonly signer: Signer }
}

const makeTbs = (deps: CeremonyDeps, slot: Slot): Uint8Array => {
  const { hierarchy, crypto, clock, random } = deps
  const { spec, algorithm, signer, issuer } = slot
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
      keyId: keyIdentifier(crypto, (issuer?.signer ?? signer).publicKey),
      algorithm: signatureAlgorithmFor((issuer?.signer ?? signer).publicKey),
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
  const above = slot.issuer?.signer.publicKey ?? slot.signer.publicKey
  if (!equalBytes(certificate.publicKey, slot.signer.publicKey) || !isSignatureValid(certificate, above, crypto))
    throw new TrustError('CHAIN_INVALID', `the certificate of ${slot.keyId} does not belong to its key and issuer`)
}

/** Reads the certificate, or writes down what will be signed, signs it, and keeps it. */
const certify = async (deps: CeremonyDeps, slot: Slot): Promise<{ der: Uint8Array; how: Step['certificate'] }> => {
  const file = `${slot.keyId}.pem`
  const kept = await deps.shelf.read(file)
  if (kept !== undefined) {
    const [der] = fromPem(fromUtf8(kept), 'CERTIFICATE')
    if (der === undefined) throw new TrustError('CHAIN_INVALID', `${file} holds no certificate`)
    return { der, how: 'found' }
  }
  const intended = await deps.shelf.read(`${slot.keyId}.tbs`)
  const tbs = intended ?? makeTbs(deps, slot)
  if (intended === undefined) await deps.shelf.write(`${slot.keyId}.tbs`, tbs)
  const signer = slot.issuer?.signer ?? slot.signer
  const der = encodeCertificate({ tbs, algorithm: signer.algorithm, signature: await signer.sign(tbs) })
  requireFits(slot, parseCertificate(der), deps.crypto)
  await deps.shelf.write(file, utf8(toPem(der, 'CERTIFICATE')))
  return { der, how: intended === undefined ? 'issued' : 'finished' }
}

const stepOf = (
  deps: CeremonyDeps,
  slot: Slot,
  done: Pick<Step, 'key' | 'certificate'> & { readonly parsed: Certificate },
): Step => ({
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

const TRANSCRIPT = 'transcript.json'

/** Kept if it is there and nothing new happened; else written and signed by every root key. */
const transcriptOf = async (deps: CeremonyDeps, steps: readonly Step[], roots: readonly string[]): Promise<string> => {
  const kept = await deps.shelf.read(TRANSCRIPT)
  const isNew = steps.some((s) => s.certificate !== 'found')
  if (kept !== undefined && !isNew) return fromUtf8(kept)
  const at = deps.clock.now().toISOString()
  const payload = JSON.stringify({ what: 'xinyin key ceremony', at, steps }, null, 2)
  const signatures = await Promise.all(
    roots.map(async (keyId) => {
      const signer = await deps.keyStore.signer(keyId)
      return { keyId, algorithm: signer.algorithm, signature: toBase64(await signer.sign(utf8(payload))) }
    }),
  )
  const transcript = `${JSON.stringify({ payload, signatures }, null, 2)}\n`
  await deps.shelf.write(
    kept === undefined ? TRANSCRIPT : `transcript-${at.replaceAll(':', '')}.json`,
    utf8(transcript),
  )
  return transcript
}

/** @throws TrustError CHAIN_INVALID when what is kept does not fit together, KEY_UNUSABLE */
export const runCeremony = async (deps: CeremonyDeps): Promise<CeremonyResult> => {
  const certificates: HierarchyCertificate[] = []
  const steps: Step[] = []
  const known = new Map<string, { certificate: Certificate; signer: Signer }>()
  for (const spec of deps.hierarchy.keys)
    for (const algorithm of spec.algorithms) {
      const keyId = keyIdOf(spec.id, algorithm)
      const issuerId = keyIdOf(spec.issuer, algorithm)
      const has = await deps.keyStore.has(keyId)
      if (!has) await deps.keyStore.generate(keyId, algorithm)
      const signer = await deps.keyStore.signer(keyId)
      const issuer = known.get(issuerId)
      const slot: Slot = { spec, algorithm, keyId, issuerId, signer, ...(issuer === undefined ? {} : { issuer }) }
      const { der, how } = await certify(deps, slot)
      const parsed = parseCertificate(der)
      requireFits(slot, parsed, deps.crypto)
      known.set(keyId, { certificate: parsed, signer })
      certificates.push({ id: keyId, entry: spec.id, issuerId, profile: spec.profile ?? 'ca', der })
      steps.push(stepOf(deps, slot, { key: has ? 'found' : 'generated', certificate: how, parsed }))
    }
  const roots = certificates.filter((c) => c.id === c.issuerId).map((c) => c.id)
  return { certificates, transcript: await transcriptOf(deps, steps, roots) }
}
