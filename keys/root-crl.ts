/**
 * The CRL of a root that is kept offline: asked for where the register is, signed where the key is for an hour, carried back as a
 * file. Long-lived, full lists only. Refuses a request that is not one, and a list that the root's certificate does not verify.
 */
import type { CryptoPort } from '../standards/ports.ts'
import type { Certificate } from '../standards/rfc5280-x509/index.ts'
import { encodeCrl, isSignatureValid, parseCrl } from '../standards/rfc5280-x509/index.ts'
import type { Signer } from '../src/crypto/index.ts'
import { TrustError } from '../src/errors.ts'
import type { RevokedSerial } from '../src/pki/index.ts'
import { crlTbs } from '../src/pki/index.ts'

export interface RootCrlRequest {
  /** Key id of the root. */
  readonly issuerId: string
  readonly number: number
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  readonly revoked: readonly RevokedSerial[]
}

const WHAT = 'xinyin root crl request'

export const encodeRootCrlRequests = (requests: readonly RootCrlRequest[]): string =>
  `${JSON.stringify({ what: WHAT, version: 1, requests }, null, 2)}\n`

const isDate = (value: unknown): value is string => typeof value === 'string' && !Number.isNaN(Date.parse(value))

const parseRequest = (given: Readonly<Record<string, unknown>>): RootCrlRequest | undefined => {
  const { issuerId, number, thisUpdate, nextUpdate, revoked } = given
  if (typeof issuerId !== 'string' || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(issuerId) || !Array.isArray(revoked))
    return undefined
  if (!Number.isSafeInteger(number) || (number as number) < 1 || !isDate(thisUpdate) || !isDate(nextUpdate))
    return undefined
  const serials = (revoked as { serialHex: unknown; at: unknown; reasonCode: unknown }[]).flatMap((r) =>
    typeof r.serialHex === 'string' &&
    /^([0-9a-f]{2}){1,20}$/.test(r.serialHex) &&
    isDate(r.at) &&
    Number.isInteger(r.reasonCode)
      ? [{ serialHex: r.serialHex, at: new Date(r.at), reasonCode: r.reasonCode as number }]
      : [],
  )
  if (serials.length !== revoked.length || Date.parse(nextUpdate) <= Date.parse(thisUpdate)) return undefined
  return {
    issuerId,
    number: number as number,
    thisUpdate: new Date(thisUpdate),
    nextUpdate: new Date(nextUpdate),
    revoked: serials,
  }
}

/** @throws TrustError INPUT_INVALID */
export const parseRootCrlRequests = (text: string): readonly RootCrlRequest[] => {
  try {
    const { what, version, requests } = JSON.parse(text) as Record<string, unknown>
    if (what === WHAT && version === 1 && Array.isArray(requests) && requests.length > 0) {
      const parsed = (requests as Record<string, unknown>[]).map((r) => parseRequest(r))
      if (parsed.every((r) => r !== undefined)) return parsed
    }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error
  }
  throw new TrustError('INPUT_INVALID', 'not a request for CRLs of a root', { field: 'request' })
}

/** What is to be signed: written down first. @throws TrustError CHAIN_INVALID */
export const rootCrlTbs = (certificate: Certificate, request: RootCrlRequest): Uint8Array =>
  crlTbs({ certificate }, request)

export interface RootKey {
  readonly certificate: Certificate
  readonly signer: Signer
  readonly crypto: CryptoPort
}

/** DER. @throws TrustError KEY_UNUSABLE */
export const signRootCrl = async ({ certificate, signer, crypto }: RootKey, tbs: Uint8Array): Promise<Uint8Array> => {
  const der = encodeCrl({ tbs, algorithm: signer.algorithm, signature: await signer.sign(tbs) })
  if (!isSignatureValid(parseCrl(der), certificate.publicKey, crypto))
    throw new TrustError('KEY_UNUSABLE', 'a root made a signature that does not verify')
  return der
}
