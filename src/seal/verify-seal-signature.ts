/**
 * Verifies a seal signature (验签章): GB/T 38540-2020 7.3, steps a to h in their order, for all three editions.
 * Pure: bytes, trust, time and cryptography are arguments. Never throws on bad bytes; a step that cannot run says `notRun`.
 * Two points are stricter than the text: a maker certificate that was already invalid at the signing time makes the result
 * at best indeterminate (d2), and so does a signing time without proof once something has expired or was revoked since. A time stamp
 * is such a proof (h).
 */
import { equalBytes } from '../../standards/bytes.ts'
import type { Leniency, Mode } from '../../standards/der/index.ts'
import { isMalformed } from '../../standards/errors.ts'
import type { SealSignatureView, SealView } from '../../standards/gmt-0031-2025-seal/index.ts'
import { parseSealSignature } from '../../standards/gmt-0031-2025-seal/index.ts'
import type { CryptoPort } from '../../standards/ports.ts'
import type { Certificate } from '../../standards/rfc5280-x509/index.ts'
import type { Check } from '../kernel/index.ts'
import { fail, notRun, notice, pass, unknown } from '../kernel/index.ts'
import { checkSealStatus } from './check-seal-status.ts'
import { checkSignedValue } from './check-signed-value.ts'
import type { Judgement } from './judge-certificate.ts'
import { judgeCertificate } from './judge-certificate.ts'
import { judgeTimeStamp, proofOfTime } from './proof-of-time.ts'
import { signerInSeal } from './signer-in-seal.ts'
import type { TrustMaterial } from './trust-material.ts'
import {
  checkExtensions,
  checkMakerSignature,
  checkSealFormat,
  checkSealValidity,
  leniencyNotice,
} from './verify-seal.ts'

/** The protected original: its bytes (OFD: Signature.xml as stored), or their SM3. */
export type Original = Uint8Array | { readonly digest: Uint8Array }

export interface SealSignatureQuestion {
  /** DER SES_Signature of any edition. */
  readonly signature: Uint8Array
  /** Undefined: not at hand, step g is unknown. */
  readonly original: Original | undefined
  readonly crypto: CryptoPort
  readonly trust: TrustMaterial
  readonly at: Date
  readonly mode: Mode
}

export interface SealSignatureResult {
  readonly checks: readonly Check[]
  readonly seal?: SealView
  readonly signerCertificate?: Certificate
  /** As claimed by the signer. */
  readonly signingTime?: Date
}

const cite = (step: string): string => `GB/T 38540-2020 7.3 ${step}`
const hasFailed = (checks: readonly Check[]): boolean => checks.some((c) => c.outcome === 'fail')
/** Two clocks never agree to the second. */
const CLOCK_SKEW = 5 * 60_000

/** Steps a, b and c: do the values hold together, whoever made them? */
const checkValues = (view: SealSignatureView, { crypto, mode }: SealSignatureQuestion) => {
  const format = [
    pass('signature.format', cite('a'), { detail: { layout: view.layout } }),
    ...checkExtensions('signature.extensions', view.extDatas, mode),
    ...checkSealFormat(view.seal, mode),
  ]
  const maker = checkMakerSignature(view.seal, { crypto, mode })
  const signer = checkSignedValue(
    {
      layout: view.layout,
      cert: view.signerCert,
      algorithm: view.algorithm,
      signedBytes: view.signedBytes,
      signature: view.signature,
    },
    { name: 'signature.value', cite: cite('b'), crypto, mode },
  )
  const match = signerInSeal(view.seal, view.signerCert, { crypto, mode })
  const detail = { permitted: match.permitted }
  const listed = match.listed
    ? pass('signature.signer-in-seal', cite('c'), { detail })
    : fail('signature.signer-in-seal', 'SIGNER_NOT_IN_SEAL', cite('c'), { detail })
  return {
    checks: upToFailure([...format, maker.check, signer.check, listed]),
    maker: maker.certificate,
    signer: signer.certificate,
    leniencies: [...maker.leniencies, ...signer.leniencies, ...match.leniencies],
  }
}

/** What stands behind a failing step did not run, as far as the reader is concerned. */
const upToFailure = (checks: readonly Check[]): Check[] => {
  const first = checks.findIndex((c) => c.outcome === 'fail')
  return checks.map((c, i) => (first >= 0 && i > first ? notRun(c.name, c.cite) : c))
}

const checkSigningTime = ({ signingTime }: SealSignatureView, at: Date): Check => {
  const name = 'signature.signing-time'
  if (signingTime === undefined) return unknown(name, 'NO_POE', cite('d'))
  const detail = { signingTime: signingTime.toISOString() }
  return signingTime.getTime() > at.getTime() + CLOCK_SKEW
    ? fail(name, 'NOT_YET_VALID', cite('d'), { detail })
    : pass(name, cite('d'), { detail })
}

/** d2: the maker's certificate was already invalid then. The text calls for a notice; here it is at best unknown. */
const softenMaker = ({ checks, invalidThen, ...rest }: Judgement): Judgement => ({
  ...rest,
  invalidThen,
  checks: invalidThen
    ? checks.map((c): Check => (c.outcome === 'fail' ? { ...c, outcome: 'unknown', cite: cite('d2') } : c))
    : checks,
})

