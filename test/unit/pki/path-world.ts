/** Chains made to order for path tests: P-256, one hour around AT, any extension by its DER. */
import { syncSignerFromPkcs8 } from '../../../src/crypto/native-signer.ts'
import { generatePkcs8, nodeCrypto } from '../../../src/crypto/node.ts'
import { fromHex, utf8 } from '../../../standards/bytes.ts'
import { encodeElement } from '../../../standards/der/index.ts'
import { OID } from '../../../standards/oid/index.ts'
import type { Certificate, Crl, Extension, PathQuestion } from '../../../standards/rfc5280-x509/index.ts'
import {
  KEY_USAGE,
  basicConstraintsExtension,
  crlNumberExtension,
  encodeCertificate,
  encodeCrl,
  encodeName,
  encodeTbsCertificate,
  encodeTbsCrl,
  keyUsageExtension,
  parseCertificate,
  parseCrl,
  validatePath,
} from '../../../standards/rfc5280-x509/index.ts'

export const AT = new Date('2026-06-01T00:00:00Z')
export const HOUR = 3_600_000
export const hours = (n: number): Date => new Date(AT.getTime() + n * HOUR)

export interface Party {
  readonly certificate: Certificate
  readonly key: ReturnType<typeof syncSignerFromPkcs8>
}

export const der = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => encodeElement(tag, ...parts)
export const seq = (...parts: readonly Uint8Array[]): Uint8Array => der(0x30, ...parts)
export const int = (n: number): Uint8Array => der(0x02, Uint8Array.of(n))
export const ext = (extnID: string, extnValue: Uint8Array, critical = true): Extension => ({
  extnID,
  critical,
  extnValue,
})
export const nameOf = (...fields: readonly (readonly [string, string])[]): Uint8Array =>
  encodeName(fields.map(([oid, text]) => ({ oid, text })))
export const cn = (text: string): Uint8Array => nameOf([OID.commonName, text])
export const CA: readonly Extension[] = [
  basicConstraintsExtension({ ca: true }),
  keyUsageExtension([KEY_USAGE.keyCertSign, KEY_USAGE.crlSign]),
]
export const newKey = (): Party['key'] => syncSignerFromPkcs8(generatePkcs8('P-256'))

interface Wish {
  readonly subject: Uint8Array
  readonly by?: Party
  readonly key?: Party['key']
  readonly extensions?: readonly Extension[]
  readonly serial?: Uint8Array
  /** Instead of the issuer's subject. */
  readonly issuer?: Uint8Array
}

export const make = ({ subject, by, key = newKey(), extensions = [], serial = fromHex('05'), issuer }: Wish): Party => {
  const signer = by?.key ?? key
  const tbs = encodeTbsCertificate({
    serial,
    algorithm: signer.algorithm,
    issuer: issuer ?? by?.certificate.subject ?? subject,
    notBefore: hours(-1000),
    notAfter: hours(1000),
    subject,
    publicKey: key.publicKey,
    extensions: extensions.length > 0 ? extensions : [basicConstraintsExtension({ ca: false })],
  })
  const whole = encodeCertificate({ tbs, algorithm: signer.algorithm, signature: signer.sign(tbs) })
  return { key, certificate: parseCertificate(whole) }
}

interface ListWish {
  readonly revoked?: readonly { readonly serial: string; readonly reason?: number; readonly at?: number }[]
  /** Hours from AT. */
  readonly from?: number
  readonly until?: number
  readonly number?: number
  readonly extensions?: readonly Extension[]
  readonly issuer?: Uint8Array
}

export const listOf = (
  by: Party,
  { revoked = [], from = -1, until = 1, number = 1, extensions = [], issuer }: ListWish = {},
): Crl => {
  const tbs = encodeTbsCrl({
    algorithm: by.key.algorithm,
    issuer: issuer ?? by.certificate.subject,
    thisUpdate: hours(from),
    nextUpdate: hours(until),
    revoked: revoked.map(({ serial, reason, at = -2 }) => ({
      serial: fromHex(serial),
      date: hours(at),
      ...(reason === undefined ? {} : { reason }),
    })),
    extensions: [crlNumberExtension(number), ...extensions],
  })
  return parseCrl(encodeCrl({ tbs, algorithm: by.key.algorithm, signature: by.key.sign(tbs) }))
}

export const text = (tag: number, value: string): Uint8Array => der(tag, utf8(value))

/** The findings that are neither pass nor notRun, as `constraints fail name-excluded`. */
export const judge = (
  [leaf, ...issuers]: readonly Party[],
  question: Partial<Omit<PathQuestion, 'leaf' | 'anchors'>> & { readonly anchor: Party },
): string[] => {
  const { anchor, ...rest } = question
  const { checks } = validatePath({
    leaf: (leaf as Party).certificate,
    intermediates: issuers.map((p) => p.certificate),
    anchors: [anchor.certificate],
    crls: [],
    at: AT,
    purpose: 'any',
    crypto: nodeCrypto,
    revocation: rest.crls === undefined ? 'off' : 'crl',
    ...rest,
  })
  return checks
    .filter((c) => c.outcome !== 'pass' && c.outcome !== 'notRun')
    .map((c) => `${c.name} ${c.outcome} ${String(c.detail?.['fault'] ?? c.reason)}`)
}
