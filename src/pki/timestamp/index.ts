export { makeTimeStampKeys } from './make-time-stamp-keys.ts'
export type { TimeStampService } from './make-time-stamp-service.ts'
export { makeTimeStampService } from './make-time-stamp-service.ts'
export type {
  ClockHalt,
  TimeStampBatch,
  TimeStampDeps,
  TimeStampIntent,
  TimeStampKey,
  TimeStampStore,
  TimeStampSuite,
} from './ports.ts'
export { confirmClock } from './stop-clock.ts'
export { sweepTimeStamps } from './sweep-time-stamps.ts'
