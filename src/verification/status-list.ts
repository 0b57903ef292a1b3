/**
 * Signed snapshots of seal and licence status (`status/*.jws`): JWS in the general JSON serialisation, SM2SM3 and an ES256 twin over
 * the same payload. Ids stand as SM3 in hex, so that the list names nobody. Refuses lists whose signer is not a status signer of
 * a trusted anchor: such a list is left out and said so, it never counts as evidence.
 */
import { toHex, utf8, fromUtf8 } from '../../standards/bytes.ts'
import { FormatError, isMalformed } from '../../standards/errors.ts'
import type { CryptoPort, Digests } from '../../standards/ports.ts'
import { parseCertificate, validatePath } from '../../standards/rfc5280-x509/index.ts'
import type { JwsSignature, JwsSigner } from '../crypto/index.ts'
import { parseJws, parseUniqueJson, signJws, isJwsSignatureValid } from '../crypto/index.ts'
import { canonicalJson } from '../kernel/index.ts'
import type { StatusEntry, StatusSnapshot, TrustMaterial } from '../seal/offline.ts'

export const STATUS_TYPE = 'xinyin-status+jws'

export interface StatusListContent {
  readonly kind: 'seal' | 'licence'
  /** Public URL of the service that speaks. */
  readonly issuer: string
  readonly issuedAt: Date
  readonly nextUpdate: Date
  readonly entries: readonly StatusEntry[]
}

const keyOf = (digests: Digests, id: string): string => toHex(digests.digest('sm3', utf8(id)))
const seconds = (date: Date): number => Math.floor(date.getTime() / 1000)

export const encodeStatusList = (digests: Digests, list: StatusListContent): Uint8Array =>
  utf8(
    canonicalJson({
      kind: list.kind,
      iss: list.issuer,
      iat: seconds(list.issuedAt),
      nextUpdate: seconds(list.nextUpdate),
      entries: Object.fromEntries(
        list.entries.map((e) => [
          keyOf(digests, e.id),
          { t: e.timeline.map((s) => [s.status, seconds(s.from)]), ...(e.digest === undefined ? {} : { d: e.digest }) },
        ]),
      ),
    }),
  )

export const signStatusList = (
  digests: Digests,
  list: StatusListContent,
  signers: readonly JwsSigner[],
): Promise<string> => signJws(encodeStatusList(digests, list), STATUS_TYPE, signers)

interface Entry {
  readonly t: readonly (readonly [string, number])[]
  readonly d?: string
}

const malformed = (what: string): FormatError => new FormatError('STATUS_LIST', what)
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const instant = (value: unknown): Date => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw malformed('not a time')
  return new Date(value * 1000)
}

const parseEntry = (value: unknown): Entry => {
  if (!isRecord(value) || !Array.isArray(value['t'])) throw malformed('not an entry')
  const digest = value['d']
  if (digest !== undefined && (typeof digest !== 'string' || !/^[0-9a-f]{64}$/.test(digest)))
    throw malformed('not a digest')
  const steps = value['t'].map((step: unknown) => {
    if (!Array.isArray(step) || step.length !== 2 || typeof step[0] !== 'string') throw malformed('not a step')
    return [step[0], seconds(instant(step[1]))] as const
  })
  return { t: steps, ...(digest === undefined ? {} : { d: digest }) }
}

/** The list as said; whoever said it is judged by `readStatusList`. @throws FormatError */
export const parseStatusList = (payload: Uint8Array, digests: Digests): StatusSnapshot => {
  const body = parseUniqueJson(fromUtf8(payload))
  if (!isRecord(body) || !isRecord(body['entries'])) throw malformed('not a status list')
  const kind = body['kind']
  if (kind !== 'seal' && kind !== 'licence') throw malformed('kind')
  const entries = new Map(Object.entries(body['entries']).map(([id, entry]) => [id, parseEntry(entry)]))
  const of = (id: string): Entry | undefined => entries.get(keyOf(digests, id))
  return {
    kind,
    issuedAt: instant(body['iat']),
    nextUpdate: instant(body['nextUpdate']),
    find: (id) => of(id)?.t.map(([status, from]) => ({ status, from: new Date(from * 1000) })),
    digestOf: (id) => of(id)?.d,
  }
}

type Trust = Pick<TrustMaterial, 'anchors' | 'intermediates' | 'crls'>

/**
 * A list by a status signer that a trusted anchor vouches for, at its issue time, with evidence that the signer was not revoked.
 * Throws FormatError STATUS_LIST otherwise: what cannot be believed is no evidence.
 */
export const readStatusList = (
  text: string,
  { trust, crypto }: { readonly trust: Trust; readonly crypto: CryptoPort },
): StatusSnapshot => {
  const jws = parseJws(text, STATUS_TYPE)
  const snapshot = parseStatusList(jws.payload, crypto)
  // Every signature must hold, so that nobody can hang a good one beside a false one; one trusted signer is enough.
  if (!jws.signatures.every((s) => isJwsSignatureValid(crypto, s))) throw malformed('a signature is wrong')
  if (!jws.signatures.some((s) => isTrusted(s, { trust, crypto, at: snapshot.issuedAt })))
    throw malformed('no trusted signer')
  return snapshot
}

const isTrusted = (
  { chain }: JwsSignature,
  { trust, crypto, at }: { readonly trust: Trust; readonly crypto: CryptoPort; readonly at: Date },
): boolean => {
  try {
    const [leaf, ...rest] = chain.map((der) => parseCertificate(der))
    if (leaf === undefined) return false
    const { checks, path } = validatePath({
      leaf,
      intermediates: [...trust.intermediates, ...rest],
      anchors: trust.anchors,
      crls: trust.crls,
      at,
      purpose: 'status-signing',
      crypto,
    })
    return (
      path !== undefined &&
      checks.every((c) => c.outcome === 'pass' || c.outcome === 'notice' || c.outcome === 'notRun')
    )
  } catch (error) {
    if (!isMalformed(error)) throw error
    return false
  }
}
