/**
 * The script of a ceremony, for people to review before it happens: which keys, by whom kept, with which certificates, before how
 * many custodians. Its bytes have a digest that each custodian types. Refuses a script that no longer is what the hierarchy, the
 * profiles and the settings say.
 */
import { toHex, utf8 } from '../standards/bytes.ts'
import type { CryptoPort } from '../standards/ports.ts'
import { TrustError } from '../src/errors.ts'
import { canonicalJson } from '../src/kernel/index.ts'
import type { Json } from '../src/kernel/index.ts'
import type { RandomSource } from '../src/kernel/index.ts'
import type { Profiles } from '../src/pki/index.ts'
import { requireSplit } from './backup/index.ts'
import type { Hierarchy } from './hierarchy.ts'
import { keyIdOf } from './hierarchy.ts'

export interface ScriptKey {
  readonly keyId: string
  readonly title: string
  readonly algorithm: string
  readonly issuer: string
  readonly kind: string
  readonly profile: string
  readonly pathLen: number | null
  readonly years: number
  readonly keptIn: 'device' | 'files' | 'shares'
}

/** What must be the same when the ceremony runs as when the script was reviewed. */
export interface ScriptPlan {
  readonly organisation: string
  readonly stateOrProvince: string
  readonly publicUrl: string
  readonly custodians: number
  readonly threshold: number
  readonly offlineRoot: boolean
  /** How long the first CRL of an offline root lives. */
  readonly rootCrlDays: number
  readonly keys: readonly ScriptKey[]
  /** SM3 of the profiles that are used, whole. */
  readonly profiles: string
}

export interface CeremonyScript {
  readonly plan: ScriptPlan
  readonly madeAt: string
  /** SM3 of the file's bytes: what custodians type the beginning of. */
  readonly digest: string
}

export interface ScriptRequest {
  readonly hierarchy: Hierarchy
  readonly profiles: Profiles
  readonly publicUrl: string
  readonly custodians: number
  readonly threshold: number
  readonly offlineRoot: boolean
  readonly rootCrlDays: number
  readonly isInDevice: (keyId: string) => boolean
  readonly crypto: CryptoPort
}

const WHAT = 'xinyin ceremony script'

/** @throws TrustError INPUT_INVALID (custodians), CERTIFICATE_PROFILE_UNKNOWN */
export const planCeremony = (request: ScriptRequest): ScriptPlan => {
  const { hierarchy, profiles, custodians, threshold, offlineRoot, rootCrlDays } = request
  requireSplit({ shares: custodians, threshold })
  if (!Number.isInteger(rootCrlDays) || rootCrlDays < 1 || rootCrlDays > 400)
    throw new TrustError('INPUT_INVALID', 'the CRL of a root lives from 1 to 400 days', { field: 'rootCrlDays' })
  const keptIn = (keyId: string, isRoot: boolean): ScriptKey['keptIn'] =>
    request.isInDevice(keyId) ? 'device' : isRoot && offlineRoot ? 'shares' : 'files'
  const keys = hierarchy.keys.flatMap((spec) =>
    spec.algorithms.map((algorithm): ScriptKey => {
      const keyId = keyIdOf(spec.id, algorithm)
      return {
        keyId,
        title: spec.title,
        algorithm,
        issuer: keyIdOf(spec.issuer, algorithm),
        kind: spec.kind,
        profile: spec.profile ?? 'ca',
        pathLen: spec.pathLen ?? null,
        years: spec.years,
        keptIn: keptIn(keyId, spec.issuer === spec.id),
      }
    }),
  )
  const used = hierarchy.keys.flatMap((k) => (k.profile === undefined ? [] : [profiles.get(k.profile)]))
  return {
    organisation: hierarchy.organisation,
    stateOrProvince: hierarchy.stateOrProvince,
    publicUrl: request.publicUrl,
    custodians,
    threshold,
    offlineRoot,
    rootCrlDays,
    keys,
    profiles: toHex(request.crypto.digest('sm3', utf8(JSON.stringify(used)))),
  }
}

/** The file; the nonce makes each script another one, so that one which was performed is known. */
export const encodeScript = (
  plan: ScriptPlan,
  { at, random }: { readonly at: Date; readonly random: RandomSource },
): string =>
  `${JSON.stringify({ what: WHAT, version: 1, madeAt: at.toISOString(), nonce: toHex(random.bytes(16)), plan }, null, 2)}\n`

/** @throws TrustError CEREMONY_REFUSED */
export const parseScript = (crypto: CryptoPort, text: string): CeremonyScript => {
  try {
    const { what, version, madeAt, plan } = JSON.parse(text) as Record<string, unknown>
    if (what === WHAT && version === 1 && typeof madeAt === 'string' && typeof plan === 'object' && plan !== null)
      return { plan: plan as ScriptPlan, madeAt, digest: toHex(crypto.digest('sm3', utf8(text))) }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error
  }
  throw new TrustError('CEREMONY_REFUSED', 'not a ceremony script')
}

/** @throws TrustError CEREMONY_REFUSED naming what differs */
export const requireSamePlan = (script: ScriptPlan, now: ScriptPlan): void => {
  const fields = [...new Set([...Object.keys(script), ...Object.keys(now)])] as (keyof ScriptPlan)[]
  const differing = fields.filter(
    (f) => canonicalJson((script[f] ?? null) as Json) !== canonicalJson((now[f] ?? null) as Json),
  )
  if (differing.length > 0)
    throw new TrustError(
      'CEREMONY_REFUSED',
      `the script is not what the hierarchy and the settings say: ${differing.join(', ')}`,
    )
}