/** d3 goes by the signing time; that the seal has expired since makes the claim of that time matter. */
const judgeValidity = (
  { seal, signingTime }: SealSignatureView,
  at: Date,
): Pick<Judgement, 'checks' | 'needsProof'> => {
  const then = checkSealValidity(seal, signingTime ?? at)
  const now = checkSealValidity(seal, at)
  const expired = then.outcome === 'pass' && now.reason === 'EXPIRED'
  if (!expired) return { checks: [then] }
  const { detail } = now
  const since = notice('seal.validity-since', 'EXPIRED', cite('d'), detail === undefined ? {} : { detail })
  return { checks: [then, since], needsProof: 'OUT_OF_BOUNDS_NO_POE' }
}

interface People {
  readonly maker: Certificate
  readonly signer: Certificate
}

/** Steps d to f at the signing time that the view claims. */
const judgeTrust = (view: SealSignatureView, { maker, signer }: People, question: SealSignatureQuestion) => {
  const { signingTime, seal } = view
  const { at, trust } = question
  const judged = [
    softenMaker(
      judgeCertificate({ ...question, certificate: maker, purpose: 'seal-making' }, 'seal.maker', signingTime),
    ),
    judgeValidity(view, at),
    checkSealStatus({ esID: seal.esID, signingTime: signingTime ?? at, at, statuses: trust.statuses }),
    judgeCertificate({ ...question, certificate: signer }, 'signature.signer', signingTime),
  ]
  const proofs = judged.flatMap((j) => j.needsProof ?? [])
  return {
    checks: judged.flatMap((j) => j.checks),
    needed: proofs.find((r) => r === 'REVOKED_NO_POE') ?? proofs[0],
  }
}

/** Steps d to f: the people and the times behind the values; h proves the time where the claim of it matters. */
const checkTrust = (
  view: SealSignatureView,
  people: People,
  question: SealSignatureQuestion & { readonly provenAt: Date | undefined },
): Check[] => {
  const { checks, needed } = judgeTrust(view, people, question)
  const proof = proofOfTime({
    name: 'signature.proof-of-time',
    cite: cite('f'),
    needed,
    provenAt: question.provenAt,
    claimed: checks,
    judge: (signingTime) => judgeTrust({ ...view, signingTime }, people, question).checks,
  })
  return [checkSigningTime(view, question.at), ...checks, proof]
}

/** Step g. */
const checkDataHash = ({ dataHash }: SealSignatureView, { original, crypto }: SealSignatureQuestion): Check => {
  const name = 'signature.data-hash'
  if (original === undefined) return unknown(name, 'SIGNED_DATA_NOT_FOUND', cite('g'))
  const digest = original instanceof Uint8Array ? crypto.digest('sm3', original) : original.digest
  return equalBytes(digest, dataHash) ? pass(name, cite('g')) : fail(name, 'HASH_FAILURE', cite('g'))
}

/** Step h. */
const checkTimeStamp = (view: SealSignatureView, question: SealSignatureQuestion) =>
  judgeTimeStamp(
    { ...question, timeStamp: view.timeStamp, stamped: view.signature, signingTime: view.signingTime },
    { name: 'signature.time-stamp', cite: cite('h') },
  )

/** What the 2025 edition lets stand on the seal itself is kept, and judged nowhere yet. */
const sealTimeStamp = ({ seal }: SealSignatureView): Check[] =>
  seal.timeStamp === undefined ? [] : [notice('seal.time-stamp', 'UNSUPPORTED', 'GM/T 0031-2025')]

const TRUST_STEPS = [
  ['signature.signing-time', 'd'],
  ['seal.maker.path', 'd1'],
  ['seal.validity', 'd3'],
  ['seal.status', 'd4'],
  ['signature.signer.path', 'e'],
] as const

const judge = (
  view: SealSignatureView,
  question: SealSignatureQuestion,
  parsing: readonly Leniency[],
): SealSignatureResult => {
  const { checks, maker, signer, leniencies } = checkValues(view, question)
  const stamp = checkTimeStamp(view, question)
  const trusted =
    hasFailed(checks) || maker === undefined || signer === undefined
      ? TRUST_STEPS.map(([name, step]) => notRun(name, cite(step)))
      : checkTrust(view, { maker, signer }, { ...question, provenAt: stamp.provenAt })
  return {
    checks: [
      ...checks,
      ...trusted,
      checkDataHash(view, question),
      stamp.check,
      ...sealTimeStamp(view),
      ...leniencyNotice('signature.compatibility', [...parsing, ...leniencies]),
    ],
    seal: view.seal,
    ...(signer === undefined ? {} : { signerCertificate: signer }),
    ...(view.signingTime === undefined ? {} : { signingTime: view.signingTime }),
  }
}

export const verifySealSignature = (question: SealSignatureQuestion): SealSignatureResult => {
  let parsed
  try {
    parsed = parseSealSignature(question.signature, question.mode)
  } catch (error) {
    if (!isMalformed(error)) throw error
    const broken = fail('signature.format', 'FORMAT_FAILURE', cite('a'), { detail: { fault: error.message } })
    return { checks: [broken, ...AFTER_FORMAT.map(([name, step]) => notRun(name, cite(step)))] }
  }
  return judge(parsed.value, question, parsed.leniencies)
}

const AFTER_FORMAT = [
  ['seal.format', 'a'],
  ['seal.maker-signature', 'a'],
  ['signature.value', 'b'],
  ['signature.signer-in-seal', 'c'],
  ...TRUST_STEPS,
  ['signature.data-hash', 'g'],
  ['signature.time-stamp', 'h'],
] as const
