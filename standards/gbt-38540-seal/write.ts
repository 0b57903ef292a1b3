/**
 * Writing V4 seals and signatures: first the bytes to sign, then the whole. Strict DER, UTC with Z, SM2 with SM3.
 * Refuses what a verifier would refuse: dates out of order, an empty signer list, a digest of the wrong size.
 */
import type { Captured } from '../der/index.ts'
import { capture, encode } from '../der/index.ts'
import { DerError } from '../errors.ts'
import type { ExtensionDatas, SES_ESPictrueInfo } from '../gmt-0031-2014-seal/index.ts'
import { OID } from '../oid/index.ts'
import type { SES_CertList } from './seal.ts'
import { CERT_LIST_TYPE, SES_SealInfo, SESeal } from './seal.ts'
import { SES_Signature, TBS_Sign } from './signature.ts'

export const VERSION = 4
const SM3_LENGTH = 32

export interface SealDraft {
  readonly vendor: string
  readonly esID: string
  readonly type: number
  readonly name: string
  readonly signers: Exclude<SES_CertList, { kind: 'unreadable' }>
  readonly createDate: Date
  readonly validStart: Date
  readonly validEnd: Date
  readonly picture: SES_ESPictrueInfo
  readonly extDatas?: ExtensionDatas
}

/** §6: `der` of the result is what the maker signs. @throws DerError */
export const draftSeal = (draft: SealDraft): Captured<SES_SealInfo> => {
  const { createDate, validStart, validEnd, signers } = draft
  if (createDate > validStart || validStart >= validEnd) throw new DerError('property', 'dates out of order')
  if ((signers.kind === 'certs' ? signers.certs : signers.digests).length === 0)
    throw new DerError('property.certList', 'no permitted signer')
  return capture(SES_SealInfo, {
    header: { ID: 'ES', version: VERSION, Vid: draft.vendor },
    esID: draft.esID,
    property: {
      type: draft.type,
      name: draft.name,
      certListType: CERT_LIST_TYPE[signers.kind],
      certList: signers,
      createDate,
      validStart,
      validEnd,
    },
    picture: draft.picture,
    ...(draft.extDatas === undefined ? {} : { extDatas: draft.extDatas }),
  })
}

/** `signedValue`: DER SM2 signature over `info.der`. */
export const encodeSeal = (
  info: Captured<SES_SealInfo>,
  maker: { cert: Uint8Array; signedValue: Uint8Array },
): Uint8Array =>
  encode(SESeal, { eSealInfo: info, cert: maker.cert, signAlgID: OID.sm2WithSm3, signedValue: maker.signedValue })

export interface SignatureDraft {
  /** The whole seal, as issued. */
  readonly seal: Captured<SESeal>
  readonly at: Date
  /** SM3 of the protected original. */
  readonly dataHash: Uint8Array
  readonly propertyInfo: string
  readonly extDatas?: ExtensionDatas
}

/** §7: `der` of the result is what the signer signs. @throws DerError */
export const draftSignature = (draft: SignatureDraft): Captured<TBS_Sign> => {
  if (draft.dataHash.length !== SM3_LENGTH) throw new DerError('dataHash', 'not an SM3 digest')
  return capture(TBS_Sign, {
    version: VERSION,
    eseal: draft.seal,
    timeInfo: draft.at,
    dataHash: draft.dataHash,
    propertyInfo: draft.propertyInfo,
    ...(draft.extDatas === undefined ? {} : { extDatas: draft.extDatas }),
  })
}

/** `signature`: DER SM2 signature over `toSign.der`. */
export const encodeSealSignature = (
  toSign: Captured<TBS_Sign>,
  signer: { readonly cert: Uint8Array; readonly signature: Uint8Array; readonly timeStamp?: Uint8Array },
): Uint8Array => encode(SES_Signature, { toSign, signatureAlgID: OID.sm2WithSm3, ...signer })
