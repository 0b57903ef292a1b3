/**
 * Certification path validation (RFC 5280 §6; order of GB/T 20518 practice) as a pure function of facts, trust, evidence and time.
 * Never throws on certificates it was given; a lack of evidence is `unknown`, never `pass`.
 */
import type { CryptoPort } from '../ports.ts'
import type { Certificate } from './certificate.ts'
import type { Crl } from './crl.ts'
import { titleOf } from './certificate.ts'
import type { OcspAnswers } from './ocsp-facts.ts'
import type { FoundPaths } from './path-building.ts'
import { findPaths } from './path-building.ts'
import type { Chain, Purpose } from './path-constraints.ts'
import type { AlgorithmPolicy } from './path-algorithms.ts'
import { chainAlgorithms } from './path-algorithms.ts'
import { chainConstraints, chainValidity, leafPurpose } from './path-constraints.ts'
import type { PolicyInputs } from './path-policies.ts'
import type { PathFinding } from './path-finding.ts'
import { findings, isFavourable, severity, specificity } from './path-finding.ts'
import { chainRevocation, revocationNotRun } from './path-revocation.ts'
import type { TrustAnchor } from './trust-anchor.ts'
import { anchorFault } from './trust-anchor.ts'
import type { SignatureBudget } from './signature-budget.ts'
import { newSignatureBudget } from './signature-budget.ts'

export interface PathQuestion {
  readonly leaf: Certificate
  /** From anywhere: nothing in them is trusted. */
  readonly intermediates: readonly Certificate[]
  readonly anchors: readonly TrustAnchor[]
  readonly crls: readonly Crl[]
  /** OCSP answers, from anywhere: one counts when the certificate's CA, or a responder of it, signed it. */
  readonly ocspResponses?: readonly OcspAnswers[]
  /** The validation time; it may lie in the past. */
  readonly at: Date
  readonly purpose: Purpose
  readonly crypto: CryptoPort
  /** §6.1.1 c to f; absent: any policy, none required. */
  readonly policies?: PolicyInputs
  /** Default `current`. */
  readonly algorithms?: AlgorithmPolicy
  /** Default `crl`: by the CRLs and OCSP answers given. `off`: the caller knows the status from elsewhere, or says that it was not checked. */
  readonly revocation?: 'crl' | 'off'
}

export interface PathResult {
  readonly checks: readonly PathFinding[]
  /** Leaf first, anchor last; absent when none was found. */
  readonly path?: Chain
}

const path = findings('path', 'RFC 5280 6.1')

const judge = (chain: Chain, question: PathQuestion, budget: SignatureBudget): PathFinding[] => {
  const { at, crls, ocspResponses: ocsp = [], intermediates, purpose, algorithms: policy = 'current' } = question
  return [
    path.pass({ anchor: titleOf(chain[chain.length - 1] as Certificate), length: chain.length }),
    anchorFault(chain[chain.length - 1] as TrustAnchor, purpose, at) ?? chainConstraints(chain, question.policies),
    chainAlgorithms(chain, { at, policy }),
    chainValidity(chain, at),
    leafPurpose(chain[0] as Certificate, purpose),
    question.revocation === 'off'
      ? revocationNotRun()
      : chainRevocation(chain, { crls, ocsp, digests: question.crypto, intermediates, at, budget, policy }),
  ]
}

type Fruitless = Pick<FoundPaths, 'forged' | 'unjudged'>

const whyNoPath = ({ leaf }: PathQuestion, budget: SignatureBudget, { forged, unjudged }: Fruitless): PathFinding => {
  const about = { certificate: titleOf(leaf) }
  if (budget.exhausted) return path.unknown('CERTIFICATE_CHAIN_GENERAL_FAILURE', { ...about, fault: 'too-much-work' })
  if (forged !== undefined)
    return path.fail('CERTIFICATE_CHAIN_GENERAL_FAILURE', { certificate: titleOf(forged), fault: 'signature' })
  const unknown = unjudged ?? (leaf.signatureAlgorithm === undefined ? leaf : undefined)
  return unknown === undefined
    ? path.unknown('NO_CERTIFICATE_CHAIN_FOUND', about)
    : path.unknown('CRYPTO_CONSTRAINTS_FAILURE', {
        certificate: titleOf(unknown),
        algorithm: unknown.signatureAlgorithmOid,
      })
}

/** No chain: say why, and what the certificate tells by itself. */
const withoutPath = (question: PathQuestion, budget: SignatureBudget, found: Fruitless): PathResult => ({
  checks: [
    whyNoPath(question, budget, found),
    chainValidity([question.leaf], question.at),
    leafPurpose(question.leaf, question.purpose),
    revocationNotRun(),
  ],
})

/** The best chain there is; among equals the one with the most telling reason. */
export const validatePath = (question: PathQuestion): PathResult => {
  const budget = newSignatureBudget(question.crypto)
  const { paths, ...found } = findPaths({ ...question, budget })
  let best: PathResult | undefined
  let bestScore = Infinity
  for (const chain of paths) {
    const checks = judge(chain, question, budget)
    const score = severity(checks) * 100 - specificity(checks)
    if (best === undefined || score < bestScore) [best, bestScore] = [{ path: chain, checks }, score]
    if (isFavourable(checks)) break
  }
  return best ?? withoutPath(question, budget, found)
}
