/** Is the signer's certificate among those the seal permits? GB/T 38540-2020 7.3 c; by bytes, or by digest. */
import { equalBytes } from '../../standards/bytes.ts'
import type { Leniency, Mode } from '../../standards/der/index.ts'
import type { SealView } from '../../standards/gmt-0031-2025-seal/index.ts'
import type { DigestAlgorithm, Digests } from '../../standards/ports.ts'

/** The type text of a digest is free, so its length decides. SHA-1 only in compatible mode. */
const BY_LENGTH: Readonly<Record<number, readonly DigestAlgorithm[]>> = { 32: ['sm3', 'sha256'], 20: ['sha1'] }

export interface SignerMatch {
  readonly listed: boolean
  /** How many the seal permits. */
  readonly permitted: number
  readonly leniencies: readonly Leniency[]
}

/** Certificates: byte for byte the same DER; a renewed certificate is another one. */
export const signerInSeal = (
  { certList }: Pick<SealView, 'certList'>,
  signerCert: Uint8Array,
  { crypto, mode }: { readonly crypto: Digests; readonly mode: Mode },
): SignerMatch => {
  if (certList.kind === 'unreadable') return { listed: false, permitted: 0, leniencies: [] }
  if (certList.kind === 'certs') {
    const listed = certList.certs.some((c) => equalBytes(c, signerCert))
    return { listed, permitted: certList.certs.length, leniencies: [] }
  }
  const digestsOf = (length: number): readonly DigestAlgorithm[] =>
    length === 20 && mode === 'strict' ? [] : (BY_LENGTH[length] ?? [])
  const found = certList.digests
    .flatMap(({ value }) => digestsOf(value.length).map((algorithm) => ({ value, algorithm })))
    .find(({ value, algorithm }) => equalBytes(value, crypto.digest(algorithm, signerCert)))
  const leniencies = found?.algorithm === 'sha1' ? [{ code: 'SIGNER_DIGEST_SHA1', path: 'certList' }] : []
  return { listed: found !== undefined, permitted: certList.digests.length, leniencies }
}
