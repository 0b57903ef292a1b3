/**
 * Whether a time stamp proves that something existed (RFC 3161 §2.2; GB/T 20520): it is over these bytes, its signature holds, its TSA
 * was good at that time and for nothing but time stamping, and that time is not after now. Pure; never throws on bad bytes.
 */
import { equalBytes } from '../bytes.ts'
import type { Mode } from '../der/index.ts'
import { isMalformed } from '../errors.ts'
import type { CryptoPort } from '../ports.ts'
import { signerCertificate, verifySignedData } from '../rfc5652-cms/index.ts'
import type { Certificate, PathFinding, PathQuestion, PathReason } from '../rfc5280-x509/index.ts'
import { commonName, parseCertificate, serialHex, validatePath } from '../rfc5280-x509/index.ts'
import type { TimeStampToken } from './parse-time-stamp.ts'
import { parseTimeStamp } from './parse-time-stamp.ts'

export interface TimeStampQuestion extends Pick<PathQuestion, 'anchors' | 'intermediates' | 'crls' | 'ocspResponses'> {
  /** A token, or the whole response that it came in. */
  readonly timeStamp: Uint8Array
  /** What is to be proven to have existed. */
  readonly stamped: Uint8Array
  /** Content octets of the nonce that was asked for; absent: any. */
  readonly nonce?: Uint8Array
  readonly at: Date
  readonly crypto: CryptoPort
  readonly mode: Mode
}

export type TimeStampReason =
  | PathReason
  | 'FORMAT_FAILURE'
  | 'HASH_FAILURE'
  | 'SIG_CRYPTO_FAILURE'
  | 'SIG_CONSTRAINTS_FAILURE'
  | 'TIMESTAMP_ORDER_FAILURE'

export type TimeStampVerdict =
  | {
      readonly outcome: 'proven'
      readonly genTime: Date
      /** Common name of the TSA. */
      readonly tsa: string
      readonly serialHex: string
    }
  | {
      /** `fail`: false; `unknown`: not to be decided with what is at hand. */
      readonly outcome: 'fail' | 'unknown'
      readonly reason: TimeStampReason
      readonly fault: string
    }

type Refusal = Extract<TimeStampVerdict, { readonly reason: TimeStampReason }>

const no = (outcome: Refusal['outcome'], reason: TimeStampReason, fault: string): Refusal => ({
  outcome,
  reason,
  fault,
})

const read = ({ timeStamp, mode }: TimeStampQuestion): TimeStampToken | undefined => {
  try {
    return parseTimeStamp(timeStamp, mode)
  } catch (error) {
    if (isMalformed(error)) return undefined
    throw error
  }
}

/** Digests whose collisions are within reach prove nothing. */
const imprintFault = ({ info }: TimeStampToken, { stamped, crypto, nonce }: TimeStampQuestion): Refusal | undefined => {
  const { algorithm, hash } = info.imprint
  if (algorithm === undefined) return no('unknown', 'CRYPTO_CONSTRAINTS_FAILURE', 'imprint-algorithm')
  if (algorithm === 'sha1' || algorithm === 'md5') return no('unknown', 'CRYPTO_CONSTRAINTS_FAILURE', 'weak-imprint')
  if (!equalBytes(crypto.digest(algorithm, stamped), hash)) return no('fail', 'HASH_FAILURE', 'imprint')
  if (nonce !== undefined && (info.nonce === undefined || !equalBytes(info.nonce, nonce)))
    return no('fail', 'SIG_CONSTRAINTS_FAILURE', 'nonce')
  return info.unknownCritical.length > 0 ? no('unknown', 'SIG_CONSTRAINTS_FAILURE', 'critical-extension') : undefined
}

const parsed = (der: Uint8Array, mode: Mode): Certificate[] => {
  try {
    return [parseCertificate(der, mode)]
  } catch (error) {
    if (isMalformed(error)) return []
    throw error
  }
}

/** Tokens may come without certificates: then the TSA's is among those at hand (§2.4.1, certReq). */
const signerOf = (
  { signedData }: TimeStampToken,
  { intermediates, mode }: TimeStampQuestion,
): Certificate | undefined => {
  const pool = [...signedData.certificates, ...intermediates.map((c) => c.der)]
  return signerCertificate(mode)(signedData.signer, pool)
}

/** RFC 5816: the token names the TSA's certificate by its digest, among what is signed. */
const signatureFault = (token: TimeStampToken, signer: Certificate, crypto: CryptoPort): Refusal | undefined => {
  const { signedData } = token
  const worst = verifySignedData({ signedData, crypto, certificateOf: () => signer }).find(
    (f) => f.outcome === 'fail' || f.outcome === 'unknown',
  )
  if (worst?.outcome === 'unknown') return no('unknown', 'CRYPTO_CONSTRAINTS_FAILURE', worst.rule)
  if (worst !== undefined) return no('fail', 'SIG_CRYPTO_FAILURE', worst.rule)
  return signedData.signer.signedAttributes?.signingCertificateV2 === undefined
    ? no('unknown', 'SIG_CONSTRAINTS_FAILURE', 'certificate-not-named')
    : undefined
}

/** affiliationChanged, superseded, cessationOfOperation: the key was not lost, and what it stamped before stays good (§4, 1). */
const HARMLESS: ReadonlySet<number> = new Set([3, 4, 5])

const revokedLater = ({ outcome, reason, detail }: PathFinding): boolean =>
  outcome === 'notice' && reason === 'REVOKED' && !HARMLESS.has(Number(detail?.['reasonCode'] ?? 0))

const pathFault = (leaf: Certificate, token: TimeStampToken, question: TimeStampQuestion): Refusal | undefined => {
  const { mode, intermediates, signedData } = { ...question, signedData: token.signedData }
  const { checks } = validatePath({
    leaf,
    intermediates: [...intermediates, ...signedData.certificates.flatMap((der) => parsed(der, mode))],
    anchors: question.anchors,
    crls: question.crls,
    ...(question.ocspResponses === undefined ? {} : { ocspResponses: question.ocspResponses }),
    at: token.info.genTime,
    purpose: 'time-stamping',
    crypto: question.crypto,
  })
  const bad = checks.find((f) => f.outcome === 'fail') ?? checks.find((f) => f.outcome === 'unknown')
  if (bad?.reason !== undefined) return no(bad.outcome === 'fail' ? 'fail' : 'unknown', bad.reason, `tsa-${bad.name}`)
  return checks.some(revokedLater) ? no('unknown', 'REVOKED', 'tsa-key-lost') : undefined
}

export const verifyTimeStamp = (question: TimeStampQuestion): TimeStampVerdict => {
  const token = read(question)
  if (token === undefined) return no('unknown', 'FORMAT_FAILURE', 'token')
  const signer = signerOf(token, question)
  const { genTime, serial, accuracy = 0 } = token.info
  const fault =
    imprintFault(token, question) ??
    (signer === undefined
      ? no('unknown', 'NO_CERTIFICATE_CHAIN_FOUND', 'tsa-certificate')
      : (signatureFault(token, signer, question.crypto) ?? pathFault(signer, token, question)))
  if (fault !== undefined || signer === undefined) return fault ?? no('unknown', 'FORMAT_FAILURE', 'token')
  if (genTime.getTime() - accuracy > question.at.getTime()) return no('fail', 'TIMESTAMP_ORDER_FAILURE', 'future')
  return { outcome: 'proven', genTime, tsa: commonName(signer) ?? '', serialHex: serialHex(serial) }
}
