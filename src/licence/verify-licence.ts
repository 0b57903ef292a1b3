/**
 * A licence beyond its seal: identifier, period, status in the register, data equal to the register. Pure: file, snapshot and time
 * are arguments. A licence that the snapshot does not list is unknown, not forged; a list that is too old cannot say "valid".
 */
import { FormatError } from '../../standards/errors.ts'
import type { LicenceMetadata } from '../../standards/gbt-36903-licence-metadata/index.ts'
import { parseLicenceId } from '../../standards/gbt-36904-licence-id/index.ts'
import type { Digests } from '../../standards/ports.ts'
import type { Check } from '../kernel/index.ts'
import { fail, notRun, notice, pass, unknown } from '../kernel/index.ts'
import type { StatusSnapshot } from '../seal/offline.ts'
import { metadataDigest } from './licence-snapshot.ts'

export interface LicenceFacts {
  readonly metadata: LicenceMetadata
  /** Hex, from the file; undefined when the file carries none. */
  readonly salt?: string
  /** Text of the face, page by page, as drawn. */
  readonly faceText: string
  /** USCC in the certificate that sealed it, when one is there. */
  readonly signerUscc?: string
}

export interface LicenceQuestion extends LicenceFacts {
  readonly snapshot?: StatusSnapshot
  readonly digests: Digests
  readonly at: Date
}

export const verifyLicence = (question: LicenceQuestion): Check[] => [
  identifierCheck(question.metadata),
  issuerCheck(question),
  faceCheck(question),
  periodCheck(question.metadata, question.at),
  statusCheck(question),
  registerCheck(question),
  notRun('licence.holder', 'GB/T 36901-2018'),
]

const identifierCheck = (metadata: LicenceMetadata): Check => {
  const cite = 'GB/T 36904-2018'
  try {
    const id = parseLicenceId(metadata.id)
    if (id.typeCode !== metadata.typeCode) return fail('licence.identifier', 'FORMAT_FAILURE', cite)
    if (id.check.given !== id.check.expected)
      return notice('licence.identifier', 'COMPATIBILITY', cite, {
        detail: { given: id.check.given, expected: id.check.expected },
      })
    return pass('licence.identifier', cite, { detail: { id: metadata.id } })
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return fail('licence.identifier', 'FORMAT_FAILURE', cite)
  }
}

/** The seal must be the issuing authority's own. */
const issuerCheck = ({ metadata, signerUscc }: LicenceQuestion): Check => {
  const cite = 'GB/T 36905-2018'
  const detail = { authority: metadata.issuingAuthority }
  if (signerUscc === undefined) return unknown('licence.issuer', 'CHAIN_CONSTRAINTS_FAILURE', cite, { detail })
  return signerUscc === metadata.issuingAuthorityCode
    ? pass('licence.issuer', cite, { detail })
    : fail('licence.issuer', 'CHAIN_CONSTRAINTS_FAILURE', cite, { detail })
}

const squeeze = (text: string): string => text.replace(/\s+/g, '')

/** What a person reads on the face must be what a program reads in the metadata. */
const faceCheck = ({ metadata, faceText }: LicenceQuestion): Check => {
  const cite = 'GB/T 36905-2018'
  const face = squeeze(faceText)
  const wanted = [
    metadata.name,
    metadata.number,
    metadata.holder,
    metadata.issuingAuthority,
    ...Object.values(metadata.extensions),
  ]
  const missing = wanted.filter((value) => !face.includes(squeeze(value))).length
  return missing === 0
    ? pass('licence.face', cite, { detail: { values: wanted.length } })
    : fail('licence.face', 'REGISTER_MISMATCH', cite, { detail: { missing } })
}

const SHANGHAI_MS = 8 * 3_600_000

const periodCheck = ({ validFrom, validTo }: LicenceMetadata, at: Date): Check => {
  const cite = 'GB/T 36903-2018'
  const detail = { from: validFrom, to: validTo }
  const day = /^\d{4}-\d\d-\d\d$/
  if (!day.test(validFrom) || !day.test(validTo)) return fail('licence.validity', 'FORMAT_FAILURE', cite)
  const today = new Date(at.getTime() + SHANGHAI_MS).toISOString().slice(0, 10)
  if (today < validFrom) return fail('licence.validity', 'NOT_YET_VALID', cite, { detail })
  return today > validTo
    ? fail('licence.validity', 'EXPIRED', cite, { detail })
    : pass('licence.validity', cite, { detail })
}

const hours = (ms: number): number => Math.floor(ms / 3_600_000)

const statusCheck = ({ metadata, snapshot, at }: LicenceQuestion): Check => {
  const cite = 'GB/T 36906-2018'
  const timeline = snapshot?.find(metadata.id)
  if (snapshot === undefined || timeline === undefined) return unknown('licence.status', 'STATUS_UNKNOWN', cite)
  const detail = { listedAt: snapshot.issuedAt.toISOString() }
  const now = timeline.filter((t) => t.from <= at).at(-1)
  if (now?.status === 'revoked')
    return fail('licence.status', 'REVOKED', cite, { detail: { ...detail, since: now.from.toISOString() } })
  if (at > snapshot.nextUpdate)
    return unknown('licence.status', 'STALE_EVIDENCE', cite, {
      detail: { ...detail, ageHours: hours(at.getTime() - snapshot.issuedAt.getTime()) },
    })
  if (now === undefined) return unknown('licence.status', 'STATUS_UNKNOWN', cite, { detail })
  if (now.status === 'suspended')
    return fail('licence.status', 'SUSPENDED', cite, { detail: { ...detail, since: now.from.toISOString() } })
  return now.status === 'valid'
    ? pass('licence.status', cite, { detail })
    : unknown('licence.status', 'STATUS_UNKNOWN', cite, { detail })
}

const registerCheck = ({ metadata, salt, snapshot, digests }: LicenceQuestion): Check => {
  const cite = 'GB/T 36906-2018'
  const listed = snapshot?.digestOf?.(metadata.id)
  if (listed === undefined) return unknown('licence.register', 'STATUS_UNKNOWN', cite)
  const own = salt !== undefined && /^[0-9a-f]{32}$/.test(salt) ? metadataDigest(digests, metadata, salt) : undefined
  return own === listed ? pass('licence.register', cite) : fail('licence.register', 'REGISTER_MISMATCH', cite)
}
