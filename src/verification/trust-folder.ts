/**
 * The trust folder as data: `anchors/*.pem` (what an anchor is trusted for may stand beside it: `anchors/*.json`), `intermediates/*.pem`, `crl/*.crl`, `status/*.jws`, and `manifest.json` that lists them with
 * their SM3. Whoever verifies chooses this folder; what is in it is still checked: a file that differs from the manifest or cannot be
 * read, and a status list that no anchor vouches for, are left out and named in `faults`.
 */
import { fromPem, fromUtf8, toHex, toPem, utf8 } from '../../standards/bytes.ts'
import { FormatError, isMalformed } from '../../standards/errors.ts'
import type { CryptoPort, Digests } from '../../standards/ports.ts'
import type { Certificate, Crl, TrustAnchor } from '../../standards/rfc5280-x509/index.ts'
import { parseCertificate, parseCrl } from '../../standards/rfc5280-x509/index.ts'
import { parseUniqueJson } from '../crypto/index.ts'
import type { StatusSnapshot, TrustMaterial } from '../seal/offline.ts'
import { parseAnchorLimits } from './anchor-limits.ts'
import { readStatusList } from './status-list.ts'

export type TrustFiles = ReadonlyMap<string, Uint8Array>

export interface LoadedTrust {
  readonly trust: TrustMaterial
  /** Files left out, each with the reason: `status/seals.jws: STATUS_LIST`. */
  readonly faults: readonly string[]
}

export const MANIFEST = 'manifest.json'
const MAX_FILES = 10_000

interface ManifestFile {
  readonly path: string
  readonly sm3: string
}

/** @throws FormatError MANIFEST */
export const parseManifest = (text: string): readonly ManifestFile[] => {
  const refuse = (): never => {
    throw new FormatError('MANIFEST', 'not a manifest of trust files')
  }
  const body = parseUniqueJson(text) as { readonly version?: unknown; readonly files?: unknown } | null
  if (body === null || typeof body !== 'object' || body.version !== 1 || !Array.isArray(body.files)) return refuse()
  if (body.files.length > MAX_FILES) return refuse()
  return body.files.map((f: unknown) => {
    const file = f as Partial<ManifestFile> | null
    const fits =
      typeof file?.path === 'string' &&
      /^(anchors|intermediates|crl|status)\/[A-Za-z0-9._-]{1,100}$/.test(file.path) &&
      typeof file.sm3 === 'string' &&
      /^[0-9a-f]{64}$/.test(file.sm3)
    return fits ? { path: file.path as string, sm3: file.sm3 as string } : refuse()
  })
}

export const writeManifest = (files: TrustFiles, digests: Digests, issuedAt: Date): string =>
  JSON.stringify(
    {
      version: 1,
      issuedAt: issuedAt.toISOString(),
      files: [...files]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([path, bytes]) => ({ path, sm3: toHex(digests.digest('sm3', bytes)) })),
    },
    null,
    1,
  )

/** Without a manifest every file of the folder counts: a person may have put it together by hand. */
export const loadTrust = (files: TrustFiles, crypto: CryptoPort): LoadedTrust => {
  const faults: string[] = []
  const believed = new Map(listed(files, crypto, faults))
  const each = <T>(folder: string, read: (bytes: Uint8Array) => readonly T[]): T[] =>
    [...believed].flatMap(([path, bytes]) =>
      path.startsWith(`${folder}/`) ? attempt(path, () => read(bytes), faults) : [],
    )
  const anchors = anchorsIn(believed, faults)
  const intermediates = each('intermediates', certificatesIn)
  const crls = each('crl', crlsIn)
  const statuses = each<StatusSnapshot>('status', (bytes) => [
    readStatusList(fromUtf8(bytes), { trust: { anchors, intermediates, crls }, crypto }),
  ])
  return { trust: { anchors, intermediates, crls, statuses }, faults }
}

const LIMITS_END = '.json'

/** `anchors/<name>.json` limits what stands in `anchors/<name>.…`; an anchor whose limits cannot be read is not trusted at all. */
const anchorsIn = (believed: ReadonlyMap<string, Uint8Array>, faults: string[]): TrustAnchor[] =>
  [...believed].flatMap(([path, bytes]) => {
    if (!path.startsWith('anchors/') || path.endsWith(LIMITS_END)) return []
    const beside = path.replace(/\.[A-Za-z0-9]+$/, LIMITS_END)
    const given = believed.get(beside)
    const limits = given === undefined ? [{}] : attempt(beside, () => [parseAnchorLimits(fromUtf8(given))], faults)
    return limits.flatMap((l) => attempt(path, () => certificatesIn(bytes), faults).map((c) => ({ ...c, limits: l })))
  })

const listed = (files: TrustFiles, digests: Digests, faults: string[]): [string, Uint8Array][] => {
  const manifest = files.get(MANIFEST)
  if (manifest === undefined) return [...files]
  return attempt(MANIFEST, () => parseManifest(fromUtf8(manifest)), faults).flatMap(({ path, sm3 }) => {
    const bytes = files.get(path)
    if (bytes !== undefined && toHex(digests.digest('sm3', bytes)) === sm3)
      return [[path, bytes] as [string, Uint8Array]]
    faults.push(`${path}: ${bytes === undefined ? 'MISSING' : 'DIFFERS'}`)
    return []
  })
}

const attempt = <T>(path: string, read: () => readonly T[], faults: string[]): readonly T[] => {
  try {
    return read()
  } catch (error) {
    if (!isMalformed(error) && !(error instanceof RangeError) && !(error instanceof TypeError)) throw error
    faults.push(`${path}: ${error instanceof FormatError ? error.reason : error.name}`)
    return []
  }
}

/** A file without anything of its kind is a fault: whoever put it there believes that it counts. */
const inPem = (bytes: Uint8Array, label: string): Uint8Array[] => {
  const found = bytes[0] === 0x30 ? [bytes] : fromPem(fromUtf8(bytes), label)
  if (found.length === 0) throw new FormatError('PEM', `holds no ${label}`)
  return found
}

const certificatesIn = (bytes: Uint8Array): Certificate[] =>
  inPem(bytes, 'CERTIFICATE').map((der) => parseCertificate(der))

const crlsIn = (bytes: Uint8Array): Crl[] => inPem(bytes, 'X509 CRL').map((der) => parseCrl(der))

export const certificatePem = (der: Uint8Array): Uint8Array => utf8(toPem(der, 'CERTIFICATE'))
