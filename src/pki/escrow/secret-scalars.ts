/**
 * Arithmetic with secret scalars for escrow: the kernel's, whose time does not depend on them. Without WebAssembly the reference does it,
 * whose time does: such a process should make no pairs for others to measure.
 */
import type { Sm2SecretScalars } from '../../../standards/gbt-32918-sm2/index.ts'
import { kernelScalars, referenceScalars } from '../../../standards/gbt-32918-sm2/index.ts'
import { sm2Secrets } from '../../crypto/node.ts'

export const escrowScalars = (): Sm2SecretScalars => {
  const kernel = sm2Secrets()
  return kernel === undefined ? referenceScalars : kernelScalars(kernel)
}
