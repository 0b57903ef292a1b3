/**
 * GM/T 0031-2025 (V5): GB/T 38540 with header.version 5 and an optional time stamp on the seal itself. Read only.
 * The text was not available: the layout is that of ofdrw 2.4 and its sample seals.
 */
import { bitString, captured, objectIdentifier, octetString, sequence } from '../der/index.ts'
import { SES_SealInfo, timeStampField } from '../gbt-38540-seal/index.ts'

export const VERSION = 5

export const SESeal = sequence({
  eSealInfo: captured(SES_SealInfo),
  cert: octetString(),
  signAlgID: objectIdentifier(),
  signedValue: bitString(),
  timeStamp: timeStampField(),
})
