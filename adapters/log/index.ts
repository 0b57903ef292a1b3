/** Log lines as JSON by pino, to standard error so that standard output stays with what a command prints. */
import pino from 'pino'
import type { Logger } from '../../src/kernel/index.ts'

export const makeLogger = (level: string): Logger => {
  const sink = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  )
  return {
    info: (event, fields = {}) => sink.info(fields, event),
    warn: (event, fields = {}) => sink.warn(fields, event),
    error: (event, fields = {}) => sink.error(fields, event),
  }
}
