/** GB/T 38540-2020 (V4) §7 电子签章数据. The signer signs `toSign`, over the received bytes. */
import type { Infer, Schema } from '../der/index.ts'
import {
  bitString,
  captured,
  generalizedTime,
  ia5String,
  objectIdentifier,
  octetString,
  optional,
  sequence,
  smallInteger,
} from '../der/index.ts'
import { ExtensionDatas, SEQUENCE_TAG, looselyTagged } from '../gmt-0031-2014-seal/index.ts'
import { SESeal } from './seal.ts'

const BIT_STRING = 0x03

/** The text says [0] and not how: written EXPLICIT, read in every form. */
export const timeStampField = () =>
  optional(looselyTagged(bitString(), { wanted: 'explicit', bareTag: BIT_STRING, code: 'TIMESTAMP_TAGGING' }))

export const makeTBS_Sign = <T>(eseal: Schema<T>) =>
  sequence({
    version: smallInteger(), // the seal's version
    eseal,
    timeInfo: generalizedTime(),
    dataHash: bitString(),
    propertyInfo: ia5String(), // names at least the protected range
    extDatas: optional(
      looselyTagged(ExtensionDatas, { wanted: 'explicit', bareTag: SEQUENCE_TAG, code: 'EXTENSIONS_TAGGING' }),
    ),
  })

export const makeSES_Signature = <T>(eseal: Schema<T>) =>
  sequence({
    toSign: captured(makeTBS_Sign(eseal)),
    cert: octetString(), // of the signer (签章者)
    signatureAlgID: objectIdentifier(),
    signature: bitString(),
    timeStamp: timeStampField(), // token over the signature value
  })

export const TBS_Sign = makeTBS_Sign(captured(SESeal))
export type TBS_Sign = Infer<typeof TBS_Sign>
export const SES_Signature = makeSES_Signature(captured(SESeal))
export type SES_Signature = Infer<typeof SES_Signature>
