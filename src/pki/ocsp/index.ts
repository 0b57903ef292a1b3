export { makeOcspResponders } from './make-ocsp-responders.ts'
export { makeOcspService } from './make-ocsp-service.ts'
export type { OcspDeps, OcspQuestion, OcspReply, OcspResponder, OcspService, StatusRegister } from './ports.ts'
