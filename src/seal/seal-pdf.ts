/**
 * A PDF under a seal: a visible SM2 signature that carries the seal, then an invisible P-256 one over all of it, for readers that
 * know no SM2. Each is journalled before its key is touched; the reason of the use stays with us and out of the document.
 */
import type { PdfSlot } from '../document/index.ts'
import { preparePdfReaderSignature, preparePdfSeal } from '../document/index.ts'
import type { CurveAlgorithm } from '../crypto/index.ts'
import type { Stamping } from './apply-seal.ts'
import type { SealDeps } from './ports.ts'
import type { SealKey } from './seal.ts'
import { stampSignature } from './stamp-signature.ts'

/** Each signature by the authority's key of its own kind: who reads the one reads the other. */
const SUITES = { 'SM2-SM3': 'sm2', 'ECDSA-SHA256': 'p256' } as const

export const sealPdf = async (deps: SealDeps, stamping: Stamping): Promise<Uint8Array> => {
  const { document, placements, seal, at, signing } = stamping
  const timeStamped = deps.timestamps !== undefined
  const common = { at, name: seal.name + (seal.line ?? ''), digests: deps.crypto, timeStamped }
  const signerOf = ({ certificate }: SealKey, algorithm: CurveAlgorithm) => ({
    certificate,
    chain: deps.chains[algorithm],
  })
  const fill = async (slot: PdfSlot, { keyId }: SealKey): Promise<Uint8Array> => {
    const signature = await (await signing.signer(keyId)).sign(slot.toSign)
    return slot.fill(signature, await stampSignature(deps, SUITES[slot.algorithm], signature))
  }

  const { picture, der, sm2, p256 } = seal
  const visible = { ...common, document, placements, picture, sealDer: der, signer: signerOf(sm2, 'SM2') }
  const sealed = await fill(await preparePdfSeal(visible), sm2)
  const second = { ...common, document: sealed, signer: signerOf(p256, 'P-256') }
  return fill(await preparePdfReaderSignature(second), p256)
}
