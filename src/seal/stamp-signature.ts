/** A time stamp over a signature that was just made. The authority may be away: then the seal goes without, as seals always could. */
import { isTrustError } from '../errors.ts'
import type { SealDeps } from './ports.ts'

export const stampSignature = async (
  { timestamps }: Pick<SealDeps, 'timestamps'>,
  suite: 'sm2' | 'p256',
  signature: Uint8Array,
): Promise<Uint8Array | undefined> => {
  try {
    return await timestamps?.stamp(suite, signature)
  } catch (error) {
    if (!isTrustError(error, 'TRY_LATER')) throw error
    return undefined
  }
}
