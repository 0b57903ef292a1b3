/**
 * Reads one SignedData with exactly one signer, in CMS (RFC 5652) or GM form (GB/T 35275).
 * Refuses other outer types, no signer or several, an attribute given twice or with other than one value where §11 wants one.
 * `compat` also admits BER lengths, noted as BER_IN_CMS; in either mode attributes keep the bytes that were signed.
 */
import { DerError } from '../errors.ts'
import { concat } from '../bytes.ts'
import type { Element, Leniency, Mode, Schema } from '../der/index.ts'
import { decode, decodeWith, objectIdentifier, octetString, readSingle } from '../der/index.ts'
import { OID } from '../oid/index.ts'
import { Time } from '../rfc5280-x509/index.ts'
import { berToDer } from './ber-to-der.ts'
import { ContentInfo, SigningCertificateV2 } from './signed-data.ts'
import type { SignerIdentifier, SignerInfo } from './signed-data.ts'

export interface EssCertificateId {
  /** undefined: SHA-256, the default of RFC 5035. */
  readonly hashAlgorithm: string | undefined
  readonly certHash: Uint8Array
}

export interface SignedAttributes {
  /** What the signature covers: the received bytes with the tag of a SET (RFC 5652 §5.4). */
  readonly toBeSigned: Uint8Array
  readonly contentType: string | undefined
  readonly messageDigest: Uint8Array | undefined
  readonly signingTime: Date | undefined
  /** The first is the signer's. */
  readonly signingCertificateV2: readonly EssCertificateId[] | undefined
  /** Values of every attribute, by type. */
  readonly all: ReadonlyMap<string, readonly Uint8Array[]>
}

export interface CmsSigner {
  readonly sid: SignerIdentifier
  readonly digestAlgorithm: string
  readonly signatureAlgorithm: string
  readonly signature: Uint8Array
  readonly signedAttributes: SignedAttributes | undefined
  readonly unsignedAttributes: ReadonlyMap<string, readonly Uint8Array[]>
}

export interface ParsedSignedData {
  readonly form: 'cms' | 'gm'
  readonly contentType: string
  /** Octets of the encapsulated content; undefined: detached. */
  readonly content: Uint8Array | undefined
  /** DER, as received. */
  readonly certificates: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
  readonly signer: CmsSigner
  /** Bytes of the input that belong to the message; the rest (PDF padding) is the caller's to judge. */
  readonly consumed: number
  readonly leniencies: readonly Leniency[]
}

const FORMS: Readonly<Record<string, 'cms' | 'gm'>> = { [OID.signedData]: 'cms', [OID.gmSignedData]: 'gm' }

/** A message and nothing after it. @throws DerError */
export const parseSignedData = (bytes: Uint8Array, mode: Mode = 'strict'): ParsedSignedData => {
  const parsed = parseLeadingSignedData(bytes, mode)
  if (parsed.consumed !== bytes.length) throw new DerError('SignedData', 'trailing bytes')
  return parsed
}

/** The message that `bytes` begins with. @throws DerError */
export const parseLeadingSignedData = (bytes: Uint8Array, mode: Mode = 'strict'): ParsedSignedData => {
  const { der, consumed, converted } = berToDer(bytes)
  if (converted && mode === 'strict') throw new DerError('SignedData', 'BER lengths')
  const { value, leniencies } = decodeWith(ContentInfo, der, mode, 'ContentInfo')
  const form = FORMS[value.contentType]
  if (form === undefined) throw new DerError('ContentInfo.contentType', 'not SignedData')
  const { digestAlgorithms, encapContentInfo, certificates, crls, signerInfos } = value.content
  const [only, ...others] = signerInfos
  if (only === undefined || others.length > 0)
    throw new DerError('SignedData.signerInfos', 'expected exactly one signer')
  requireVersions(value.content.version, only, encapContentInfo.eContentType)
  // §5.1 lets a verifier refuse a digest that is not in this set: nothing signs the set, so it must at least agree
  if (!digestAlgorithms.some((a) => a.algorithm === only.digestAlgorithm.algorithm))
    throw new DerError('SignedData.digestAlgorithms', 'the signer’s digest algorithm is not listed')
  return {
    form,
    contentType: encapContentInfo.eContentType,
    content: encapContentInfo.eContent?.content,
    certificates: wholeSequences(certificates),
    crls: wholeSequences(crls),
    signer: signerOf(only),
    consumed,
    leniencies: converted ? [{ code: 'BER_IN_CMS', path: 'ContentInfo' }, ...leniencies] : leniencies,
  }
}

