/**
 * Verifies a seal by itself (验章): GB/T 38540-2020 6.3, in its order. A failing step ends the work; later ones are `notRun`.
 * Pure: trust, time and cryptography are arguments. Never throws on bad bytes.
 */
import type { Leniency, Mode } from '../../standards/der/index.ts'
import { isMalformed } from '../../standards/errors.ts'
import type { SealView } from '../../standards/gmt-0031-2025-seal/index.ts'
import { parseSeal } from '../../standards/gmt-0031-2025-seal/index.ts'
import type { CryptoPort } from '../../standards/ports.ts'
import type { Certificate } from '../../standards/rfc5280-x509/index.ts'
import type { Check } from '../kernel/index.ts'
import { fail, notice, notRun, pass } from '../kernel/index.ts'
import type { SignedValueResult } from './check-signed-value.ts'
import { checkSignedValue } from './check-signed-value.ts'
import { asChecks, pathAt } from './judge-certificate.ts'
import type { TrustMaterial } from './trust-material.ts'

export interface SealQuestion {
  /** DER seal of any edition. */
  readonly seal: Uint8Array
  readonly crypto: CryptoPort
  readonly trust: TrustMaterial
  readonly at: Date
  readonly mode: Mode
}

const CITE = {
  format: 'GB/T 38540-2020 6.3 a',
  value: 'GB/T 38540-2020 6.3 b',
  maker: 'GB/T 38540-2020 6.3 c',
  validity: 'GB/T 38540-2020 6.3 d',
} as const

/** Extensions of the public-security e-seal: seal-making unit, names in a minority language and in English. */
const KNOWN_EXTENSIONS = /^1\.2\.156\.112600\.7\.[123]$/

export const checkExtensions = (name: string, extensions: SealView['extDatas'], mode: Mode): Check[] => {
  const strange = extensions.filter((e) => e.critical && !KNOWN_EXTENSIONS.test(e.extnID)).map((e) => e.extnID)
  if (strange.length === 0) return []
  const detail = { extensions: strange.join(' ') }
  return mode === 'strict'
    ? [fail(name, 'SIG_CONSTRAINTS_FAILURE', CITE.format, { detail })]
    : [notice(name, 'COMPATIBILITY', CITE.format, { detail })]
}

/** §6.3 a: what can be said once the bytes have parsed. */
export const checkSealFormat = (seal: SealView, mode: Mode): Check[] => [
  seal.header.ID === 'ES'
    ? pass('seal.format', CITE.format, { detail: { layout: seal.layout, version: seal.header.version } })
    : fail('seal.format', 'FORMAT_FAILURE', CITE.format, { detail: { part: 'header.ID' } }),
  ...checkExtensions('seal.extensions', seal.extDatas, mode),
]

/** §6.3 b. */
export const checkMakerSignature = (
  seal: SealView,
  { crypto, mode }: { crypto: CryptoPort; mode: Mode },
): SignedValueResult =>
  checkSignedValue(
    {
      layout: seal.layout,
      cert: seal.makerCert,
      algorithm: seal.makerAlgorithm,
      signedBytes: seal.signedBytes,
      signature: seal.makerSignature,
    },
    { name: 'seal.maker-signature', cite: CITE.value, crypto, mode },
  )

/** §6.3 d, both ends included; `at` is now, or the signing time when called for a signature. */
export const checkSealValidity = ({ property: { validStart, validEnd } }: SealView, at: Date): Check => {
  const detail = { validStart: validStart.toISOString(), validEnd: validEnd.toISOString(), at: at.toISOString() }
  if (at < validStart) return fail('seal.validity', 'NOT_YET_VALID', CITE.validity, { detail })
  if (at.getTime() >= validEnd.getTime() + 1000) return fail('seal.validity', 'EXPIRED', CITE.validity, { detail })
  return pass('seal.validity', CITE.validity, { detail })
}

/** Names what compatible reading let pass; nothing when nothing was. */
export const leniencyNotice = (name: string, leniencies: readonly Leniency[]): Check[] => {
  const codes = [...new Set(leniencies.map((l) => l.code))].sort()
  return codes.length === 0
    ? []
    : [notice(name, 'COMPATIBILITY', CITE.format, { detail: { leniencies: codes.join(' ') } })]
}

const hasFailed = (checks: readonly Check[]): boolean => checks.some((c) => c.outcome === 'fail')

const checkMaker = (certificate: Certificate | undefined, { trust, crypto, at }: SealQuestion): Check[] =>
  certificate === undefined
    ? [notRun('seal.maker.path', CITE.maker)]
    : asChecks('seal.maker', pathAt({ certificate, trust, crypto, at, purpose: 'seal-making' }))

export const verifySeal = (question: SealQuestion): Check[] => {
  const { mode, at } = question
  let parsed
  try {
    parsed = parseSeal(question.seal, mode)
  } catch (error) {
    if (!isMalformed(error)) throw error
    return [fail('seal.format', 'FORMAT_FAILURE', CITE.format, { detail: { fault: error.message } }), ...rest(0)]
  }
  const seal = parsed.value
  const format = checkSealFormat(seal, mode)
  if (hasFailed(format)) return [...format, ...rest(0)]
  const { check, certificate, leniencies } = checkMakerSignature(seal, question)
  const compatibility = leniencyNotice('seal.compatibility', [...parsed.leniencies, ...leniencies])
  const value = [...format, check]
  if (hasFailed(value)) return [...value, ...rest(1), ...compatibility]
  const maker = [...value, ...checkMaker(certificate, question)]
  if (hasFailed(maker)) return [...maker, ...rest(2), ...compatibility]
  return [...maker, checkSealValidity(seal, at), ...compatibility]
}

const STEPS = [
  ['seal.maker-signature', CITE.value],
  ['seal.maker.path', CITE.maker],
  ['seal.validity', CITE.validity],
] as const
const rest = (from: number): Check[] => STEPS.slice(from).map(([name, cite]) => notRun(name, cite))
