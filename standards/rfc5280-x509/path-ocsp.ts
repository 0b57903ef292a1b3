/**
 * What OCSP answers say of a certificate at a time (RFC 6960 §3.2, §4.2.2). An answer counts when it means this certificate (digests of
 * its issuer's name and key, serial number), holds nothing critical that we do not know, and is signed by the CA itself or by a responder
 * that this CA certified directly for OCSP. All others are passed over: anybody can make an answer.
 */
import { equalBytes } from '../bytes.ts'
import { isMalformed } from '../errors.ts'
import { OID } from '../oid/index.ts'
import type { DigestAlgorithm, Digests } from '../ports.ts'
import type { Certificate } from './certificate.ts'
import { titleOf } from './certificate.ts'
import { KEY_USAGE } from './extension.ts'
import { matchesName } from './name-matching.ts'
import type { OcspAnswers, OcspSingle } from './ocsp-facts.ts'
import type { AlgorithmPolicy } from './path-algorithms.ts'
import { signatureEnd } from './path-algorithms.ts'
import type { Chain } from './path-constraints.ts'
import type { PathFinding } from './path-finding.ts'
import { findings, worstFinding } from './path-finding.ts'
import { publicKeyBits } from './public-key.ts'
import { serialIndex } from './serial.ts'
import type { SignatureBudget } from './signature-budget.ts'

const ocsp = findings('revocation', 'RFC 6960 3.2')
const HOUR = 3_600_000
const CERTIFICATE_HOLD = 6

export interface OcspQuestion {
  readonly certificate: Certificate
  /** Issuer first, anchor last. */
  readonly above: Chain
  readonly answers: readonly OcspAnswers[]
  /** Where responders may be found, besides in the answers. */
  readonly others: readonly Certificate[]
  readonly at: Date
  readonly policy: AlgorithmPolicy
  readonly budget: SignatureBudget
  readonly digests: Digests
  /** Whether a certificate that the CA made for a responder is good itself, when it signed. */
  isTrusted(responder: Certificate, answers: OcspAnswers): boolean
}

interface Word {
  readonly single: OcspSingle
  readonly answers: OcspAnswers
}

/** Undefined for a key that is none. */
const keyDigest = (digests: Digests, hash: DigestAlgorithm, publicKey: Uint8Array): Uint8Array | undefined => {
  try {
    return digests.digest(hash, publicKeyBits(publicKey))
  } catch (error) {
    if (!isMalformed(error)) throw error
    return undefined
  }
}

/** Digests of the issuer's name and key, each made once. */
const issuerDigests = ({ certificate, above, digests }: OcspQuestion) => {
  const known = new Map<DigestAlgorithm, readonly [Uint8Array, Uint8Array | undefined]>()
  const issuer = above[0]
  return (hash: DigestAlgorithm): readonly [Uint8Array, Uint8Array | undefined] => {
    const both = known.get(hash) ?? [
      digests.digest(hash, certificate.issuer),
      issuer === undefined ? undefined : keyDigest(digests, hash, issuer.publicKey),
    ]
    known.set(hash, both)
    return both
  }
}

const isSameSerial = (a: Uint8Array, b: Uint8Array): boolean => {
  const index = serialIndex<true>(() => true)
  index.add(a, true)
  return index.find(b) === true
}

const wordsAbout = (question: OcspQuestion): Word[] => {
  const digestsOf = issuerDigests(question)
  const means = ({ certId: { hash, issuerNameHash, issuerKeyHash, serial } }: OcspSingle): boolean => {
    if (hash === undefined || !isSameSerial(serial, question.certificate.serial)) return false
    const [name, key] = digestsOf(hash)
    return key !== undefined && equalBytes(name, issuerNameHash) && equalBytes(key, issuerKeyHash)
  }
  return question.answers.flatMap((answers) => answers.singles.filter(means).map((single) => ({ single, answers })))
}

const isNamed = (c: Certificate, { responderId }: OcspAnswers, digests: Digests): boolean => {
  if (responderId.kind === 'byName') return matchesName(c.subject, responderId.name)
  const hash = keyDigest(digests, 'sha1', c.publicKey)
  return hash !== undefined && equalBytes(hash, responderId.keyHash)
}

/** §4.2.2.2: issued directly by the CA in question, for OCSP signing, with a key that may sign. */
const isDelegated = (c: Certificate, issuer: Certificate, budget: SignatureBudget): boolean =>
  c.extKeyUsage?.includes(OID.ocspSigning) === true &&
  (c.keyUsage === undefined || c.keyUsage.has(KEY_USAGE.digitalSignature)) &&
  matchesName(c.issuer, issuer.subject) &&
  budget.isSignedBy(c, issuer.publicKey)

/** The CA's own key needs no more than to be in the chain. */
const isAuthorised = (answers: OcspAnswers, question: OcspQuestion): boolean => {
  const { above, others, budget, digests, certificate } = question
  const [issuer] = above
  if (issuer === undefined) return false
  if (isNamed(issuer, answers, digests) && budget.isSignedBy(answers, issuer.publicKey)) return true
  return [...answers.certificates, ...others].some(
    (c) =>
      !equalBytes(c.publicKey, certificate.publicKey) &&
      isNamed(c, answers, digests) &&
      isDelegated(c, issuer, budget) &&
      budget.isSignedBy(answers, c.publicKey) &&
      question.isTrusted(c, answers),
  )
}

