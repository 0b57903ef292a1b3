/**
 * Writes time stamps (RFC 3161 §2.4.2): TSTInfo, then the attributes to sign (with ESSCertIDv2, RFC 5816), then the token around the
 * signature, then the response. SM2 and P-256.
 */
import { readSingle, encode } from '../der/index.ts'
import { DerError } from '../errors.ts'
import { OID } from '../oid/index.ts'
import type { Digests } from '../ports.ts'
import type { CmsSuiteName } from '../rfc5652-cms/index.ts'
import { buildSignedAttributes, encodeSignedData } from '../rfc5652-cms/index.ts'
import type { Certificate } from '../rfc5280-x509/index.ts'
import { positiveInteger } from '../rfc5280-x509/index.ts'
import type { MessageImprint } from './imprint.ts'
import { TSTInfo, TimeStampResp } from './schema.ts'
import type { PkiFailure } from './status.ts'
import { PKI_FAILURE, PKI_STATUS } from './status.ts'

export interface TstInfoDraft {
  readonly policy: string
  readonly imprint: MessageImprint
  /** Magnitude. */
  readonly serial: Uint8Array
  readonly genTime: Date
  /** Milliseconds. */
  readonly accuracy: number
  readonly ordering: boolean
  /** Content octets, as asked. */
  readonly nonce?: Uint8Array
}

const accuracyOf = (milliseconds: number) => {
  const [seconds, millis] = [Math.floor(milliseconds / 1000), milliseconds % 1000]
  return { ...(seconds === 0 ? {} : { seconds }), ...(millis === 0 ? {} : { millis }) }
}

export const encodeTstInfo = (draft: TstInfoDraft): Uint8Array =>
  encode(TSTInfo, {
    version: 1,
    policy: draft.policy,
    messageImprint: { hashAlgorithm: { algorithm: draft.imprint.algorithmOid }, hashedMessage: draft.imprint.hash },
    serialNumber: positiveInteger(draft.serial),
    genTime: draft.genTime,
    accuracy: accuracyOf(draft.accuracy),
    ordering: draft.ordering,
    ...(draft.nonce === undefined ? {} : { nonce: draft.nonce }),
  })

export interface TokenAttributes {
  readonly suite: CmsSuiteName
  /** DER. */
  readonly tstInfo: Uint8Array
  readonly certificate: Certificate
  readonly digests: Digests
}

/** The bytes to sign. */
export const timeStampAttributes = ({ suite, tstInfo, certificate, digests }: TokenAttributes): Uint8Array =>
  buildSignedAttributes({
    suite,
    content: [tstInfo],
    certificate: certificate.der,
    digests,
    contentType: OID.tstInfo,
  })

export interface TokenToEncode extends Omit<TokenAttributes, 'digests'> {
  /** As made by timeStampAttributes, and signed. */
  readonly signedAttributes: Uint8Array
  readonly signature: Uint8Array
  /** DER; none where the request did not ask for them. */
  readonly certificates: readonly Uint8Array[]
}

export const encodeTimeStampToken = (token: TokenToEncode): Uint8Array => {
  const { suite, tstInfo, certificate, signedAttributes, signature, certificates } = token
  return encodeSignedData({
    suite,
    contentType: OID.tstInfo,
    content: tstInfo,
    signedAttributes,
    signature,
    signer: { issuer: certificate.issuer, serial: certificate.serial },
    certificates,
  })
}

const element = (der: Uint8Array) => readSingle(der, { path: 'timeStampToken' })

export const encodeTimeStampResponse = (token: Uint8Array): Uint8Array =>
  encode(TimeStampResp, {
    status: { status: PKI_STATUS.granted },
    timeStampToken: { value: element(token), der: token },
  })

/** @throws DerError when the text is not one of characters */
export const encodeTimeStampRefusal = (failure: PkiFailure, text: string): Uint8Array => {
  if (text === '') throw new DerError('statusString', 'empty')
  return encode(TimeStampResp, {
    status: { status: PKI_STATUS.rejection, statusString: [text], failInfo: new Set([PKI_FAILURE[failure]]) },
  })
}
