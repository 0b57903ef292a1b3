import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { toPem } from '../../../standards/bytes.ts'
import { skipWithoutVectors, vectorsDir } from '../../support/outside.ts'
import { runCli } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'xinyin-chain-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const pkits = join(vectorsDir() ?? '', 'pkits')
const cert = (name: string): string => join(pkits, 'certs', `${name}.crt`)
const crl = (name: string): string => join(pkits, 'crls', `${name}.crl`)
const written = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

const LEGACY = ['--at', '2010-06-01T00:00:00Z', '--algorithms', 'legacy']
const GOOD = ['--trust', cert('TrustAnchorRootCertificate'), '--intermediates', cert('GoodCACert')]
const LISTS = ['--crl', crl('TrustAnchorRootCRL'), crl('GoodCACRL')]
const LEAF = cert('ValidCertificatePathTest1EE')
const chain = (...args: string[]) => runCli(['verify-chain', ...args])

describe.skipIf(skipWithoutVectors())('xinyin verify-chain', () => {
  it('exits with 0, 1 and 2 for a valid, a revoked and an undecided chain', async () => {
    const results = await Promise.all([
      chain(LEAF, ...GOOD, ...LISTS, ...LEGACY),
      chain(cert('InvalidRevokedEETest3EE'), ...GOOD, ...LISTS, ...LEGACY),
      chain(LEAF, ...GOOD, ...LEGACY),
      chain(LEAF, ...GOOD, ...LEGACY, '--no-revocation'),
      chain(LEAF, ...LISTS, ...LEGACY),
    ])
    expect(results.map((r) => r.code)).toEqual([0, 1, 2, 0, 2])
  })

  it('gives the checks with their reasons as JSON, and says that legacy algorithms were admitted', async () => {
    const { out } = await chain(LEAF, ...GOOD, ...LISTS, ...LEGACY, '--json')
    const report = JSON.parse(out) as { checks: unknown[] }
    expect(report).toMatchObject({
      verdict: 'valid',
      at: '2010-06-01T00:00:00.000Z',
      path: ['Valid EE Certificate Test1', 'Good CA', 'Trust Anchor'],
      leftOut: [],
    })
    expect(report.checks).toContainEqual(
      expect.objectContaining({
        name: 'chain.algorithms',
        outcome: 'notice',
        detail: expect.objectContaining({ admitted: 'legacy', algorithm: 'RSA-1024' }) as unknown,
      }),
    )
  })

  it('does not admit SHA-1 and RSA-1024 without being told to', async () => {
    const { code, out } = await chain(LEAF, ...GOOD, ...LISTS, '--at', '2010-06-01T00:00:00Z', '--json')
    expect(code).toBe(2)
    expect(out).toContain('CRYPTO_CONSTRAINTS_FAILURE')
  })

  it('takes the policy inputs', async () => {
    const policy = (n: number): string => `2.16.840.1.101.3.2.1.48.${n}`
    const ask = (...args: string[]) => chain(LEAF, ...GOOD, ...LISTS, ...LEGACY, ...args)
    const results = await Promise.all([
      ask('--explicit-policy', '--policy', policy(1)),
      ask('--explicit-policy', '--policy', policy(2)),
      ask('--explicit-policy', '--policy', policy(2), policy(1)),
      ask('--explicit-policy', '--policy', policy(2), '--policy', policy(1), '--inhibit-mapping'),
    ])
    expect(results.map((r) => r.code)).toEqual([0, 1, 0, 0])
    const anyPolicy = [
      cert('inhibitAnyPolicyTest3EE'),
      ...['--trust', cert('TrustAnchorRootCertificate'), '--no-revocation', ...LEGACY],
      ...['--intermediates', cert('inhibitAnyPolicy1CACert'), cert('inhibitAnyPolicy1subCA1Cert')],
    ]
    const both = await Promise.all([chain(...anyPolicy), chain(...anyPolicy, '--inhibit-any-policy')])
    expect(both.map((r) => r.code)).toEqual([0, 1])
  })

  it('reads PEM as well as DER, with CA certificates behind LEAF', async () => {
    const pem = (path: string, label = 'CERTIFICATE'): string => toPem(readFileSync(path), label)
    const bundle = written('bundle.pem', pem(LEAF) + pem(cert('GoodCACert')))
    const lists = written('lists.pem', pem(crl('TrustAnchorRootCRL'), 'X509 CRL') + pem(crl('GoodCACRL'), 'X509 CRL'))
    const root = written('root.pem', pem(cert('TrustAnchorRootCertificate')))
    expect((await chain(bundle, '--trust', root, '--crl', lists, ...LEGACY)).code).toBe(0)
  })

  it('calls a broken LEAF invalid, refuses a broken anchor, and leaves out broken evidence', async () => {
    const broken = written('broken.der', readFileSync(LEAF).subarray(0, 300))
    const text = written('text.pem', 'no certificate')
    const [leaf, none, anchor, evidence] = await Promise.all([
      chain(broken, ...GOOD, ...LISTS, ...LEGACY, '--json'),
      chain(text, ...GOOD, ...LEGACY),
      chain(LEAF, '--trust', text, ...LEGACY),
      chain(LEAF, ...GOOD, ...LISTS, '--crl', broken, ...LEGACY),
    ])
    expect(JSON.parse(leaf.out)).toMatchObject({ verdict: 'invalid', checks: [{ reason: 'FORMAT_FAILURE' }] })
    expect([leaf.code, none.code, anchor.code, evidence.code]).toEqual([1, 1, 3, 0])
    expect(evidence.err).toContain('broken.der')
  })

  it.each([
    [[]],
    [['a', 'b']],
    [['a', '--trust']],
    [['a', '--nonsense']],
    [['a', '--json=yes']],
    [['a', '--policy', 'P1']],
    [['a', '--purpose', 'toString']],
    [['a', '--algorithms', 'all']],
    [['a', '--at', 'yesterday']],
    [['a', '--at', '2010-06-01T00:00:00Z', '--at', '2011-06-01T00:00:00Z']],
    [['/nonexistent/leaf.pem']],
  ])('exits with 3 and no stack for %j', async (args) => {
    const { code, out, err } = await chain(...args)
    expect([code, out]).toEqual([3, ''])
    expect(err).not.toMatch(/\n\s+at /)
  })

  it('has help', async () => {
    const [help, topic] = await Promise.all([chain('--help'), runCli(['help', 'verify-chain'])])
    expect([help.code, topic.code]).toEqual([0, 0])
    expect(topic.out).toBe(help.out)
  })
})
