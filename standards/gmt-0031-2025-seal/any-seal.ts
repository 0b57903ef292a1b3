/**
 * One view of the three seal editions. The layout is decided by counting elements, never by the version number;
 * only V4 and V5 without its time stamp, which look alike, are told apart by header.version.
 */
import type { Context, Element, Infer, Leniency, Mode, Schema } from '../der/index.ts'
import { decodeWith, lenient, readElements } from '../der/index.ts'
import type { ExtensionDatas, SES_ESPictrueInfo, SES_Header } from '../gmt-0031-2014-seal/index.ts'
import * as V1 from '../gmt-0031-2014-seal/index.ts'
import type { SES_CertList } from '../gbt-38540-seal/index.ts'
import * as V4 from '../gbt-38540-seal/index.ts'
import * as V5 from './seal.ts'

export type SealLayout = 'V1' | 'V4' | 'V5'

export interface SealView {
  readonly layout: SealLayout
  /** The whole seal as received. */
  readonly der: Uint8Array
  readonly header: SES_Header
  readonly esID: string
  readonly property: {
    readonly type: number
    readonly name: string
    readonly createDate: Date
    readonly validStart: Date
    readonly validEnd: Date
  }
  readonly certList: SES_CertList
  readonly picture: SES_ESPictrueInfo
  readonly extDatas: ExtensionDatas
  /** What the maker signed, in this layout. */
  readonly signedBytes: Uint8Array
  readonly makerCert: Uint8Array
  /** Object identifier. */
  readonly makerAlgorithm: string
  readonly makerSignature: Uint8Array
  readonly timeStamp?: Uint8Array
}

export interface Parsed<T> {
  readonly value: T
  readonly leniencies: readonly Leniency[]
}

const readV1 = (element: Element, context: Context): SealView => {
  const seal = V1.SESeal.read(element, context)
  const { header, esID, property, picture, extDatas } = seal.esealInfo.value
  const { certList, ...rest } = property
  const items = certList.every((e) => e.tag === 0x04)
  if (!items) lenient(context, 'CERT_LIST_UNREADABLE', 'certList holds something else than certificates')
  return {
    layout: 'V1',
    der: element.der,
    header,
    esID,
    property: rest,
    certList: items ? { kind: 'certs', certs: certList.map((e) => e.content) } : { kind: 'unreadable' },
    picture,
    extDatas: extDatas ?? [],
    signedBytes: V1.makerSignedBytes(seal),
    makerCert: seal.signInfo.cert.value,
    makerAlgorithm: seal.signInfo.signatureAlgorithm.value,
    makerSignature: seal.signInfo.signData,
  }
}

const readV4OrV5 = (element: Element, context: Context): SealView => {
  const seal = V5.SESeal.read(element, context)
  const { header, esID, property, picture, extDatas } = seal.eSealInfo.value
  const layout = seal.timeStamp !== undefined || header.version === V5.VERSION ? 'V5' : 'V4'
  if (header.version !== (layout === 'V5' ? V5.VERSION : V4.VERSION))
    lenient(context, 'SEAL_VERSION_NUMBER', `version ${header.version} in a ${layout} layout`)
  const { certList, certListType: _, ...rest } = property
  return {
    layout,
    der: element.der,
    header,
    esID,
    property: rest,
    certList,
    picture,
    extDatas: extDatas ?? [],
    signedBytes: seal.eSealInfo.der,
    makerCert: seal.cert,
    makerAlgorithm: seal.signAlgID,
    makerSignature: seal.signedValue,
    ...(seal.timeStamp === undefined ? {} : { timeStamp: seal.timeStamp }),
  }
}

/** A seal of any edition. Not written: seals are written by GB/T 38540. */
const AnySeal: Schema<SealView> = {
  matches: (tag) => tag === V1.SEQUENCE_TAG,
  read: (element, context) =>
    readElements(element.content, context).length === 2 ? readV1(element, context) : readV4OrV5(element, context),
  write: (view) => view.der,
}

export interface SealSignatureView {
  /** Layout of the signature; the seal inside has its own. */
  readonly layout: SealLayout
  readonly der: Uint8Array
  readonly seal: SealView
  readonly version: number
  /** As claimed by the signer. */
  readonly signingTime?: Date
  readonly dataHash: Uint8Array
  readonly propertyInfo: string
  readonly extDatas: ExtensionDatas
  /** What the signer signed. */
  readonly signedBytes: Uint8Array
  readonly signerCert: Uint8Array
  /** Object identifier. */
  readonly algorithm: string
  readonly signature: Uint8Array
  /** Time stamp token as received, not verified. */
  readonly timeStamp?: Uint8Array
}

const SignatureV1 = V1.makeSES_Signature(AnySeal)
const SignatureV4 = V4.makeSES_Signature(AnySeal)

const fromV1 = (der: Uint8Array, { toSign, signature }: Infer<typeof SignatureV1>): SealSignatureView => {
  const { eseal, timeInfo, cert, signatureAlgorithm, version, dataHash, propertyInfo } = toSign.value
  const { time, token } = V1.readTimeInfo(timeInfo)
  return {
    layout: 'V1',
    der,
    seal: eseal,
    version,
    dataHash,
    propertyInfo,
    extDatas: [],
    signedBytes: toSign.der,
    signerCert: cert,
    algorithm: signatureAlgorithm,
    signature,
    ...(time === undefined ? {} : { signingTime: time }),
    ...(token === undefined ? {} : { timeStamp: token }),
  }
}

const fromV4 = (der: Uint8Array, value: Infer<typeof SignatureV4>): SealSignatureView => {
  const { eseal, timeInfo, version, dataHash, propertyInfo, extDatas } = value.toSign.value
  return {
    layout: eseal.layout === 'V5' ? 'V5' : 'V4',
    der,
    seal: eseal,
    version,
    signingTime: timeInfo,
    dataHash,
    propertyInfo,
    extDatas: extDatas ?? [],
    signedBytes: value.toSign.der,
    signerCert: value.cert,
    algorithm: value.signatureAlgID,
    signature: value.signature,
    ...(value.timeStamp === undefined ? {} : { timeStamp: value.timeStamp }),
  }
}

const AnySignature: Schema<SealSignatureView> = {
  matches: (tag) => tag === V1.SEQUENCE_TAG,
  read: (element, context) => {
    const view =
      readElements(element.content, context).length === 2
        ? fromV1(element.der, SignatureV1.read(element, context))
        : fromV4(element.der, SignatureV4.read(element, context))
    const mixed = (view.layout === 'V1') !== (view.seal.layout === 'V1')
    if (mixed) lenient(context, 'SEAL_LAYOUT_MIXED', `${view.seal.layout} seal in a ${view.layout} signature`)
    return view
  },
  write: (view) => view.der,
}

/** A seal (.esl) of any edition. @throws DerError */
export const parseSeal = (der: Uint8Array, mode: Mode): Parsed<SealView> => decodeWith(AnySeal, der, mode, 'SESeal')

/** A signature (SignedValue.dat) of any edition, with the seal inside. @throws DerError */
export const parseSealSignature = (der: Uint8Array, mode: Mode): Parsed<SealSignatureView> =>
  decodeWith(AnySignature, der, mode, 'SES_Signature')
