export type { Tagging } from './building-blocks.ts'
export {
  ExtData,
  ExtensionDatas,
  SEQUENCE_TAG,
  SES_ESPictrueInfo,
  SES_Header,
  looselyTagged,
} from './building-blocks.ts'
export { SES_ESPropertyInfo, SES_SealInfo, SES_SignInfo, SESeal, makerSignedBytes } from './seal.ts'
export type { TimeInfo } from './signature.ts'
export { SES_Signature, makeSES_Signature, makeTBS_Sign, readTimeInfo } from './signature.ts'
