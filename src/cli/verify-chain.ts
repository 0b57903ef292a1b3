/**
 * `xinyin verify-chain LEAF`: validates one certification path (RFC 5280 §6) from files, offline. Exit 0 valid, 1 invalid (a broken LEAF
 * too), 2 indeterminate, 3 wrong usage, a file that cannot be read, or a broken anchor. Broken intermediates and lists are left out.
 */
import { open } from 'node:fs/promises'
import { fromPem } from '../../standards/bytes.ts'
import { DerError, isMalformed } from '../../standards/errors.ts'
import type { Certificate, Crl, OcspAnswers, PathResult } from '../../standards/rfc5280-x509/index.ts'
import { commonName, nameText, parseCertificate, parseCrl, validatePath } from '../../standards/rfc5280-x509/index.ts'
import { parseOcspResponse } from '../../standards/rfc6960-ocsp/index.ts'
import { nodeCrypto } from '../crypto/node.ts'
import type { Check, Report } from '../kernel/index.ts'
import { fail, notice, report, systemClock } from '../kernel/index.ts'
import { pathChecks } from '../pki/index.ts'
import type { ChainArguments } from './chain-arguments.ts'
import { parseChainArguments } from './chain-arguments.ts'
import { EXIT, fileFault, usage } from './exit.ts'
import { complain, print } from './print.ts'
import { VERDICTS, checkLine } from './report-text.ts'

export const VERIFY_CHAIN_HELP = `xinyin verify-chain LEAF [--trust PEM…] [--intermediates PEM…] [--crl FILE…] [--ocsp FILE…]
    [--at TIME] [--purpose PURPOSE] [--policy OID…] [--explicit-policy] [--inhibit-mapping] [--inhibit-any-policy]
    [--algorithms legacy] [--no-revocation] [--json]

  核验一份证书的证书链，不联网。文件可以是 PEM 或 DER；LEAF 写在最前面，它后面附带的证书当作中间证书。
  Validates a certification path (RFC 5280 6), offline. Files are PEM or DER; LEAF stands first.

  --trust PEM…           可信的根证书。不给，最多得到“不能下结论”。Trust anchors; without any: indeterminate.
  --intermediates PEM…   中间证书，也包括签发吊销列表的证书。CA certificates, those of CRL signers too.
  --crl FILE…            吊销列表，全量、分区和增量都可以。Full, partitioned and delta CRLs.
  --ocsp FILE…           OCSP 应答（DER）。OCSP responses (DER), as a responder gave them.
  --at TIME              核验时间，默认现在，如 2026-11-21T10:00:00+08:00。Validation time, default now.
  --purpose PURPOSE      any（默认） digital-signature seal-making status-signing time-stamping
  --policy OID…          接受的证书策略，默认全部。Acceptable certificate policies, default any.
  --explicit-policy      必须有可接受的策略。An acceptable policy is required.
  --inhibit-mapping      不接受策略映射。Policy mappings are not accepted.
  --inhibit-any-policy   不接受 anyPolicy。anyPolicy is not accepted.
  --algorithms legacy    接受 SHA-1 和 RSA-1024，并在报告里写明。Admits SHA-1 and RSA-1024, and says so.
  --no-revocation        不查吊销。Revocation is not checked.
  --json                 输出 JSON。The report as JSON.

  退出码 exit: 0 有效 valid · 1 无效 invalid · 2 不能下结论 indeterminate · 3 用法不对或文件读不出来 usage, unreadable`

const MAX_BYTES = 64 * 1024 * 1024
const SEQUENCE = 0x30

const readWhole = async (path: string): Promise<Uint8Array> => {
  const file = await open(path, 'r').catch((error: unknown) => fileFault(error, path))
  try {
    const { size } = await file.stat()
    if (size > MAX_BYTES) usage(`${path}：超过 64 MB (too large)`)
    return new Uint8Array(await file.readFile().catch((error: unknown) => fileFault(error, path)))
  } finally {
    await file.close()
  }
}

type Label = 'CERTIFICATE' | 'X509 CRL' | 'OCSP RESPONSE'

/** One DER value, or the PEM blocks of this label. @throws RangeError for broken base64 */
const blocksIn = (bytes: Uint8Array, label: Label): Uint8Array[] =>
  bytes[0] === SEQUENCE ? [bytes] : fromPem(new TextDecoder('latin1').decode(bytes), label)

