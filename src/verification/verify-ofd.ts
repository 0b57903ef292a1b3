/**
 * Verifies an OFD, layer by layer (GB/T 33190-2016 clause 18, then GB/T 38540-2020 7.3): container, digests, coverage, seal.
 * Both layers count: a good seal over changed pages is invalid, and so is a good digest under a false seal.
 */
import { equalBytes } from '../../standards/bytes.ts'
import { readElement } from '../../standards/der/index.ts'
import { FormatError, isMalformed } from '../../standards/errors.ts'
import { findUscc } from '../../standards/gbt-20518-certificate/index.ts'
import type { OfdPackage, OfdSignature, Protection } from '../../standards/gbt-33190-ofd/index.ts'
import {
  findOfdText,
  openOfdPackage,
  protectionOf,
  readBodies,
  readSignatures,
} from '../../standards/gbt-33190-ofd/index.ts'
import { readMetadata } from '../../standards/gbt-36903-licence-metadata/index.ts'
import type { LicenceMetadata } from '../../standards/gbt-36903-licence-metadata/index.ts'
import type { Certificate } from '../../standards/rfc5280-x509/index.ts'
import { commonName } from '../../standards/rfc5280-x509/index.ts'
import type { Check, Reason } from '../kernel/index.ts'
import { fail, notRun, notice, pass, unknown, verdictOf, worst } from '../kernel/index.ts'
import { SALT_ELEMENT, verifyLicence } from '../licence/offline.ts'
import { verifySealSignature } from '../seal/offline.ts'
import { listNotes } from './container-notes.ts'
import type { DocumentReport, SignatureReport } from './document-report.ts'
import type { DocumentQuestion } from './question.ts'
import { verifyCms } from './verify-cms.ts'

const CLAUSE = 'GB/T 33190-2016 18'

export const verifyOfd = (question: DocumentQuestion): DocumentReport => {
  const base = { kind: 'ofd' as const, at: question.at }
  try {
    const pkg = openOfdPackage(question.bytes)
    const signatures = readSignatures(pkg, question.mode)
    const container = [...containerChecks(pkg), ...listNotes(pkg, signatures)]
    const judged = signatures.map((signature) => judgeSignature(pkg, signature, { question, signatures }))
    const reports = settleExtended(signatures, judged)
    const licence = judgeLicence(pkg, question, judged)
    const checks = [...container, signaturePresence(reports.length), ...(licence?.checks ?? [])]
    return {
      ...base,
      verdict: worst([verdictOf(checks), ...reports.map((r) => r.verdict)]),
      checks,
      reports,
      ...(licence === undefined ? {} : { licence: licence.summary }),
      leniencies: [...new Set([...signatures.flatMap((s) => s.leniencies), ...leniencyCodes(reports)])],
    }
  } catch (error) {
    if (!isMalformed(error)) throw error
    const fault = error instanceof FormatError ? error.reason : 'DER'
    const checks = [fail('ofd.container', 'FORMAT_FAILURE', 'GB/T 33190-2016 7', { detail: { fault } })]
    return { ...base, verdict: 'invalid', checks, reports: [], leniencies: [] }
  }
}

const containerChecks = (pkg: OfdPackage): Check[] => {
  const findings = pkg.findings()
  return [
    pass('ofd.container', 'GB/T 33190-2016 7', { detail: { count: pkg.files.length } }),
    ...(findings.length === 0
      ? []
      : [
          notice('ofd.container-bytes', 'NON_CANONICAL_CONTAINER', 'APPNOTE 4.3', {
            detail: { count: findings.length },
          }),
        ]),
  ]
}

const signaturePresence = (count: number): Check =>
  count === 0
    ? unknown('file.signature', 'NO_SIGNATURE', CLAUSE)
    : pass('file.signature', CLAUSE, { detail: { count } })

const leniencyCodes = (reports: readonly SignatureReport[]): string[] =>
  reports
    .flatMap((r) =>
      r.checks
        .filter((c) => c.reason === 'COMPATIBILITY')
        .flatMap((c) => String(c.detail?.['leniencies'] ?? '').split(' ')),
    )
    .filter((code) => code !== '')

interface Context {
  readonly question: DocumentQuestion
  readonly signatures: readonly OfdSignature[]
}

