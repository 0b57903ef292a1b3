/** A seal that we would call good ourselves (GB/T 38540-2020 6.3, 7.2 a): before it is released, and before each use. */
import { parseSeal } from '../../standards/gmt-0031-2025-seal/index.ts'
import { parseCertificate } from '../../standards/rfc5280-x509/index.ts'
import { TrustError } from '../errors.ts'
import type { Check } from '../kernel/index.ts'
import { verdictOf } from '../kernel/index.ts'
import { asChecks, pathAt } from './judge-certificate.ts'
import type { SealDeps } from './ports.ts'
import { signerInSeal } from './signer-in-seal.ts'
import { verifySeal } from './verify-seal.ts'

export interface SealToUse {
  readonly der: Uint8Array
  /** DER. */
  readonly signerCert: Uint8Array
  readonly at: Date
}

const requireValid = (checks: readonly Check[]): void => {
  if (verdictOf(checks) === 'valid') return
  const open = checks.filter((c) => c.outcome === 'fail' || c.outcome === 'unknown')
  throw new TrustError('CHAIN_INVALID', open.map((c) => `${c.name} ${c.reason ?? ''}`).join(', '))
}

/** Lack of revocation evidence refuses too. @throws TrustError CHAIN_INVALID, SEAL_STATE (signer not in the seal) */
export const requireVerifiedSeal = async (
  { crypto, trust: collect }: Pick<SealDeps, 'crypto' | 'trust'>,
  { der, signerCert, at }: SealToUse,
): Promise<void> => {
  const trust = await collect()
  requireValid(verifySeal({ seal: der, crypto, trust, at, mode: 'strict' }))
  const certificate = parseCertificate(signerCert)
  requireValid(asChecks('signature.signer', pathAt({ certificate, trust, crypto, at })))
  if (!signerInSeal(parseSeal(der, 'strict').value, signerCert, { crypto, mode: 'strict' }).listed)
    throw new TrustError('SEAL_STATE', 'the seal does not list its own signer; it must be made anew')
}