interface Loading<T> {
  readonly label: Label
  read(der: Uint8Array): T
}
const CERTIFICATES: Loading<Certificate> = { label: 'CERTIFICATE', read: (der) => parseCertificate(der, 'compat') }
const LISTS: Loading<Crl> = { label: 'X509 CRL', read: (der) => parseCrl(der, 'compat') }
/** A response that refuses says nothing of any certificate: it is left out like a broken one. */
const ANSWERS: Loading<OcspAnswers> = {
  label: 'OCSP RESPONSE',
  read: (der) => {
    const { answers, status } = parseOcspResponse(der)
    if (answers === undefined) throw new DerError('OCSPResponse', status)
    return answers
  },
}

/** Undefined when something in it is broken, or nothing of its kind is in it. */
const parsed = <T>(bytes: Uint8Array, { label, read }: Loading<T>): T[] | undefined => {
  try {
    const found = blocksIn(bytes, label).map(read)
    return found.length === 0 ? undefined : found
  } catch (error) {
    if (!isMalformed(error) && !(error instanceof RangeError)) throw error
    return undefined
  }
}

/** What can be read; `leftOut` gets the rest. */
const loadAll = async <T>(paths: readonly string[], how: Loading<T>, leftOut: string[]): Promise<T[]> => {
  const loaded = await Promise.all(paths.map(async (path) => ({ path, items: parsed(await readWhole(path), how) })))
  leftOut.push(...loaded.filter((l) => l.items === undefined).map((l) => l.path))
  return loaded.flatMap((l) => l.items ?? [])
}

interface Outcome {
  readonly report: Report
  readonly path?: PathResult['path']
  readonly leftOut: readonly string[]
}

const compatibility = (leaf: Certificate): Check[] =>
  leaf.leniencies.length === 0
    ? []
    : [
        notice('chain.compatibility', 'COMPATIBILITY', 'X.690', {
          detail: { leniencies: [...new Set(leaf.leniencies.map((l) => l.code))].join(' ') },
        }),
      ]

const judge = async (args: ChainArguments): Promise<Outcome> => {
  const at = args.at ?? systemClock.now()
  const leftOut: string[] = []
  const [leaf, ...attached] = parsed(await readWhole(args.leaf), CERTIFICATES) ?? []
  const faults: string[] = []
  const anchors = await loadAll(args.trust, CERTIFICATES, faults)
  if (faults.length > 0) usage(`${faults.join(' ')}：不是证书 (not a certificate)`)
  const intermediates = [...attached, ...(await loadAll(args.intermediates, CERTIFICATES, leftOut))]
  const crls = await loadAll(args.crls, LISTS, leftOut)
  const ocspResponses = await loadAll(args.ocsp, ANSWERS, leftOut)
  if (leaf === undefined)
    return { report: report(at, [fail('chain.certificate', 'FORMAT_FAILURE', 'RFC 5280 4.1')]), leftOut }
  const { purpose, policies, algorithms, revocation } = args
  const evidence = { crls, ocspResponses, revocation }
  const result = validatePath({
    ...evidence,
    leaf,
    intermediates,
    anchors,
    at,
    purpose,
    policies,
    algorithms,
    crypto: nodeCrypto,
  })
  const checks = [...pathChecks('chain', result), ...compatibility(leaf)]
  return { report: report(at, checks), leftOut, ...(result.path === undefined ? {} : { path: result.path }) }
}

/** What a finding is about, where it is not simply good: `certificate=…, fault=…`. */
const detailLines = ({ outcome, detail = {} }: Check): string[] => {
  const pairs = Object.entries(detail).map(([name, value]) => `${name}=${value}`)
  return outcome === 'pass' || pairs.length === 0 ? [] : [`      ${pairs.join(', ')}`]
}

const titles = (path: PathResult['path']): string[] =>
  (path ?? []).map((c) => commonName(c) ?? nameText(c.subjectFields))

export const run = async (args: readonly string[]): Promise<number> => {
  if (args.includes('--help') || args.includes('-h')) {
    print(...VERIFY_CHAIN_HELP.split('\n'))
    return EXIT.valid
  }
  const asked = parseChainArguments(args)
  const { report: judged, path, leftOut } = await judge(asked)
  const { verdict, at, checks } = judged
  complain(...leftOut.map((file) => `没有采用 (left out) ${file}`))
  if (asked.json)
    process.stdout.write(
      `${JSON.stringify({ verdict, at: at.toISOString(), path: titles(path), checks, leftOut }, null, 2)}\n`,
    )
  else
    print(
      VERDICTS[verdict],
      ...(path === undefined ? [] : [`  ${titles(path).join(' ← ')}`]),
      ...checks.flatMap((check) => [checkLine(check), ...detailLines(check)]),
    )
  return EXIT[verdict]
}