interface Judged {
  readonly report: SignatureReport
  readonly protection: Protection
  readonly signer?: Certificate
}

const judgeSignature = (pkg: OfdPackage, signature: OfdSignature, { question, signatures }: Context): Judged => {
  const { crypto, mode } = question
  const protection = protectionOf(pkg, signature, { signatures, digests: crypto, mode })
  const value = judgeValue(pkg, signature, question)
  const checks = [...protectionChecks(protection), ...value.checks]
  const report: SignatureReport = {
    verdict: verdictOf(checks),
    checks,
    ...(value.sealName === undefined ? {} : { sealName: value.sealName }),
    ...(value.signer === undefined ? {} : { signerName: commonName(value.signer) ?? '' }),
    ...(value.signedAt === undefined ? {} : { signedAt: value.signedAt }),
  }
  return { report, protection, ...(value.signer === undefined ? {} : { signer: value.signer }) }
}

const protectionChecks = (p: Protection): Check[] => {
  const bad = p.references.filter((r) => r.status !== 'ok').length
  const references =
    p.outcome === 'extended-after'
      ? unknown('ofd.references', 'EXTENDED_AFTER', CLAUSE, { detail: { by: p.extendedBy ?? '' } })
      : bad === 0 && p.references.length > 0
        ? pass('ofd.references', CLAUSE, { detail: { count: p.references.length } })
        : fail('ofd.references', 'HASH_FAILURE', CLAUSE, { detail: { count: p.references.length, bad } })
  const weak = p.weak ? [unknown('ofd.digest-algorithm', 'CRYPTO_CONSTRAINTS_FAILURE', CLAUSE)] : []
  const stamps = p.misplacedStamps.length > 0 ? [fail('ofd.stamps', 'SIG_CONSTRAINTS_FAILURE', `${CLAUSE}.2.3`)] : []
  return [references, ...coverageChecks(p), ...weak, ...stamps]
}

const coverageChecks = ({ coverage }: Protection): Check[] => {
  const reachable = coverage.uncovered.filter((u) => u.kind === 'reachable').length
  const stray = coverage.uncovered.length - reachable
  const detail = { reachable, stray }
  const root =
    coverage.ofdXml === 'unprotected' && !coverage.rootOpen ? [notice('ofd.root', 'PARTIAL_COVERAGE', CLAUSE)] : []
  if (coverage.rootOpen || reachable > 0) return [fail('ofd.coverage', 'PARTIAL_COVERAGE', CLAUSE, { detail })]
  if (stray > 0) return [unknown('ofd.coverage', 'PARTIAL_COVERAGE', CLAUSE, { detail }), ...root]
  return [pass('ofd.coverage', CLAUSE), ...root]
}

interface JudgedValue {
  readonly checks: readonly Check[]
  readonly sealName?: string
  readonly signer?: Certificate
  readonly signedAt?: Date
}

const judgeValue = (pkg: OfdPackage, signature: OfdSignature, question: DocumentQuestion): JudgedValue => {
  if (!pkg.has(signature.signedValuePath))
    return {
      checks: [fail('signature.format', 'SIGNED_DATA_NOT_FOUND', CLAUSE, { detail: { fault: 'no signed value' } })],
    }
  const value = pkg.read(signature.signedValuePath)
  const shape = shapeOf(value)
  if (shape === 'cms') {
    const { checks, certificate, signingTime } = verifyCms(value, [signature.bytes], question)
    return {
      checks,
      ...(certificate === undefined ? {} : { signer: certificate }),
      ...(signingTime === undefined ? {} : { signedAt: signingTime }),
    }
  }
  if (shape === 'bare') return { checks: [unknown('signature.format', 'UNSUPPORTED', CLAUSE, { detail: { shape } })] }
  const result = verifySealSignature({ signature: value, original: signature.bytes, ...question })
  return {
    checks: [...result.checks, embeddedSeal(pkg, signature, result.seal?.der)],
    ...(result.seal === undefined ? {} : { sealName: result.seal.property.name }),
    ...(result.signerCertificate === undefined ? {} : { signer: result.signerCertificate }),
    ...(result.signingTime === undefined ? {} : { signedAt: result.signingTime }),
  }
}

