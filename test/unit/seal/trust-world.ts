/** A small SM2 trust world for seal tests: root, issuing CA, seal maker, signers; made once, in memory. */
import { nodeCrypto, generatePkcs8, signerFromPkcs8 } from '../../../src/crypto/node.ts'
import type { KeyAlgorithm, KeyStore, Signer } from '../../../src/crypto/index.ts'
import { TrustError } from '../../../src/errors.ts'
import type { StatusStep, TrustMaterial } from '../../../src/seal/index.ts'
import { makeStatusSnapshot } from '../../../src/seal/index.ts'
import type { Certificate, Extension } from '../../../standards/rfc5280-x509/index.ts'
import {
  KEY_USAGE,
  basicConstraintsExtension,
  crlNumberExtension,
  encodeCertificate,
  encodeCrl,
  encodeName,
  encodeTbsCertificate,
  encodeTbsCrl,
  expiredCertsOnCrlExtension,
  extKeyUsageExtension,
  keyUsageExtension,
  parseCertificate,
  parseCrl,
} from '../../../standards/rfc5280-x509/index.ts'
import { OID } from '../../../standards/oid/index.ts'

export const NOW = new Date('2026-11-21T08:00:00Z')
export const DAY = 86_400_000
export const days = (n: number, from = NOW): Date => new Date(from.getTime() + n * DAY)
export const crypto = nodeCrypto

/** A key store that counts what was signed. */
export const memoryKeyStore = (): KeyStore & { readonly signed: string[] } => {
  const keys = new Map<string, Signer>()
  const signed: string[] = []
  return {
    signed,
    generate: async (keyId: string, algorithm: KeyAlgorithm) => {
      const signer = signerFromPkcs8(generatePkcs8(algorithm))
      keys.set(keyId, signer)
      return signer.publicKey
    },
    has: async (keyId) => keys.has(keyId),
    signer: async (keyId) => {
      const signer = keys.get(keyId)
      if (signer === undefined) throw new TrustError('KEY_NOT_FOUND', keyId)
      return {
        ...signer,
        sign: (message) => {
          signed.push(keyId)
          return signer.sign(message)
        },
      }
    },
  }
}

export interface Issued {
  readonly signer: Signer
  readonly certificate: Certificate
}

export interface CertificateWish {
  readonly name: string
  readonly publicKey: Uint8Array
  readonly notBefore?: Date
  readonly notAfter?: Date
  readonly keyUsage?: readonly number[]
  /** Extended key usages; none by default. */
  readonly purposes?: readonly string[]
  /** In a critical extension. */
  readonly critical?: boolean
}

/** Who may make seals (制章者). */
export const MAKER = { purposes: [OID.sealMaking] } as const

const nameOf = (name: string): Uint8Array => encodeName([{ oid: OID.commonName, text: name }])
const CA_EXTENSIONS: Extension[] = [
  basicConstraintsExtension({ ca: true }),
  keyUsageExtension([KEY_USAGE.keyCertSign, KEY_USAGE.crlSign]),
]
const SIGNING = [KEY_USAGE.digitalSignature, KEY_USAGE.contentCommitment]
type Uses = Pick<CertificateWish, 'keyUsage' | 'purposes' | 'critical'>
const endEntityExtensions = ({ keyUsage = SIGNING, purposes, critical }: Uses) => [
  keyUsageExtension(keyUsage),
  ...(purposes === undefined ? [] : [extKeyUsageExtension(purposes, critical)]),
]
let serial = 1000

const certify = async (
  issuer: { readonly signer: Signer; readonly name: Uint8Array },
  wish: CertificateWish,
  extensions: Extension[],
): Promise<Uint8Array> => {
  const { algorithm } = issuer.signer
  const number = ++serial
  const tbs = encodeTbsCertificate({
    serial: Uint8Array.of(1, number >> 8, number & 0xff),
    algorithm,
    issuer: issuer.name,
    notBefore: wish.notBefore ?? days(-30),
    notAfter: wish.notAfter ?? days(700),
    subject: nameOf(wish.name),
    publicKey: wish.publicKey,
    extensions,
  })
  return encodeCertificate({ tbs, algorithm, signature: await issuer.signer.sign(tbs) })
}

