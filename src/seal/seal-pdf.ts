/** A PDF under a seal. */
import { TrustError } from '../errors.ts'
import type { Stamping } from './apply-seal.ts'
import type { SealDeps } from './ports.ts'

export const sealPdf = async (_deps: SealDeps, _stamping: Stamping): Promise<Uint8Array> => {
  throw new TrustError('DOCUMENT_UNSUPPORTED', 'PDF is not sealed yet')
}
