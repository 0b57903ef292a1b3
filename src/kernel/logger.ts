/**
 * Structured logs. Fields are codes, ids of ours, counts and durations; never names, numbers of people, tokens or bodies.
 */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

export interface Logger {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

export const silentLogger: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined }
