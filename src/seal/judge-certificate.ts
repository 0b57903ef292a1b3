/**
 * A certificate at two moments (GB/T 38540-2020 7.3 e, f): at the validation time, and, when it has expired or was revoked
 * since, at the signing time. The signing time is only claimed, so that second judgement asks for a proof of time.
 */
import type { CryptoPort } from '../../standards/ports.ts'
import type { Certificate, PathFinding } from '../../standards/rfc5280-x509/index.ts'
import { validatePath } from '../../standards/rfc5280-x509/index.ts'
import type { Check, Reason } from '../kernel/index.ts'
import type { TrustMaterial } from './trust-material.ts'

export interface CertificateQuestion {
  readonly certificate: Certificate
  readonly trust: TrustMaterial
  readonly crypto: CryptoPort
  readonly at: Date
  /** Default: it signs documents. */
  readonly purpose?: 'digital-signature' | 'seal-making'
}

/** `seal.maker` + `path` → `seal.maker.path`. */
export const asChecks = (prefix: string, findings: readonly PathFinding[]): Check[] =>
  findings.map((f) => ({ ...f, name: `${prefix}.${f.name}` }))

export const pathAt = ({
  certificate,
  trust,
  crypto,
  at,
  purpose = 'digital-signature',
}: CertificateQuestion): readonly PathFinding[] =>
  validatePath({
    leaf: certificate,
    intermediates: trust.intermediates,
    anchors: trust.anchors,
    crls: trust.crls,
    at,
    purpose,
    crypto,
  }).checks

const ENDED: ReadonlySet<string> = new Set(['EXPIRED', 'REVOKED'])
/** What can be true at one moment and false at another. */
const OF_TIME: ReadonlySet<string> = new Set([...ENDED, 'NOT_YET_VALID'])

const failures = (findings: readonly PathFinding[]): PathFinding[] => findings.filter((f) => f.outcome === 'fail')
const only = (findings: readonly PathFinding[], reasons: ReadonlySet<string>): boolean =>
  findings.every((f) => reasons.has(f.reason ?? ''))

export interface Judgement {
  readonly checks: readonly Check[]
  /** Set when all depends on the signing time being true. */
  readonly needsProof?: Extract<Reason, 'REVOKED_NO_POE' | 'OUT_OF_BOUNDS_NO_POE'>
  /** The certificate was already invalid at the signing time, by dates or revocation alone. */
  readonly invalidThen: boolean
}

/** @param signingTime undefined: what has ended cannot be judged, and is unknown */
export const judgeCertificate = (
  question: CertificateQuestion,
  prefix: string,
  signingTime: Date | undefined,
): Judgement => {
  const now = pathAt(question)
  const failed = failures(now)
  if (failed.length === 0 || !only(failed, ENDED)) return { checks: asChecks(prefix, now), invalidThen: false }
  const needsProof = failed.some((f) => f.reason === 'REVOKED') ? 'REVOKED_NO_POE' : 'OUT_OF_BOUNDS_NO_POE'
  if (signingTime === undefined) {
    const open = asChecks(prefix, now).map((c): Check => (c.outcome === 'fail' ? { ...c, outcome: 'unknown' } : c))
    return { checks: open, needsProof, invalidThen: false }
  }
  const then = pathAt({ ...question, at: signingTime })
  const endedSince = asChecks(prefix, failed).map((c): Check => ({ ...c, name: `${c.name}-since`, outcome: 'notice' }))
  const failedThen = failures(then)
  return {
    checks: [...asChecks(prefix, then), ...endedSince],
    needsProof,
    invalidThen: failedThen.length > 0 && only(failedThen, OF_TIME),
  }
}
