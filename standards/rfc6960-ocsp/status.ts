/** OCSPResponseStatus (RFC 6960 §4.2.1); 4 is not used. */
export const OCSP_STATUS = {
  successful: 0,
  malformedRequest: 1,
  internalError: 2,
  tryLater: 3,
  sigRequired: 5,
  unauthorized: 6,
} as const
export type OcspResponseStatus = keyof typeof OCSP_STATUS

export const statusOf = (code: number): OcspResponseStatus | undefined =>
  (Object.keys(OCSP_STATUS) as OcspResponseStatus[]).find((name) => OCSP_STATUS[name] === code)
