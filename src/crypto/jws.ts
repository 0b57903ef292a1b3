/**
 * JWS in the general JSON serialisation (RFC 7515 §7.2.1) with one signature or several: ES256, and the private algorithm
 * SM2SM3 (SM2 with SM3, the default id, signature r || s of 64 bytes). The signer's chain travels in the protected x5c.
 * Refuses every other algorithm, `crit`, unprotected headers, members and header parameters named twice, base64 not in its
 * one canonical form. Keys in jwk, jku or x5u are never looked at; whether the chain is to be trusted is the caller's question.
 */
import { fromBase64, fromBase64Url, fromUtf8, toBase64, toBase64Url, utf8 } from '../../standards/bytes.ts'
import { FormatError, isMalformed } from '../../standards/errors.ts'
import type { SignatureAlgorithm, SignatureChecks } from '../../standards/ports.ts'
import { parseCertificate } from '../../standards/rfc5280-x509/index.ts'
import { equalBytes } from '../../standards/bytes.ts'
import { TrustError } from '../errors.ts'
import { derFromRaw, rawFromDer } from './ecdsa-signature.ts'
import { parseUniqueJson } from './parse-unique-json.ts'
import type { Signer } from './ports.ts'
import { keyKindOf } from './public-key.ts'
import type { KeyKind } from './suites.ts'

export type JwsAlgorithm = 'SM2SM3' | 'ES256'

interface Binding {
  readonly algorithm: SignatureAlgorithm
  /** RFC 7518 §3.4: the name fixes the curve as well. */
  readonly keyKind: KeyKind
}
const ALGORITHMS: Readonly<Record<JwsAlgorithm, Binding>> = {
  SM2SM3: { algorithm: 'SM2-SM3', keyKind: 'SM2' },
  ES256: { algorithm: 'ECDSA-SHA256', keyKind: 'P-256' },
}
const NUMBER_SIZE = 32
const MAX_SIGNATURES = 8
const MAX_CHAIN = 10

export interface JwsSigner {
  readonly signer: Signer
  /** DER certificates, the signer's first. */
  readonly chain: readonly Uint8Array[]
}

export interface JwsSignature {
  readonly alg: JwsAlgorithm
  readonly typ?: string
  /** DER certificates of x5c, the signer's first; empty where there is none. */
  readonly chain: readonly Uint8Array[]
  readonly signingInput: Uint8Array
  /** r || s. */
  readonly signature: Uint8Array
}

export interface ParsedJws {
  readonly payload: Uint8Array
  readonly signatures: readonly JwsSignature[]
}

const isJwsAlgorithm = (alg: unknown): alg is JwsAlgorithm => typeof alg === 'string' && Object.hasOwn(ALGORITHMS, alg)

const algorithmFor = (algorithm: SignatureAlgorithm): JwsAlgorithm => {
  const found = Object.keys(ALGORITHMS).find((a) => isJwsAlgorithm(a) && ALGORITHMS[a].algorithm === algorithm)
  if (!isJwsAlgorithm(found)) throw new TrustError('KEY_UNUSABLE', `no JWS algorithm for ${algorithm}`)
  return found
}

const signOne = async (payload: string, typ: string, { signer, chain }: JwsSigner): Promise<object> => {
  const [leaf] = chain
  if (leaf === undefined || !equalBytes(parseCertificate(leaf).publicKey, signer.publicKey))
    throw new TrustError('KEY_UNUSABLE', 'the first certificate is not that of the signing key')
  const header = { alg: algorithmFor(signer.algorithm), typ, x5c: chain.map(toBase64) }
  const protectedHeader = toBase64Url(utf8(JSON.stringify(header)))
  const der = await signer.sign(utf8(`${protectedHeader}.${payload}`))
  return { protected: protectedHeader, signature: toBase64Url(rawFromDer(der, NUMBER_SIZE)) }
}

/** The JSON text. @throws TrustError KEY_UNUSABLE where key, algorithm and first certificate do not belong together */
export const signJws = async (payload: Uint8Array, typ: string, signers: readonly JwsSigner[]): Promise<string> => {
  if (signers.length === 0 || signers.length > MAX_SIGNATURES) throw new RangeError(`1 to ${MAX_SIGNATURES} signers`)
  const encoded = toBase64Url(payload)
  const signatures = []
  for (const signer of signers) signatures.push(await signOne(encoded, typ, signer))
  return JSON.stringify({ payload: encoded, signatures })
}

