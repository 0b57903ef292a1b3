/**
 * What happened in a ceremony, signed by the root keys: `transcript.json`, and one more file for each later ceremony that made
 * something. Every certificate of the hierarchy stands in one of them; a transcript that is there is never written again.
 */
import { fromBase64, fromPem, fromUtf8, toBase64, toHex, utf8 } from '../standards/bytes.ts'
import type { CryptoPort } from '../standards/ports.ts'
import { parseCertificate } from '../standards/rfc5280-x509/index.ts'
import type { KeyStore } from '../src/crypto/index.ts'
import { SUITES } from '../src/crypto/index.ts'
import { TrustError } from '../src/errors.ts'
import type { SignatureAlgorithm } from '../standards/ports.ts'
import type { CeremonyShelf } from './ceremony.ts'

export interface CeremonyStep {
  readonly keyId: string
  /** `away`: an offline root whose certificate is here. */
  readonly key: 'generated' | 'found' | 'away'
  readonly certificate: 'issued' | 'finished' | 'found'
  readonly issuerId: string
  readonly serial: string
  readonly notBefore: string
  readonly notAfter: string
  readonly sm3: string
  readonly sha256: string
}

/** Of a ceremony that followed a script before custodians. */
export interface CeremonySession {
  /** SM3 of the script's bytes. */
  readonly script: string
  readonly custodians: readonly string[]
  readonly threshold: number
}

export interface Transcript {
  readonly file: string
  /** The file. */
  readonly text: string
  readonly payload: string
  readonly steps: readonly CeremonyStep[]
  readonly session?: CeremonySession
}

const fileName = (n: number): string => (n === 1 ? 'transcript.json' : `transcript-${n}.json`)

const parse = (file: string, bytes: Uint8Array): Transcript => {
  const text = fromUtf8(bytes)
  try {
    const { payload } = JSON.parse(text) as { payload: string }
    const { steps, session } = JSON.parse(payload) as { steps: CeremonyStep[]; session?: CeremonySession }
    if (Array.isArray(steps)) return { file, text, payload, steps, ...(session === undefined ? {} : { session }) }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error
  }
  throw new TrustError('CHAIN_INVALID', `${file} is no transcript`)
}

/** In order. @throws TrustError CHAIN_INVALID */
export const readTranscripts = async (shelf: Pick<CeremonyShelf, 'read'>): Promise<readonly Transcript[]> => {
  const found: Transcript[] = []
  for (let n = 1; ; n++) {
    const bytes = await shelf.read(fileName(n))
    if (bytes === undefined) return found
    found.push(parse(fileName(n), bytes))
  }
}

export interface TranscriptDeps {
  readonly shelf: CeremonyShelf
  readonly keyStore: Pick<KeyStore, 'signer'>
  readonly at: Date
  /** Key ids. */
  readonly roots: readonly string[]
  readonly steps: readonly CeremonyStep[]
  readonly session?: CeremonySession
}

const isCovered = (kept: readonly Transcript[], { steps, session }: TranscriptDeps): boolean => {
  const told = new Set(kept.flatMap((t) => t.steps.map((s) => s.sm3)))
  const isTold = session === undefined || kept.some((t) => t.session?.script === session.script)
  return kept.length > 0 && isTold && steps.every((s) => told.has(s.sm3))
}

/** The newest transcript: as it is where it says everything, else one more, signed by every root. @throws TrustError KEY_NOT_FOUND */
export const transcribe = async (deps: TranscriptDeps): Promise<string> => {
  const kept = await readTranscripts(deps.shelf)
  const last = kept.at(-1)
  if (last !== undefined && isCovered(kept, deps)) return last.text
  const { session, steps } = deps
  const at = deps.at.toISOString()
  const said = { what: 'xinyin key ceremony', at, ...(session === undefined ? {} : { session }), steps }
  const payload = JSON.stringify(said, null, 2)
  const signatures = await Promise.all(
    deps.roots.map(async (keyId) => {
      const signer = await deps.keyStore.signer(keyId)
      return { keyId, algorithm: signer.algorithm, signature: toBase64(await signer.sign(utf8(payload))) }
    }),
  )
  const text = `${JSON.stringify({ payload, signatures }, null, 2)}\n`
  await deps.shelf.write(fileName(kept.length + 1), utf8(text))
  return text
}

const isAlgorithm = (name: string): name is SignatureAlgorithm => Object.hasOwn(SUITES, name)

/**
 * Each root that the transcript names signed it, with the certificate that stands on the shelf and in the transcript.
 * @throws TrustError CHAIN_INVALID
 */
export const requireGenuine = async (
  { shelf, crypto }: { readonly shelf: Pick<CeremonyShelf, 'read'>; readonly crypto: CryptoPort },
  transcript: Transcript,
): Promise<void> => {
  const refuse = (what: string): never => {
    throw new TrustError('CHAIN_INVALID', `${transcript.file}: ${what}`)
  }
  const { signatures } = JSON.parse(transcript.text) as {
    signatures?: { keyId: string; algorithm: string; signature: string }[]
  }
  const roots = transcript.steps.filter((s) => s.keyId === s.issuerId)
  if (roots.length === 0) refuse('names no root')
  for (const { keyId, sm3 } of roots) {
    const signed = signatures?.find((s) => s.keyId === keyId)
    const [der] = fromPem(fromUtf8((await shelf.read(`${keyId}.pem`)) ?? new Uint8Array()), 'CERTIFICATE')
    if (signed === undefined || der === undefined || toHex(crypto.digest('sm3', der)) !== sm3) return refuse(keyId)
    const { algorithm } = signed
    const check = { publicKey: parseCertificate(der).publicKey, message: utf8(transcript.payload) }
    const good =
      isAlgorithm(algorithm) && crypto.isSignedBy({ ...check, algorithm, signature: fromBase64(signed.signature) })
    if (!good) refuse(`the signature of ${keyId}`)
  }
}