const newSigner = (algorithm: KeyAlgorithm = 'SM2'): Signer => signerFromPkcs8(generatePkcs8(algorithm))

export const makeCa = async (label = 'Test') => {
  const [root, issuing] = [newSigner(), newSigner()]
  const rootName = `${label} Root`
  const issuingName = `${label} Issuing`
  const rootIssuer = { signer: root, name: nameOf(rootName) }
  const issuer = { signer: issuing, name: nameOf(issuingName) }
  const rootCert = parseCertificate(
    await certify(rootIssuer, { name: rootName, publicKey: root.publicKey, notAfter: days(3650) }, CA_EXTENSIONS),
  )
  const issuingCert = parseCertificate(
    await certify(rootIssuer, { name: issuingName, publicKey: issuing.publicKey, notAfter: days(3000) }, CA_EXTENSIONS),
  )
  const crlOf = async (by: { signer: Signer; name: Uint8Array }, wish: CrlWish) => {
    const { algorithm } = by.signer
    const tbs = encodeTbsCrl({
      algorithm,
      issuer: by.name,
      thisUpdate: wish.thisUpdate ?? days(-0.1),
      nextUpdate: wish.nextUpdate ?? days(1),
      revoked: (wish.revoked ?? []).map(([c, date]) => ({ serial: c.serial, date, reason: wish.reason ?? 1 })),
      extensions: [
        crlNumberExtension(1),
        ...(wish.remembersSince === undefined ? [] : [expiredCertsOnCrlExtension(wish.remembersSince)]),
      ],
    })
    return parseCrl(encodeCrl({ tbs, algorithm, signature: await by.signer.sign(tbs) }))
  }
  return {
    root: rootCert,
    issuing: issuingCert,
    certify: (wish: CertificateWish): Promise<Uint8Array> => certify(issuer, wish, endEntityExtensions(wish)),
    issue: async (wish: Omit<CertificateWish, 'publicKey'>): Promise<Issued> => {
      const signer = newSigner()
      const der = await certify(issuer, { ...wish, publicKey: signer.publicKey }, endEntityExtensions(wish))
      return { signer, certificate: parseCertificate(der) }
    },
    crls: async (wish: CrlWish = {}) => [await crlOf(rootIssuer, { ...wish, revoked: [] }), await crlOf(issuer, wish)],
  }
}

export interface CrlWish {
  readonly thisUpdate?: Date
  readonly nextUpdate?: Date
  readonly revoked?: readonly (readonly [Certificate, Date])[]
  /** CRLReason of all of them; keyCompromise when absent. */
  readonly reason?: number
  /** Certificates that have expired since then are still listed. */
  readonly remembersSince?: Date
}

export type TestCa = Awaited<ReturnType<typeof makeCa>>

export interface TrustWish extends CrlWish {
  readonly timelines?: Readonly<Record<string, readonly StatusStep[]>>
  readonly statusIssuedAt?: Date
  readonly statusNextUpdate?: Date
}

export const trustIn = async (ca: TestCa, wish: TrustWish = {}): Promise<TrustMaterial> => ({
  anchors: [ca.root],
  intermediates: [ca.issuing],
  crls: await ca.crls(wish),
  statuses:
    wish.timelines === undefined
      ? []
      : [
          makeStatusSnapshot({
            kind: 'seal',
            issuedAt: wish.statusIssuedAt ?? days(-0.1),
            nextUpdate: wish.statusNextUpdate ?? days(1),
            entries: Object.entries(wish.timelines).map(([id, timeline]) => ({ id, timeline })),
          }),
        ],
})