const malformed = (what: string): FormatError => new FormatError('JWS_MALFORMED', what)

/** An object with these members, each of them there, and no other. */
const exactly = (value: unknown, names: readonly string[], what: string): Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(`${what} is not an object`)
  const found = Object.keys(value)
  if (found.length !== names.length || names.some((n) => !found.includes(n))) throw malformed(`members of ${what}`)
  return value as Readonly<Record<string, unknown>>
}

/** The encoding must be the one that we would write: otherwise one signature has several texts. */
const canonical = (text: unknown, decode: (t: string) => Uint8Array, encode: (b: Uint8Array) => string): Uint8Array => {
  if (typeof text !== 'string') throw malformed('base64 text expected')
  try {
    const bytes = decode(text)
    if (encode(bytes) === text) return bytes
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof DOMException)) throw error
  }
  throw malformed('base64 is not canonical')
}
const base64Url = (text: unknown): Uint8Array => canonical(text, fromBase64Url, toBase64Url)

const parseHeader = (bytes: Uint8Array): Readonly<Record<string, unknown>> => {
  let text: string
  try {
    text = fromUtf8(bytes)
  } catch {
    throw malformed('header is not UTF-8')
  }
  const header = parseUniqueJson(text)
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw malformed('header is no object')
  return header as Readonly<Record<string, unknown>>
}

const parseChain = (x5c: unknown): Uint8Array[] => {
  if (x5c === undefined) return []
  if (!Array.isArray(x5c) || x5c.length === 0 || x5c.length > MAX_CHAIN) throw malformed('x5c')
  return x5c.map((text) => canonical(text, fromBase64, toBase64))
}

const parseSignature = (value: unknown, payload: string): JwsSignature => {
  const { protected: encoded, signature } = exactly(value, ['protected', 'signature'], 'a signature')
  const { alg, typ, crit, x5c } = parseHeader(base64Url(encoded))
  if (!isJwsAlgorithm(alg)) throw new FormatError('JWS_ALGORITHM', 'algorithm not supported')
  if (crit !== undefined) throw new FormatError('JWS_CRITICAL', 'critical header parameters are not understood')
  if (typ !== undefined && typeof typ !== 'string') throw malformed('typ')
  return {
    alg,
    ...(typ === undefined ? {} : { typ }),
    chain: parseChain(x5c),
    signingInput: utf8(`${String(encoded)}.${payload}`),
    signature: base64Url(signature),
  }
}

/**
 * Payload and signatures, nothing verified yet; with `typ`, each signature must carry it.
 * @throws FormatError JWS_MALFORMED, JWS_ALGORITHM, JWS_CRITICAL, JWS_TYPE, JSON_MALFORMED, JSON_DUPLICATE_MEMBER
 */
export const parseJws = (text: string, typ?: string): ParsedJws => {
  const { payload, signatures } = exactly(parseUniqueJson(text), ['payload', 'signatures'], 'the JWS')
  const bytes = base64Url(payload)
  if (!Array.isArray(signatures) || signatures.length === 0 || signatures.length > MAX_SIGNATURES)
    throw malformed('signatures')
  const parsed = signatures.map((s) => parseSignature(s, String(payload)))
  if (typ !== undefined && parsed.some((s) => s.typ !== typ)) throw new FormatError('JWS_TYPE', 'unexpected typ')
  return { payload: bytes, signatures: parsed }
}

/**
 * Whether the key made this signature; by default the key of the first certificate of x5c, which proves nothing until
 * the caller has validated that chain. False for a key of another kind than `alg` names; never throws.
 */
export const isJwsSignatureValid = (crypto: SignatureChecks, given: JwsSignature, key?: Uint8Array): boolean => {
  try {
    const [leaf] = given.chain
    const publicKey = key ?? (leaf === undefined ? undefined : parseCertificate(leaf).publicKey)
    const { algorithm, keyKind } = ALGORITHMS[given.alg]
    if (publicKey === undefined || keyKindOf(publicKey) !== keyKind) return false
    const signature = derFromRaw(given.signature, NUMBER_SIZE)
    return crypto.isSignedBy({ algorithm, publicKey, message: given.signingInput, signature })
  } catch (error) {
    if (isMalformed(error)) return false
    throw error
  }
}
