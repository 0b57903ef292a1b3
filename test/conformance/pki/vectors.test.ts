import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { fromPem } from '../../../standards/bytes.ts'
import {
  decode,
  explicit,
  implicit,
  any,
  objectIdentifier,
  optional,
  sequence,
  sequenceOf,
  setOf,
  smallInteger,
} from '../../../standards/der/index.ts'
import type { Certificate } from '../../../standards/rfc5280-x509/index.ts'
import { isSignatureValid, parseCertificate, sameName, validatePath } from '../../../standards/rfc5280-x509/index.ts'
import { skipWithoutVectors, vectorsDir } from '../../support/outside.ts'

const text = (path: string): string => readFileSync(join(vectorsDir() ?? '', path), 'latin1')
const load = (path: string): Certificate[] => fromPem(text(path), 'CERTIFICATE').map((der) => parseCertificate(der))
const one = (path: string): Certificate => load(path)[0] as Certificate

/** Both implementations of the port, so that server and browser agree. */
const signedBy = (c: Certificate, issuer: Certificate): boolean => {
  const results = [nodeCrypto, portableCrypto].map((crypto) => isSignatureValid(c, issuer.publicKey, crypto))
  expect(new Set(results).size).toBe(1)
  return results[0] === true
}

const judge = (leaf: Certificate, others: readonly Certificate[], at: string) => {
  const isRoot = (c: Certificate): boolean => sameName(c.subject, c.issuer)
  const { checks, path } = validatePath({
    leaf,
    intermediates: others.filter((c) => !isRoot(c)),
    anchors: others.filter(isRoot),
    crls: [],
    at: new Date(at),
    purpose: 'digital-signature',
    crypto: nodeCrypto,
  })
  const bad = checks.filter((c) => c.outcome === 'fail' || c.outcome === 'unknown')
  return { length: path?.length, bad: bad.map((c) => `${c.name} ${c.reason ?? ''}`) }
}

const NO_EVIDENCE = 'revocation NO_REVOCATION_EVIDENCE'

describe.skipIf(skipWithoutVectors())('SM2 certificates of others', () => {
  it('gmsm: the GMSSL chain has standard signatures', () => {
    const certificates = setOf(any())
    const SignedData = sequence({
      version: smallInteger(),
      digestAlgorithms: setOf(any()),
      contentInfo: sequenceOf(any()),
      certificates: implicit(0, certificates, true),
      crls: optional(implicit(1, setOf(any()), true)),
      signerInfos: setOf(any()),
    })
    const ContentInfo = sequence({ contentType: objectIdentifier(), content: explicit(0, SignedData) })
    const [p7] = fromPem(text('gmsm/certificateChainGMSSL.pem'), 'PKCS7')
    const chain = decode(ContentInfo, p7 ?? new Uint8Array()).content.certificates.map((e) => parseCertificate(e.der))
    expect(chain).toHaveLength(2)
    for (const c of chain) expect(chain.some((issuer) => signedBy(c, issuer))).toBe(true)
  })

  it('gmsm: the certificate that is signed under an empty id fails under the default id', () => {
    const odd = one('gmsm/openSSL3Certificate.pem')
    expect(signedBy(odd, odd)).toBe(false)
  })

  it('gmsm: what is not signed by a given CA is not said to be', () => {
    const cfca = one('gmsm/cfcasm2oca1.pem')
    for (const file of ['gmsm/signCert.pem', 'gmsm/encCert.pem', 'gmsm/sm2Certificate.pem'])
      expect(signedBy(one(file), cfca), file).toBe(false)
    expect(judge(one('gmsm/signCert.pem'), [cfca], '2023-06-01T00:00:00Z').bad[0]).toBe(
      'path NO_CERTIFICATE_CHAIN_FOUND',
    )
  })

  it('tongsuo: chains verify up to their roots', () => {
    // A TLS server's certificate: its path is good, its purpose is not to sign documents.
    expect(judge(one('tongsuo/sm2-leaf.crt'), load('tongsuo/sm2-chain-ca.crt'), '2026-11-21T00:00:00Z')).toEqual({
      length: 3,
      bad: ['purpose CHAIN_CONSTRAINTS_FAILURE', NO_EVIDENCE],
    })
    const root = [one('tongsuo/sm2-root-cert.pem')]
    // sm2-cert and the root name the curve where id-ecPublicKey belongs.
    for (const file of ['tongsuo/sm2-cert.pem', 'tongsuo/sm2-first-crt.pem'])
      expect(judge(one(file), root, '2026-11-21T00:00:00Z'), file).toEqual({ length: 2, bad: [NO_EVIDENCE] })
  })

  it('tongsuo: certificates that are signed without Z fail', () => {
    const root = one('tongsuo/sm2-noza-root-cert.pem')
    expect(signedBy(root, root)).toBe(false)
    expect(judge(one('tongsuo/sm2-noza-cert.pem'), [root], '2026-11-21T00:00:00Z').bad).toEqual([
      'path CERTIFICATE_CHAIN_GENERAL_FAILURE',
    ])
  })

  it('tongsuo: of a dual pair the signing certificate signs, the encryption certificate does not', () => {
    const chain = load('tongsuo/sm2_dual_chain-ca.crt')
    for (const who of ['client', 'server']) {
      expect(judge(one(`tongsuo/sm2_dual_${who}_sign.crt`), chain, '2026-11-21T00:00:00Z')).toEqual({
        length: 3,
        bad: [NO_EVIDENCE],
      })
      expect(judge(one(`tongsuo/sm2_dual_${who}_enc.crt`), chain, '2026-11-21T00:00:00Z').bad).toEqual([
        'purpose CHAIN_CONSTRAINTS_FAILURE',
        NO_EVIDENCE,
      ])
    }
  })

  it('tongsuo: expired dual certificates are EXPIRED', () => {
    const chain = load('tongsuo/sm2_dual_chain-ca.crt')
    for (const kind of ['sign', 'enc'])
      expect(judge(one(`tongsuo/sm2_dual_client_${kind}_expire.crt`), chain, '2026-11-21T00:00:00Z').bad).toContain(
        'validity EXPIRED',
      )
  })
})
