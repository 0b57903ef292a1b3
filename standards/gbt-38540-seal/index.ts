export { CERT_LIST_TYPE, CertDigestObj, SES_CertList, SES_ESPropertyInfo, SES_SealInfo, SESeal } from './seal.ts'
export { SES_Signature, TBS_Sign, makeSES_Signature, makeTBS_Sign, timeStampField } from './signature.ts'
export type { SealDraft, SignatureDraft } from './write.ts'
export { VERSION, draftSeal, draftSignature, encodeSeal, encodeSealSignature } from './write.ts'