/** Five containers are in the field; they are told apart by shape, never by what Signatures.xml calls them. */
const shapeOf = (value: Uint8Array): 'seal' | 'cms' | 'bare' => {
  try {
    const outer = readElement(value, 0, { path: '' })
    const first = readElement(outer.content, 0, { path: '' })
    if (first.tag === 0x06) return 'cms'
    return first.tag === 0x02 ? 'bare' : 'seal'
  } catch (error) {
    if (!isMalformed(error)) throw error
    // BER, as CMS may be, or broken: the CMS reader knows both
    return value[1] === 0x80 ? 'cms' : 'seal'
  }
}

const embeddedSeal = (pkg: OfdPackage, { sealPath }: OfdSignature, embedded: Uint8Array | undefined): Check => {
  const name = 'ofd.seal-embedded'
  if (sealPath === undefined || embedded === undefined) return notRun(name, CLAUSE)
  return pkg.has(sealPath) && equalBytes(pkg.read(sealPath), embedded)
    ? pass(name, CLAUSE)
    : fail(name, 'SEAL_EMBEDDED_MISMATCH', CLAUSE)
}

/** Failures that say who signed and when, not that the bytes differ from what was signed. */
const OF_TRUST: ReadonlySet<Reason | undefined> = new Set<Reason>([
  'EXPIRED',
  'NOT_YET_VALID',
  'REVOKED',
  'SUSPENDED',
  'CHAIN_CONSTRAINTS_FAILURE',
])
const isIntact = ({ checks }: SignatureReport): boolean =>
  checks.every((c) => c.outcome !== 'fail' || OF_TRUST.has(c.reason))

/** A later signature explains a changed list only if it is itself intact; otherwise the change is a change. */
const settleExtended = (signatures: readonly OfdSignature[], judged: readonly Judged[]): SignatureReport[] =>
  judged.map(({ report, protection }) => {
    if (protection.outcome !== 'extended-after') return report
    const later = judged[signatures.findIndex((s) => s.id === protection.extendedBy)]
    if (later !== undefined && isIntact(later.report)) return report
    const checks = report.checks.map((c) => (c.name === 'ofd.references' ? fail(c.name, 'HASH_FAILURE', c.cite) : c))
    return { ...report, checks, verdict: verdictOf(checks) }
  })

const judgeLicence = (
  pkg: OfdPackage,
  { trust, crypto, at, mode }: DocumentQuestion,
  judged: readonly Judged[],
): { readonly checks: readonly Check[]; readonly summary: NonNullable<DocumentReport['licence']> } | undefined => {
  const [body] = readBodies(pkg, mode)
  const datas = body?.customDatas ?? []
  const metadata = readMetadata(datas)
  if (metadata === undefined) return undefined
  const salt = datas.find((d) => d.name === SALT_ELEMENT)?.value
  const signer = judged[0]?.signer
  const signerUscc = signer === undefined ? undefined : findUscc(signer)
  const snapshot = newestFor(metadata, trust.statuses)
  // The metadata stand in OFD.xml: what no seal protects says nothing about a licence.
  const sealed = judged.some((j) => j.protection.coverage.ofdXml === 'protected')
  const origin = sealed
    ? pass('licence.metadata', 'GB/T 36905-2018')
    : fail('licence.metadata', 'PARTIAL_COVERAGE', 'GB/T 36905-2018')
  const checks = verifyLicence({
    metadata,
    ...(salt === undefined ? {} : { salt }),
    faceText: findOfdText(pkg, mode)
      .flatMap((p) => p.texts)
      .join('\n'),
    ...(signerUscc === undefined ? {} : { signerUscc }),
    ...(snapshot === undefined ? {} : { snapshot }),
    digests: crypto,
    at,
  })
  const summary = {
    id: metadata.id,
    type: metadata.typeName,
    holder: metadata.holder,
    issuer: metadata.issuingAuthority,
  }
  return { checks: [origin, ...checks], summary }
}

const newestFor = (metadata: LicenceMetadata, statuses: DocumentQuestion['trust']['statuses']) =>
  statuses
    .filter((s) => s.kind === 'licence' && s.find(metadata.id) !== undefined)
    .reduce<(typeof statuses)[number] | undefined>(
      (a, b) => (a !== undefined && a.issuedAt >= b.issuedAt ? a : b),
      undefined,
    )