/** §5.1, §5.3: one signer by issuer and serial number over plain data is version 1 in both places; nothing signs these numbers. */
const requireVersions = (version: number, signer: SignerInfo, contentType: string): void => {
  const byKeyId = signer.sid.kind === 'subjectKeyId'
  const plain = contentType === OID.data || contentType === OID.gmData
  if (signer.version !== (byKeyId ? 3 : 1))
    throw new DerError('SignerInfo.version', 'does not fit the signer identifier')
  if (![1, 3, 4, 5].includes(version) || (plain && !byKeyId && version !== 1))
    throw new DerError('SignedData.version', 'does not fit the content')
}

const SEQUENCE = 0x30
/** [0] to [3]: extended and attribute certificates, other formats. */
const OTHER_FORMS: ReadonlySet<number> = new Set([0xa0, 0xa1, 0xa2, 0xa3])

/** Members of the standard's other forms (attribute certificates, OCSP answers) are not ours to use; what has no form is refused. */
const wholeSequences = (members: readonly Element[] | undefined): readonly Uint8Array[] => {
  const all = members ?? []
  if (all.some((m) => m.tag !== SEQUENCE && !OTHER_FORMS.has(m.tag)))
    throw new DerError('SignedData.certificates', 'a member of no known form')
  return all.filter((m) => m.tag === SEQUENCE).map((m) => m.der)
}

const signerOf = (info: SignerInfo): CmsSigner => ({
  sid: info.sid,
  digestAlgorithm: info.digestAlgorithm.algorithm,
  signatureAlgorithm: info.signatureAlgorithm.algorithm,
  signature: info.signature,
  signedAttributes: info.signedAttrs === undefined ? undefined : attributesOf(info.signedAttrs),
  unsignedAttributes: valuesByType(info.unsignedAttrs?.value ?? [], 'unsignedAttrs'),
})

type Attributes = NonNullable<SignerInfo['signedAttrs']>
const SET = Uint8Array.of(0x31)

const attributesOf = ({ value, der }: Attributes): SignedAttributes => {
  const all = valuesByType(value, 'signedAttrs')
  const certificates = only(all, OID.signingCertificateV2, SigningCertificateV2)?.certs
  return {
    toBeSigned: concat(SET, der.subarray(1)),
    contentType: only(all, OID.contentType, objectIdentifier()),
    messageDigest: only(all, OID.messageDigest, octetString()),
    signingTime: only(all, OID.signingTime, Time),
    signingCertificateV2: certificates?.map((c) => ({
      hashAlgorithm: c.hashAlgorithm?.algorithm,
      certHash: c.certHash,
    })),
    all,
  }
}

const valuesByType = (attributes: Attributes['value'], path: string): ReadonlyMap<string, readonly Uint8Array[]> => {
  const byType = new Map<string, readonly Uint8Array[]>()
  for (const { attrType, attrValues } of attributes) {
    if (byType.has(attrType)) throw new DerError(path, `attribute ${attrType} given twice`)
    byType.set(
      attrType,
      attrValues.map((v) => v.der),
    )
  }
  return byType
}

const only = <T>(all: SignedAttributes['all'], type: string, schema: Schema<T>): T | undefined => {
  const values = all.get(type)
  if (values === undefined) return undefined
  const [value, ...more] = values
  if (value === undefined || more.length > 0)
    throw new DerError('signedAttrs', `attribute ${type} is not single-valued`)
  return decode(schema, readSingle(value, { path: type }).der, type)
}
