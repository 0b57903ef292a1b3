/** Writes Signature.xml in the order of the schema (GB/T 33190-2016 clause 18), every reference by SM3 and from the root. */
import { toBase64, utf8 } from '../bytes.ts'
import { OID } from '../oid/index.ts'
import { formatBox } from './box.ts'
import type { OfdSignature, StampAnnot } from './ofd-signature.ts'
import { escapeXml, OFD_NAMESPACE, XML_HEAD } from './xml-text.ts'

export interface SignatureContent {
  readonly provider: OfdSignature['provider']
  readonly at: Date
  readonly references: readonly { readonly path: string; readonly checkValue: Uint8Array }[]
  readonly stamps: readonly StampAnnot[]
  readonly sealPath: string
  readonly signedValuePath: string
}

/** yyyyMMddHHmmssZ, UTC. */
const dateTime = (at: Date): string => `${at.toISOString().slice(0, 19).replace(/\D/g, '')}Z`

const attribute = (name: string, value: string | undefined): string =>
  value === undefined ? '' : ` ${name}="${escapeXml(value)}"`

const stampXml = ({ id, pageRef, boundary, clip }: StampAnnot): string =>
  `<ofd:StampAnnot${attribute('ID', id)}${attribute('PageRef', pageRef)} Boundary="${formatBox(boundary)}"` +
  `${clip === undefined ? '' : ` Clip="${formatBox(clip)}"`}/>`

const referenceXml = ({ path, checkValue }: SignatureContent['references'][number]): string =>
  `<ofd:Reference${attribute('FileRef', `/${path}`)}><ofd:CheckValue>${toBase64(checkValue)}</ofd:CheckValue></ofd:Reference>`

/** Bytes of Signature.xml; from here on they must not change. @throws FormatError XML_CHARACTER */
export const encodeSignature = (content: SignatureContent): Uint8Array => {
  const { name, version, company } = content.provider
  return utf8(
    `${XML_HEAD}<ofd:Signature xmlns:ofd="${OFD_NAMESPACE}"><ofd:SignedInfo>` +
      `<ofd:Provider${attribute('ProviderName', name)}${attribute('Version', version)}${attribute('Company', company)}/>` +
      `<ofd:SignatureMethod>${OID.sm2WithSm3}</ofd:SignatureMethod>` +
      `<ofd:SignatureDateTime>${dateTime(content.at)}</ofd:SignatureDateTime>` +
      `<ofd:References CheckMethod="${OID.sm3}">${content.references.map(referenceXml).join('')}</ofd:References>` +
      content.stamps.map(stampXml).join('') +
      `<ofd:Seal><ofd:BaseLoc>/${escapeXml(content.sealPath)}</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>` +
      `<ofd:SignedValue>/${escapeXml(content.signedValuePath)}</ofd:SignedValue></ofd:Signature>`,
  )
}
