/** What every verifier here is asked: bytes, whom to trust, at which time, how strictly. Pure: the same question, the same report. */
import type { Mode } from '../../standards/der/index.ts'
import type { CryptoPort } from '../../standards/ports.ts'
import type { TrustMaterial } from '../seal/offline.ts'

export interface DocumentQuestion {
  readonly bytes: Uint8Array
  readonly crypto: CryptoPort
  readonly trust: TrustMaterial
  readonly at: Date
  /** `compat` reads the known deviations of real files and says which it used. */
  readonly mode: Mode
}
