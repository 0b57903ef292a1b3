/** Sealed files of a whole world, and the one rule about changing them. */
import { isExtended } from '../../support/outside.ts'
import { equalBytes } from '../../../standards/bytes.ts'
import type { Mode } from '../../../standards/der/index.ts'
import { openOfdPackage } from '../../../standards/gbt-33190-ofd/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import type { TrustMaterial } from '../../../src/seal/index.ts'
import type { DocumentReport } from '../../../src/verification/index.ts'
import { verifyDocument } from '../../../src/verification/index.ts'
import { MINUTE } from '../../support/world-clock.ts'
import { smallOfd, smallPdf } from '../../support/world-samples.ts'
import { makeWorld } from '../../support/world.ts'

export interface SealedFiles {
  readonly ofd: Uint8Array
  readonly other: Uint8Array
  readonly licence: Uint8Array
  readonly otherLicence: Uint8Array
  readonly pdf: Uint8Array
  readonly otherPdf: Uint8Array
  /** In compatibility mode unless told otherwise. */
  verify(bytes: Uint8Array, mode?: Mode): DocumentReport
}

export const makeSealedFiles = async (): Promise<SealedFiles> => {
  const w = await makeWorld()
  const files = {
    ofd: await w.applySeal(smallOfd(2)),
    other: await w.applySeal(smallOfd(3)),
    licence: (await w.issueLicence()).document,
    otherLicence: (await w.issueLicence({ number: 'JY19901039999999', caseNumber: 'case-other' })).document,
    pdf: await w.applySeal(await smallPdf()),
    otherPdf: await w.applySeal(await smallPdf(2)),
  }
  w.clock.advance(MINUTE)
  const trust: TrustMaterial = (await w.trust()).trust
  const at = w.clock.now()
  await w.close()
  const question = { trust, at, crypto: nodeCrypto }
  return { ...files, verify: (bytes, mode = 'compat') => verifyDocument({ ...question, bytes, mode }) }
}

const sameContent = (a: Uint8Array, b: Uint8Array): boolean => {
  const [left, right] = [openOfdPackage(a), openOfdPackage(b)]
  const names = (pkg: typeof left): string => [...pkg.files].sort().join('\n')
  return names(left) === names(right) && left.files.every((path) => equalBytes(left.read(path), right.read(path)))
}

const DEFLATED = 8
/**
 * Differs inside deflated data only. Deflate has many ways to write the same bytes (a copy from here or from there), and none of them
 * is the right one: nothing can be said about that.
 */
const sameFrame = (a: Uint8Array, b: Uint8Array): boolean => {
  const deflated = openOfdPackage(b).entries.filter((e) => e.method === DEFLATED)
  const inData = (at: number): boolean => deflated.some((e) => at >= e.dataStart && at < e.dataStart + e.compressedSize)
  return a.length === b.length && a.every((octet, at) => octet === b[at] || inData(at))
}

/**
 * What a changed file must never be, in words; undefined when all is well. A changed file is not valid, or its bytes decode to
 * the same ones and the report says that the container is not as it was written.
 */
export const wrongAbout = (files: SealedFiles, changed: Uint8Array, original: Uint8Array): string | undefined => {
  const started = performance.now()
  const report = files.verify(changed)
  const took = performance.now() - started
  if (took > 5_000) return `took ${Math.round(took)} ms`
  if (report.verdict !== 'valid' || equalBytes(changed, original)) return undefined
  const checks = [...report.checks, ...report.reports.flatMap((r) => r.checks)]
  const said = checks.some((c) => c.reason === 'NON_CANONICAL_CONTAINER')
  if (report.kind !== 'ofd') return said ? undefined : 'valid, and nothing said'
  if (!sameContent(changed, original)) return 'valid with other content'
  return said || sameFrame(changed, original) ? undefined : 'valid, and nothing said'
}

/** One bit of one byte turned. */
export const flip = (bytes: Uint8Array, at: number, mask = 1 << (at % 8)): Uint8Array => {
  const out = bytes.slice()
  out[at] = (out[at] ?? 0) ^ mask
  return out
}

/** Every `step`th byte, in the normal run every other of those; FUZZ_STEP=1 turns all of them. */
export const positions = (length: number, step: number): number[] => {
  const every = Number(process.env['FUZZ_STEP'] ?? (isExtended ? step : 2 * step))
  return Array.from({ length: Math.ceil(length / every) }, (_, i) => i * every)
}

/** All faults of a run, as `position: what`; empty when all is well. */
export const faultsOf = (at: readonly number[], judge: (position: number) => string | undefined): string[] =>
  at.flatMap((position) => {
    const fault = judge(position)
    return fault === undefined ? [] : [`${position}: ${fault}`]
  })
