/**
 * Prepares a PDF for a seal: an incremental update with a visible SM2 signature (CMS, ETSI.CAdES.detached). The seal itself (SESeal)
 * is a signed attribute, so that the file proves which seal was applied. A second, invisible P-256 signature over all of it serves
 * readers that know no SM2. Nothing is signed here: the caller signs `toSign` and fills the slot.
 * Refuses encrypted, certified and malformed files, XFA forms, places outside the page, pictures without outlines.
 */
import { buildSignedAttributes, encodeSignedData } from '../../standards/rfc5652-cms/index.ts'
import type { CmsSuiteName } from '../../standards/rfc5652-cms/index.ts'
import { preparePdfSignature } from '../../standards/iso-32000-signature/index.ts'
import type { SignatureRequest } from '../../standards/iso-32000-signature/index.ts'
import { OID } from '../../standards/oid/index.ts'
import type { Digests } from '../../standards/ports.ts'
import { parseCertificate } from '../../standards/rfc5280-x509/index.ts'
import { TrustError } from '../errors.ts'
import { orPdfRefusal } from './pdf-refusal.ts'
import { widgetsFor } from './pdf-widgets.ts'
import type { Placement, SealPicture } from './ports.ts'

export interface PdfSigner {
  /** DER. */
  readonly certificate: Uint8Array
  /** DER, issuer first, anchor left out. */
  readonly chain: readonly Uint8Array[]
}

export interface PdfSealRequest {
  readonly document: Uint8Array
  readonly sealDer: Uint8Array
  /** Needs `outline` and `outlineSize`. */
  readonly picture: SealPicture
  readonly placements: readonly Placement[]
  readonly at: Date
  /** As readers show them; they become part of the document. */
  readonly name?: string
  readonly reason?: string
  readonly signer: PdfSigner
  readonly digests: Digests
  /** Leaves room for a time stamp over the signature. */
  readonly timeStamped?: boolean
}

export type PdfReaderSignatureRequest = Pick<
  PdfSealRequest,
  'document' | 'at' | 'name' | 'reason' | 'signer' | 'digests' | 'timeStamped'
>

export interface PdfSlot {
  readonly algorithm: CmsSuiteName
  /** What the key signs: the DER of the signed attributes, which carry the digest of the file. */
  readonly toSign: Uint8Array
  /** `signature`: DER SEQUENCE { r, s }; `timeStamp`: a token over it. Returns the signed file. */
  fill(signature: Uint8Array, timeStamp?: Uint8Array): Promise<Uint8Array>
}

/** Message without certificates and seal: identifiers, attributes, signature. */
const MESSAGE_ROOM = 1024
/** A token with its two certificates takes about two kilobytes. */
const TIME_STAMP_ROOM = 4096

/** @throws TrustError DOCUMENT_*, PLACEMENT_INVALID, SEAL_PICTURE_INVALID */
export const preparePdfSeal = async (request: PdfSealRequest): Promise<PdfSlot> =>
  orPdfRefusal(() => {
    const { document, sealDer, placements, picture } = request
    const outline = outlineOf(picture)
    return slot(request, {
      suite: 'SM2-SM3',
      extra: [{ type: OID.xinyinSealAttribute, value: sealDer }],
      visible: { widgets: widgetsFor(document, placements, picture), outline },
    })
  })

/** Over an already sealed file. @throws TrustError DOCUMENT_* */
export const preparePdfReaderSignature = async (request: PdfReaderSignatureRequest): Promise<PdfSlot> =>
  orPdfRefusal(() => slot(request, { suite: 'ECDSA-SHA256', extra: [], visible: { widgets: [] } }))

const outlineOf = ({
  outline,
  outlineSize,
  widthMm,
  heightMm,
}: SealPicture): NonNullable<SignatureRequest['outline']> => {
  if (outline === undefined || outlineSize === undefined || !(outlineSize > 0))
    throw new TrustError('SEAL_PICTURE_INVALID', 'the picture has no outlines')
  return { paths: outline, size: outlineSize, widthMm, heightMm }
}

interface Kind {
  readonly suite: CmsSuiteName
  readonly extra: readonly { readonly type: string; readonly value: Uint8Array }[]
  readonly visible: Pick<SignatureRequest, 'widgets' | 'outline'>
}

const slot = (request: PdfReaderSignatureRequest, { suite, extra, visible }: Kind): PdfSlot => {
  const { document, at, name, reason, signer, digests, timeStamped = false } = request
  const certificates = [signer.certificate, ...signer.chain]
  const inside = [...certificates, ...extra.map((e) => e.value)]
  const prepared = preparePdfSignature({
    document,
    at,
    ...visible,
    ...(name === undefined ? {} : { name }),
    ...(reason === undefined ? {} : { reason }),
    subFilter: 'ETSI.CAdES.detached',
    contentsSize: inside.reduce((n, der) => n + der.length, MESSAGE_ROOM) + (timeStamped ? TIME_STAMP_ROOM : 0),
  })
  const { certificate } = signer
  const toSign = buildSignedAttributes({ suite, content: prepared.parts, certificate, digests, extra })
  const { issuer, serial } = parseCertificate(certificate, 'compat')
  return {
    algorithm: suite,
    toSign,
    fill: async (signature, timeStamp) =>
      prepared.embed(
        encodeSignedData({
          suite,
          signedAttributes: toSign,
          signature,
          signer: { issuer, serial },
          certificates,
          unsignedAttributes: timeStamp === undefined ? [] : [{ type: OID.timeStampToken, value: timeStamp }],
        }),
      ),
  }
}
