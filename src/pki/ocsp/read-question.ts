/** Finds out which of our CAs each question is for, by the digests of their names and keys, before anything else is done. */
import { toHex } from '../../../standards/bytes.ts'
import { isMalformed } from '../../../standards/errors.ts'
import type { OcspCertId } from '../../../standards/rfc5280-x509/index.ts'
import type { CertIdHash, OcspRequest } from '../../../standards/rfc6960-ocsp/index.ts'
import { CERT_ID_HASHES, issuerDigests, parseOcspRequest } from '../../../standards/rfc6960-ocsp/index.ts'
import type { OcspDeps, OcspQuestion, OcspResponder } from './ports.ts'

export interface Asked {
  readonly request: OcspRequest
  /** Whose certificate signs the answer. */
  readonly responder: OcspResponder
  /** Whose certificate each question is about; undefined where it is not for us to say. */
  readonly owners: readonly (OcspResponder | undefined)[]
}

type Digested = Pick<OcspCertId, 'issuerNameHash' | 'issuerKeyHash'>
const keyOf = (hash: string, { issuerNameHash, issuerKeyHash }: Digested): string =>
  `${hash} ${toHex(issuerNameHash)} ${toHex(issuerKeyHash)}`

const parsed = (bytes: Uint8Array): OcspRequest | undefined => {
  try {
    return parseOcspRequest(bytes)
  } catch (error) {
    if (!isMalformed(error)) throw error
    return undefined
  }
}

/** `malformedRequest`: garbage; `unauthorized`: no question is about a CA of ours, or of the one whose address was asked. */
export const makeReadQuestion = ({ responders, crypto }: Pick<OcspDeps, 'responders' | 'crypto'>) => {
  const directory = new Map(
    responders.flatMap((r) =>
      (Object.keys(CERT_ID_HASHES) as CertIdHash[]).map(
        (hash) => [keyOf(hash, issuerDigests(crypto, hash, r.issuer)), r] as const,
      ),
    ),
  )
  return ({ issuerId, request: bytes }: OcspQuestion): Asked | 'malformedRequest' | 'unauthorized' => {
    const request = parsed(bytes)
    if (request === undefined) return 'malformedRequest'
    const owners = request.certIds.map((id) => {
      const owner = id.hash === undefined ? undefined : directory.get(keyOf(id.hash, id))
      return issuerId === undefined || owner?.issuerId === issuerId ? owner : undefined
    })
    const responder = owners.find((o) => o !== undefined)
    return responder === undefined ? 'unauthorized' : { request, owners, responder }
  }
}
