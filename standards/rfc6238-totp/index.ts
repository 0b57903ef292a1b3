export type { TotpParameters } from './totp.ts'
export { TOTP_PERIOD_S, encodeBase32, parseBase32, totpCode, totpStep } from './totp.ts'
