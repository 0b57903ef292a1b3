export { Attribute, extensionRequestAttribute } from './attribute.ts'
export type { RequestDraft } from './build.ts'
export { encodeCertificationRequest, encodeCertificationRequestInfo } from './build.ts'
export type { CertificationRequest } from './certification-request.ts'
export {
  CertificationRequestInfo,
  CertificationRequestSchema,
  isPossessionProven,
  parseCertificationRequest,
} from './certification-request.ts'
