/**
 * Finds out which of our CAs a request is about, by the digests of names and keys, before anything else is done. Refuses questions about
 * two CAs in one request: one response has one signer, and each CA certifies its own (RFC 6960 §4.2.2.2).
 */
import { toHex } from '../../../standards/bytes.ts'
import { isMalformed } from '../../../standards/errors.ts'
import type { OcspCertId } from '../../../standards/rfc5280-x509/index.ts'
import type { CertIdHash, OcspRequest } from '../../../standards/rfc6960-ocsp/index.ts'
import { CERT_ID_HASHES, issuerDigests, parseOcspRequest } from '../../../standards/rfc6960-ocsp/index.ts'
import type { OcspDeps, OcspQuestion, OcspResponder } from './ports.ts'

export interface Asked {
  readonly request: OcspRequest
  /** Whose certificate signs the answer: that of the CA which all questions are about. */
  readonly responder: OcspResponder
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

/** `malformedRequest`: garbage; `unauthorized`: not all questions are about one CA of ours, and the one whose address was asked. */
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
    const owners = new Set(
      request.certIds.map((id) => (id.hash === undefined ? undefined : directory.get(keyOf(id.hash, id)))),
    )
    const [responder] = owners
    if (responder === undefined || owners.size > 1) return 'unauthorized'
    return issuerId === undefined || responder.issuerId === issuerId ? { request, responder } : 'unauthorized'
  }
}
