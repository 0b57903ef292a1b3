/** The CA's services that run in the server only: status answers and time stamps. `index.ts` is also loaded where documents are verified. */
export type { OcspDeps, OcspQuestion, OcspReply, OcspResponder, OcspService, StatusRegister } from './ocsp/index.ts'
export { makeOcspResponders, makeOcspService } from './ocsp/index.ts'
export type {
  ClockHalt,
  TimeStampBatch,
  TimeStampDeps,
  TimeStampIntent,
  TimeStampKey,
  TimeStampService,
  TimeStampStore,
  TimeStampSuite,
} from './timestamp/index.ts'
export { confirmClock, makeTimeStampKeys, makeTimeStampService, sweepTimeStamps } from './timestamp/index.ts'
