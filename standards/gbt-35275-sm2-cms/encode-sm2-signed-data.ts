/** GB/T 35275 §8: writes a SignedData with the GM identifiers, digestEncryptionAlgorithm SM2-1 (GB/T 33560). */
import { encodeSignedData } from '../rfc5652-cms/index.ts'
import type { SignedDataToEncode } from '../rfc5652-cms/index.ts'

export const encodeSm2SignedData = (message: Omit<SignedDataToEncode, 'suite' | 'form'>): Uint8Array =>
  encodeSignedData({ ...message, suite: 'SM2-SM3', form: 'gm' })
