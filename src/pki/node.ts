/** The CA's services that run in the server only: status answers and time stamps. `index.ts` is also loaded where documents are verified. */
export type { OcspDeps, OcspQuestion, OcspReply, OcspResponder, OcspService, StatusRegister } from './ocsp/index.ts'
export { makeOcspResponders, makeOcspService } from './ocsp/index.ts'
