import { sm4Cbc } from './sm4-cbc.ts'
import { sm4Ecb } from './sm4-ecb.ts'
import { sm4Gcm } from './sm4-gcm.ts'
import type { Sm4Modes } from './sm4-modes.ts'

export type { CbcInput, GcmInput, Sm4Cbc, Sm4Ecb, Sm4Gcm, Sm4Modes } from './sm4-modes.ts'
export { sm4Cbc, sm4Ecb, sm4Gcm }

export const portableSm4: Sm4Modes = { ecb: sm4Ecb, cbc: sm4Cbc, gcm: sm4Gcm }
