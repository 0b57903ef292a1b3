import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { OID } from '../../../standards/oid/index.ts'
import type { CryptoPort } from '../../../standards/ports.ts'
import { parseCertificate, parseCrl, validatePath } from '../../../standards/rfc5280-x509/index.ts'
import type { AlgorithmPolicy, Certificate, Crl, PathFinding } from '../../../standards/rfc5280-x509/index.ts'
import { skipWithoutVectors, vectorsDir } from '../../support/outside.ts'
import exceptions from './exceptions.json' with { type: 'json' }

interface Case {
  readonly Name: string
  readonly CertPath: readonly string[]
  readonly CRLPath: readonly string[]
  readonly ShouldValidate: boolean
  readonly InitialPolicySet: readonly string[]
  readonly InitialExplicitPolicy: boolean
  readonly InitialPolicyMappingInhibit: boolean
  readonly InitialAnyPolicyInhibit: boolean
}
type Verdict = 'valid' | 'invalid' | 'indeterminate'
interface Result {
  readonly test: Case
  readonly verdict: Verdict
  readonly checks: readonly PathFinding[]
}

/** Within the validity of the suite's certificates (2001 to 2011). */
const AT = new Date('2010-06-01T00:00:00Z')

const policyOf = (name: string): string => {
  if (name === 'anyPolicy') return OID.anyPolicy
  const number = /^NIST-test-policy-(\d+)$/.exec(name)?.[1]
  if (number === undefined) throw new Error(`no such policy: ${name}`)
  return `2.16.840.1.101.3.2.1.48.${number}`
}

const verdictOf = (checks: readonly PathFinding[]): Verdict => {
  if (checks.some((c) => c.outcome === 'fail')) return 'invalid'
  return checks.some((c) => c.outcome === 'unknown') ? 'indeterminate' : 'valid'
}

const folder = join(vectorsDir() ?? '', 'pkits')

interface How {
  readonly crypto?: CryptoPort
  readonly algorithms?: AlgorithmPolicy
  /** Instead of the certificates and lists of the case. */
  readonly pool?: { readonly intermediates: readonly Certificate[]; readonly crls: readonly Crl[] }
}

const judge = (test: Case, { crypto = nodeCrypto, algorithms = 'legacy', pool }: How = {}): Result => {
  const path = test.CertPath.map((f) => parseCertificate(readFileSync(join(folder, 'certs', f))))
  const { checks } = validatePath({
    leaf: path[path.length - 1] as Certificate,
    intermediates: path.slice(1, -1),
    anchors: path.slice(0, 1),
    crls: test.CRLPath.map((f) => parseCrl(readFileSync(join(folder, 'crls', f)))),
    at: AT,
    purpose: 'any',
    crypto,
    ...pool,
    algorithms,
    policies: {
      acceptable: test.InitialPolicySet.map(policyOf),
      requireExplicit: test.InitialExplicitPolicy,
      inhibitMapping: test.InitialPolicyMappingInhibit,
      inhibitAny: test.InitialAnyPolicyInhibit,
    },
  })
  return { test, verdict: verdictOf(checks), checks }
}

describe.skipIf(skipWithoutVectors())('NIST PKITS', () => {
  let cases: readonly Case[]
  let results: readonly Result[]

  beforeAll(() => {
    cases = JSON.parse(readFileSync(join(folder, 'vectors.json'), 'utf8')) as Case[]
    results = cases.map((test) => judge(test))
    const count = (should: boolean, verdict: Verdict): number =>
      results.filter((r) => r.test.ShouldValidate === should && r.verdict === verdict).length
    const agreed = results.filter((r) => (r.verdict === 'valid') === r.test.ShouldValidate).length
    process.stdout.write(
      `PKITS: ${agreed} of ${cases.length} cases as expected. ` +
        `Should be valid: ${count(true, 'valid')} valid, ${count(true, 'indeterminate')} indeterminate, ${count(true, 'invalid')} invalid. ` +
        `Should fail: ${count(false, 'invalid')} invalid, ${count(false, 'indeterminate')} indeterminate, ${count(false, 'valid')} valid.\n`,
    )
  })

  it('is asked whole: 249 cases with their policy inputs', () => {
    expect(results).toHaveLength(249)
  })

  it('calls nothing valid that must fail', () => {
    expect(results.filter((r) => !r.test.ShouldValidate && r.verdict === 'valid').map((r) => r.test.Name)).toEqual([])
  })

  it('calls everything valid that must be, save the stated exceptions; a stale exception fails', () => {
    const wrong = results.filter((r) => r.test.ShouldValidate && r.verdict !== 'valid')
    expect(wrong.map((r) => ({ id: r.test.Name, actual: r.verdict }))).toEqual(
      exceptions.map(({ id, actual }) => ({ id, actual })),
    )
  })

  it('gives the reason with an exception: the algorithm, or the indirect list', () => {
    for (const { id, fault } of exceptions) {
      const { checks } = results.find((r) => r.test.Name === id) as Result
      const unknown = checks.filter((c) => c.outcome === 'unknown').map((c) => c.detail?.['fault'] ?? c.reason)
      expect(unknown, id).toEqual([fault])
    }
  })

  it('is undecided, instead of negative, only where evidence is missing or cannot be read', () => {
    const undecided = results.filter((r) => !r.test.ShouldValidate && r.verdict === 'indeterminate')
    const why = undecided.flatMap((r) => r.checks.filter((c) => c.outcome === 'unknown').map((c) => c.reason))
    expect(new Set(why)).toEqual(
      new Set(['CRYPTO_CONSTRAINTS_FAILURE', 'NO_CERTIFICATE_CHAIN_FOUND', 'NO_REVOCATION_EVIDENCE', 'STALE_EVIDENCE']),
    )
  })

  it('finds its way among the certificates and lists of all cases at once', () => {
    const all = (kind: string): Uint8Array[] =>
      readdirSync(join(folder, kind)).map((f) => readFileSync(join(folder, kind, f)))
    const pool = {
      intermediates: all('certs').map((der) => parseCertificate(der, 'compat')),
      crls: all('crls').map((der) => parseCrl(der, 'compat')),
    }
    const pooled = cases.map((test) => judge(test, { pool }))
    expect(pooled.filter((r, i) => (r.verdict === 'valid') !== ((results[i] as Result).verdict === 'valid'))).toEqual(
      [],
    )
  })

  it('needs the legacy policy, which says so: SHA-1 and RSA-1024 are not good enough, whatever date is asked for', () => {
    const test = cases[0] as Case
    const algorithms = (result: Result) => result.checks.find((c) => c.name === 'algorithms')
    expect(algorithms(judge(test))).toMatchObject({ outcome: 'notice', detail: { admitted: 'legacy' } })
    expect(algorithms(judge(test, { algorithms: 'current' }))).toMatchObject({
      outcome: 'unknown',
      reason: 'CRYPTO_CONSTRAINTS_FAILURE',
    })
  })

  it('gives the same answers in a browser: a sample with the portable crypto', () => {
    for (const result of results.filter((_, i) => i % 25 === 0))
      expect(judge(result.test, { crypto: portableCrypto }).checks).toEqual(result.checks)
  })
})
