export { SESeal, VERSION } from './seal.ts'
export type { Parsed, SealLayout, SealSignatureView, SealView } from './any-seal.ts'
export { parseSeal, parseSealSignature } from './any-seal.ts'
