/**
 * Arithmetic with secret scalars for escrow: the kernel's, whose time does not depend on them. Without WebAssembly the reference does it,
 * whose time does: such a process should make no pairs for others to measure.
 */
import type { Sm2SecretScalars } from '../../../standards/gbt-32918-sm2/index.ts'
import { referenceScalars } from '../../../standards/gbt-32918-sm2/index.ts'
import { sm2Secrets } from '../../crypto/node.ts'

const finite = (point: Uint8Array | undefined): Uint8Array => {
  if (point === undefined) throw new RangeError('scalar multiplication met infinity')
  return point
}

export const escrowScalars = (): Sm2SecretScalars => {
  const kernel = sm2Secrets()
  if (kernel === undefined) return referenceScalars
  return {
    multiplyBase: (k) => finite(kernel.multiplyBase(k)),
    multiply: (k, point) => finite(kernel.multiply(k, point)),
    multiplyAddModN: referenceScalars.multiplyAddModN,
  }
}
