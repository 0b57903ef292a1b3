/**
 * GB/T 38540-2020 (V4) §6 电子印章数据. Names and spelling are the standard's own.
 * The maker signs `eSealInfo` only, over the received bytes.
 */
import type { Context, Element, Infer, Schema } from '../der/index.ts'
import {
  bitString,
  captured,
  encodeElement,
  enter,
  generalizedTime,
  ia5String,
  lenient,
  mapped,
  objectIdentifier,
  octetString,
  optional,
  printableString,
  readElements,
  sequence,
  smallInteger,
  utf8String,
} from '../der/index.ts'
import {
  ExtensionDatas,
  SEQUENCE_TAG,
  SES_ESPictrueInfo,
  SES_Header,
  looselyTagged,
} from '../gmt-0031-2014-seal/index.ts'

/** `type` is free text; `value` is the digest of a permitted signer's DER certificate. */
export const CertDigestObj = sequence({ type: printableString(), value: octetString() })
export type CertDigestObj = Infer<typeof CertDigestObj>

export const CERT_LIST_TYPE = { certs: 1, digests: 2 } as const

/** `unreadable` is a list that can match no signer. */
export type SES_CertList =
  | { readonly kind: 'certs'; readonly certs: readonly Uint8Array[] }
  | { readonly kind: 'digests'; readonly digests: readonly CertDigestObj[] }
  | { readonly kind: 'unreadable' }

const OCTET_STRING = 0x04
const IA5_STRING = 0x16

const readCertList = (element: Element, context: Context): SES_CertList => {
  const items = element.tag === IA5_STRING ? undefined : readElements(element.content, context)
  if (items?.every((e) => e.tag === OCTET_STRING)) return { kind: 'certs', certs: items.map((e) => e.content) }
  if (items?.every((e) => e.tag === SEQUENCE_TAG))
    return { kind: 'digests', digests: items.map((e, i) => CertDigestObj.read(e, enter(context, String(i)))) }
  lenient(context, 'CERT_LIST_UNREADABLE', 'neither certificates nor digests')
  return { kind: 'unreadable' }
}

/** Both alternatives are untagged SEQUENCE OF: the elements say which it is, as certListType is not reliable. */
export const SES_CertList: Schema<SES_CertList> = {
  matches: (tag) => tag === SEQUENCE_TAG || tag === IA5_STRING,
  read: readCertList,
  write: (list) => {
    if (list.kind === 'unreadable') throw new TypeError('an unreadable certList is not written')
    const items =
      list.kind === 'certs'
        ? list.certs.map((c) => encodeElement(OCTET_STRING, c))
        : list.digests.map((d) => CertDigestObj.write(d))
    return encodeElement(SEQUENCE_TAG, ...items)
  },
}

const PropertyFields = sequence({
  type: smallInteger(), // left to business
  name: utf8String(), // as registered with the public security bureau
  certListType: smallInteger(),
  certList: SES_CertList,
  createDate: generalizedTime(),
  validStart: generalizedTime(),
  validEnd: generalizedTime(),
})

export const SES_ESPropertyInfo = mapped(
  PropertyFields,
  (value, context) => {
    const { certList, certListType } = value
    if (certList.kind !== 'unreadable' && certListType !== CERT_LIST_TYPE[certList.kind])
      lenient(context, 'CERT_LIST_TYPE', `certListType ${certListType} with ${certList.kind}`)
    return value
  },
  (value) => value,
)
export type SES_ESPropertyInfo = Infer<typeof SES_ESPropertyInfo>

export const SES_SealInfo = sequence({
  header: SES_Header,
  esID: ia5String(), // unique per maker
  property: SES_ESPropertyInfo,
  picture: SES_ESPictrueInfo,
  extDatas: optional(
    looselyTagged(ExtensionDatas, { wanted: 'untagged', bareTag: SEQUENCE_TAG, code: 'EXTENSIONS_TAGGING' }),
  ),
})
export type SES_SealInfo = Infer<typeof SES_SealInfo>

export const SESeal = sequence({
  eSealInfo: captured(SES_SealInfo),
  cert: octetString(), // of the maker (制章者)
  signAlgID: objectIdentifier(),
  signedValue: bitString(),
})
export type SESeal = Infer<typeof SESeal>
