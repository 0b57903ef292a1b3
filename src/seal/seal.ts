/**
 * An electronic seal (电子印章) and the application it grew from.
 * applied → approved → made; the seal then is active ⇄ suspended → revoked. It expires by its dates alone.
 */
import { TrustError } from '../errors.ts'
import type { SealPicture } from '../document/index.ts'
import type { Agent } from '../identity/index.ts'

/** The two-digit type codes in common use; `type` inside the seal. */
export const SEAL_KINDS = { 'legal-name': 1, finance: 2, invoice: 3, contract: 4, other: 99 } as const
export type SealKind = keyof typeof SEAL_KINDS

export interface SealApplication {
  readonly id: string
  readonly entityId: string
  /** The entity's registered name at that time. */
  readonly name: string
  readonly kind: SealKind
  /** 合同专用章 and the like; none on a legal-name seal. */
  readonly line?: string
  readonly diameterMm: number
  /** Six digits, GB/T 2260. */
  readonly division: string
  readonly reason: string
  readonly appliedBy: Agent
  readonly appliedAt: Date
  readonly status: 'applied' | 'approved' | 'made'
  /** From approval on. */
  readonly approval?: { readonly by: Agent; readonly at: Date; readonly code: string }
}

export type SealStatus = 'active' | 'suspended' | 'revoked'

export interface Seal {
  /** That of its application. */
  readonly id: string
  readonly entityId: string
  /** Fourteen digits, unique; the esID inside the seal. */
  readonly code: string
  readonly name: string
  readonly kind: SealKind
  readonly line?: string
  readonly status: SealStatus
  /** GB/T 38540 seal, as issued. */
  readonly der: Uint8Array
  readonly picture: SealPicture
  readonly sm2: SealKey
  /** For readers of PDF that know no SM2. */
  readonly p256: SealKey
  readonly validFrom: Date
  /** This second still counts. */
  readonly validTo: Date
  readonly madeAt: Date
}

export interface SealKey {
  readonly keyId: string
  /** DER. */
  readonly certificate: Uint8Array
}

/** @throws TrustError SEAL_SUSPENDED, SEAL_REVOKED, SEAL_NOT_YET_VALID, SEAL_EXPIRED */
export const requireUsable = (seal: Pick<Seal, 'status' | 'validFrom' | 'validTo'>, at: Date): void => {
  if (seal.status === 'suspended') throw new TrustError('SEAL_SUSPENDED', 'the seal is suspended')
  if (seal.status === 'revoked') throw new TrustError('SEAL_REVOKED', 'the seal is revoked')
  if (at < seal.validFrom) throw new TrustError('SEAL_NOT_YET_VALID', 'the seal is not yet valid')
  if (at.getTime() >= seal.validTo.getTime() + 1000) throw new TrustError('SEAL_EXPIRED', 'the seal has expired')
}

export const SEAL_CODE = /^\d{14}$/

/** 6-digit division and 8-digit serial. */
export const sealCode = (division: string, serial: number): string => division + String(serial).padStart(8, '0')

/** Why somebody does this: kept with the act, so it must say something. @throws TrustError INPUT_INVALID */
export const requireReason = (typed: string): string => {
  const reason = typed.normalize('NFC').trim()
  if (reason.length < 2 || reason.length > 200 || /\p{Cc}/u.test(reason))
    throw new TrustError('INPUT_INVALID', 'a reason of 2 to 200 characters is needed', { field: 'reason' })
  return reason
}

/** Seal data know whole seconds only. */
export const wholeSecond = (at: Date): Date => new Date(Math.floor(at.getTime() / 1000) * 1000)

/** Whether it belongs to the organisation acted for. Whoever acts for one never reaches into another, whatever mandates they have. */
export const isOf = (
  { entityId }: { readonly entityId: string },
  { actingFor }: { readonly actingFor?: string | undefined },
): boolean => actingFor === undefined || actingFor === entityId
