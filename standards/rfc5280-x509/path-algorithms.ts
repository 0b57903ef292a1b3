/**
 * Which algorithms and key sizes are good enough, and until when (NIST SP 800-131A, SP 800-57; GM practice has no RSA below 2048).
 * One whose time had ended when this table was written needs the `legacy` policy whatever the validation time is: a forger of today
 * can write any date. `legacy` admits it with a notice. RSA below 1024 bits, and keys of unknown kinds, are never admitted.
 */
import { DerError } from '../errors.ts'
import type { SignatureAlgorithm } from '../ports.ts'
import type { Certificate } from './certificate.ts'
import { titleOf } from './certificate.ts'
import type { PathFinding } from './path-finding.ts'
import { findings, worstFinding } from './path-finding.ts'
import { publicKeyKind, rsaModulusBits } from './public-key.ts'

export type AlgorithmPolicy = 'current' | 'legacy'

const EDITION = new Date('2026-11-21T00:00:00Z')

const ENDS: Readonly<Partial<Record<SignatureAlgorithm, Date>>> = { 'RSA-SHA1': new Date('2014-01-01T00:00:00Z') }
/** RSA keys below so many bits end then. */
const RSA_ENDS: readonly (readonly [number, Date])[] = [
  [2048, new Date('2014-01-01T00:00:00Z')],
  [3072, new Date('2031-01-01T00:00:00Z')],
]
const SHORTEST_RSA = 1024

export interface AlgorithmQuestion {
  readonly at: Date
  readonly policy: AlgorithmPolicy
}

const algorithms = findings('algorithms', 'RFC 5280 6.1.3 (a)(1); NIST SP 800-131A')

const hasEnded = (end: Date | undefined, at: Date): end is Date => end !== undefined && (end <= EDITION || end <= at)

/** Undefined: nothing to say against it. */
export const signatureEnd = (algorithm: SignatureAlgorithm | undefined, at: Date): Date | undefined => {
  const end = algorithm === undefined ? undefined : ENDS[algorithm]
  return hasEnded(end, at) ? end : undefined
}

interface Judged {
  readonly outcome: 'good' | 'ended' | 'unusable'
  readonly algorithm: string
  readonly end?: Date
}

const judgeKey = (spki: Uint8Array, at: Date): Judged => {
  const kind = publicKeyKind(spki)
  if (kind !== 'RSA') return { outcome: kind === undefined ? 'unusable' : 'good', algorithm: kind ?? 'unknown-key' }
  const bits = rsaBits(spki)
  const algorithm = `RSA-${bits}`
  if (bits < SHORTEST_RSA) return { outcome: 'unusable', algorithm }
  const end = RSA_ENDS.find(([below]) => bits < below)?.[1]
  return hasEnded(end, at) ? { outcome: 'ended', algorithm, end } : { outcome: 'good', algorithm }
}

const rsaBits = (spki: Uint8Array): number => {
  try {
    return rsaModulusBits(spki) ?? 0
  } catch (error) {
    if (!(error instanceof DerError)) throw error
    return 0
  }
}

const judgeSignature = ({ signatureAlgorithm }: Certificate, at: Date): Judged => {
  const end = signatureEnd(signatureAlgorithm, at)
  const algorithm = signatureAlgorithm ?? ''
  return end === undefined ? { outcome: 'good', algorithm } : { outcome: 'ended', algorithm, end }
}

const findingOf = (certificate: Certificate, { outcome, algorithm, end }: Judged, policy: AlgorithmPolicy) => {
  const about = { certificate: titleOf(certificate), algorithm }
  if (outcome === 'unusable') return algorithms.unknown('CRYPTO_CONSTRAINTS_FAILURE', { ...about, fault: 'public-key' })
  const detail = { ...about, fault: 'ended', until: end?.toISOString() ?? '' }
  return policy === 'legacy'
    ? algorithms.notice('CRYPTO_CONSTRAINTS_FAILURE', { ...detail, admitted: 'legacy' })
    : algorithms.unknown('CRYPTO_CONSTRAINTS_FAILURE', detail)
}

/** Every key, and every signature but the anchor's own: it is trusted as a whole, whoever signed it and how. */
export const chainAlgorithms = (chain: readonly Certificate[], { at, policy }: AlgorithmQuestion): PathFinding => {
  const found = chain.flatMap((c, index) => {
    const judged = [judgeKey(c.publicKey, at), ...(index < chain.length - 1 ? [judgeSignature(c, at)] : [])]
    return judged.filter((j) => j.outcome !== 'good').map((j) => findingOf(c, j, policy))
  })
  return worstFinding(found) ?? algorithms.pass()
}
