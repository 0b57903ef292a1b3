/**
 * A seal that was applied through another container than SES_Signature: a PDF whose signed attributes carry the seal.
 * The steps of GB/T 38540-2020 7.3 that concern the seal: the seal itself at the signing time, signer in the seal, status then.
 */
import { isMalformed } from '../../standards/errors.ts'
import { parseSeal } from '../../standards/gmt-0031-2025-seal/index.ts'
import type { Check } from '../kernel/index.ts'
import { fail, pass } from '../kernel/index.ts'
import { checkSealStatus } from './check-seal-status.ts'
import { proofOfTime } from './proof-of-time.ts'
import { signerInSeal } from './signer-in-seal.ts'
import type { SealQuestion } from './verify-seal.ts'
import { verifySeal } from './verify-seal.ts'

export interface AppliedSealQuestion extends SealQuestion {
  /** DER of the certificate that made the signature. */
  readonly signerCert: Uint8Array
  /** As claimed; undefined: `at` stands in. */
  readonly signingTime: Date | undefined
  /** When the signature existed, by a time stamp. */
  readonly provenAt?: Date
}

export interface AppliedSealResult {
  readonly checks: readonly Check[]
  readonly sealName?: string
}

export const verifyAppliedSeal = (question: AppliedSealQuestion): AppliedSealResult => {
  const then = question.signingTime ?? question.at
  const own = verifySeal({ ...question, at: then })
  let seal
  try {
    seal = parseSeal(question.seal, question.mode).value
  } catch (error) {
    if (!isMalformed(error)) throw error
    return { checks: own }
  }
  const { listed, permitted } = signerInSeal(seal, question.signerCert, question)
  const cite = 'GB/T 38540-2020 7.3 c'
  const member = listed
    ? pass('signature.signer-in-seal', cite, { detail: { permitted } })
    : fail('signature.signer-in-seal', 'SIGNER_NOT_IN_SEAL', cite, { detail: { permitted } })
  const statusAt = (signingTime: Date) =>
    checkSealStatus({ esID: seal.esID, signingTime, at: question.at, statuses: question.trust.statuses })
  const status = statusAt(then)
  const proof = proofOfTime({
    name: 'signature.proof-of-time',
    cite: 'GB/T 38540-2020 7.3 f',
    needed: status.needsProof,
    provenAt: question.provenAt,
    claimed: [...own, ...status.checks],
    judge: (time) => [...verifySeal({ ...question, at: time }), ...statusAt(time).checks],
  })
  return {
    checks: [...own, member, ...status.checks, ...(status.needsProof === undefined ? [] : [proof])],
    sealName: seal.property.name,
  }
}
