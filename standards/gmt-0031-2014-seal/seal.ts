/** GM/T 0031-2014 (V1) 电子印章数据: read only. New seals must not be V1. */
import type { Infer } from '../der/index.ts'
import {
  any,
  bitString,
  captured,
  encodeElement,
  ia5String,
  objectIdentifier,
  octetString,
  optional,
  sequence,
  sequenceOf,
  smallInteger,
  utcTime,
  utf8String,
} from '../der/index.ts'
import { ExtensionDatas, SEQUENCE_TAG, SES_ESPictrueInfo, SES_Header, looselyTagged } from './building-blocks.ts'

/** type: 1 单位, 2 个人. certList holds the DER certificates of the permitted signers. */
export const SES_ESPropertyInfo = sequence({
  type: smallInteger(),
  name: utf8String(),
  certList: sequenceOf(any()), // OCTET STRING each; others are kept and match no signer
  createDate: utcTime(),
  validStart: utcTime(),
  validEnd: utcTime(),
})

export const SES_SealInfo = sequence({
  header: SES_Header,
  esID: ia5String(),
  property: SES_ESPropertyInfo,
  picture: SES_ESPictrueInfo,
  // The text prints "EXPLICIT" without a number; producers write it untagged.
  extDatas: optional(
    looselyTagged(ExtensionDatas, { wanted: 'untagged', bareTag: SEQUENCE_TAG, code: 'EXTENSIONS_TAGGING' }),
  ),
})

export const SES_SignInfo = sequence({
  cert: captured(octetString()),
  signatureAlgorithm: captured(objectIdentifier()),
  signData: bitString(),
})

export const SESeal = sequence({ esealInfo: captured(SES_SealInfo), signInfo: SES_SignInfo })
export type SESeal = Infer<typeof SESeal>

/** What the maker signed: SEQUENCE { esealInfo, cert, signatureAlgorithm }, made of the three received encodings. */
export const makerSignedBytes = ({ esealInfo, signInfo }: SESeal): Uint8Array =>
  encodeElement(SEQUENCE_TAG, esealInfo.der, signInfo.cert.der, signInfo.signatureAlgorithm.der)