const detailOf = ({ single }: Word, certificate: Certificate) => ({
  certificate: titleOf(certificate),
  evidence: 'ocsp',
  thisUpdate: single.thisUpdate.toISOString(),
})

/** How long a `good` or `unknown` holds: undefined at `at`, else why not. */
const staleness = ({ single }: Word, certificate: Certificate, at: Date): PathFinding | undefined => {
  const detail = { certificate: titleOf(certificate), thisUpdate: single.thisUpdate.toISOString() }
  const { thisUpdate, nextUpdate, archiveCutoff } = single
  if (thisUpdate > at) {
    // Given after the judged time: good later was good before, unless the responder has forgotten what ended in between.
    const remembers = archiveCutoff !== undefined && archiveCutoff <= certificate.notAfter
    return thisUpdate > certificate.notAfter && !remembers
      ? ocsp.unknown('NO_REVOCATION_EVIDENCE', { ...detail, fault: 'ocsp-after-expiry' })
      : undefined
  }
  if (nextUpdate === undefined) return ocsp.unknown('STALE_EVIDENCE', { ...detail, fault: 'no-next-update' })
  const ageHours = Math.floor((at.getTime() - thisUpdate.getTime()) / HOUR)
  return at > nextUpdate
    ? ocsp.unknown('STALE_EVIDENCE', { ...detail, nextUpdate: nextUpdate.toISOString(), ageHours })
    : undefined
}

const fromWord = (word: Word, { certificate, at, policy }: OcspQuestion): PathFinding => {
  const { status } = word.single
  const detail = detailOf(word, certificate)
  if (status.kind === 'revoked') {
    const revoked = { ...detail, revokedAt: status.at.toISOString(), reasonCode: status.reason ?? 0 }
    return status.at <= at ? ocsp.fail('REVOKED', revoked) : ocsp.notice('REVOKED', revoked)
  }
  if (policy !== 'legacy' && signatureEnd(word.answers.signatureAlgorithm, at) !== undefined)
    return ocsp.unknown('CRYPTO_CONSTRAINTS_FAILURE', { ...detail, fault: 'ocsp-algorithm' })
  const stale = staleness(word, certificate, at)
  if (stale !== undefined) return stale
  return status.kind === 'good'
    ? ocsp.pass(word.single.thisUpdate > at ? { ...detail, issued: 'after-validation-time' } : detail)
    : ocsp.unknown('NO_REVOCATION_EVIDENCE', { ...detail, fault: 'ocsp-unknown' })
}

/** A hold ends with a later word, by `at`, that the certificate is good. */
const isReleased = ({ single }: Word, words: readonly Word[], at: Date): boolean =>
  single.status.kind === 'revoked' &&
  single.status.reason === CERTIFICATE_HOLD &&
  words.some(
    ({ single: later }) =>
      later.status.kind === 'good' && later.thisUpdate > single.thisUpdate && later.thisUpdate <= at,
  )

export interface OcspVerdict {
  /** It was revoked, before `at` or later. */
  readonly revoked?: PathFinding
  /** The newest word that is good at `at`. */
  readonly good?: PathFinding
  /** Why the answers decide nothing. */
  readonly undecided?: PathFinding
  /** The CA's own responder does not know the certificate: it may never have been issued. */
  readonly unheardOf?: PathFinding
}

const isUnheardOf = (f: PathFinding): boolean => f.detail?.['fault'] === 'ocsp-unknown'

/** Answers about this certificate that nobody entitled signed. */
const unauthorised = (words: readonly Word[], { certificate }: OcspQuestion): OcspVerdict =>
  words.length === 0
    ? {}
    : {
        undecided: ocsp.unknown('NO_REVOCATION_EVIDENCE', {
          certificate: titleOf(certificate),
          fault: words.some((w) => w.answers.signatureAlgorithm === undefined) ? 'ocsp-algorithm' : 'ocsp-responder',
        }),
      }

const present = (fields: { readonly [K in keyof OcspVerdict]: PathFinding | undefined }): OcspVerdict =>
  Object.fromEntries(Object.entries(fields).filter(([, f]) => f !== undefined))

/** Never throws on answers that were parsed. */
export const judgeOcsp = (question: OcspQuestion): OcspVerdict => {
  if (question.answers.length === 0) return {}
  const about = wordsAbout(question)
  const words = about
    .filter(({ single, answers }) => single.unknownCritical.length === 0 && answers.unknownCritical.length === 0)
    .filter(({ answers }) => isAuthorised(answers, question))
    .sort((a, b) => b.single.thisUpdate.getTime() - a.single.thisUpdate.getTime())
  if (words.length === 0) return unauthorised(about, question)
  const found = words.filter((w) => !isReleased(w, words, question.at)).map((w) => fromWord(w, question))
  const good = found.find((f) => f.outcome === 'pass')
  const unknown = found.filter((f) => f.outcome === 'unknown')
  return present({
    revoked: worstFinding(found.filter((f) => f.reason === 'REVOKED')),
    good,
    unheardOf: good === undefined ? unknown.find(isUnheardOf) : undefined,
    undecided: unknown.find((f) => !isUnheardOf(f)),
  })
}
