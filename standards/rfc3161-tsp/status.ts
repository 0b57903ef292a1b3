/** PKIStatus and PKIFailureInfo (RFC 3161 §2.4.2). */
export const PKI_STATUS = {
  granted: 0,
  grantedWithMods: 1,
  rejection: 2,
  waiting: 3,
  revocationWarning: 4,
  revocationNotification: 5,
} as const
export type PkiStatus = keyof typeof PKI_STATUS

/** Numbers of the bits. */
export const PKI_FAILURE = {
  badAlg: 0,
  badRequest: 2,
  badDataFormat: 5,
  timeNotAvailable: 14,
  unacceptedPolicy: 15,
  unacceptedExtension: 16,
  addInfoNotAvailable: 17,
  systemFailure: 25,
} as const
export type PkiFailure = keyof typeof PKI_FAILURE

export const pkiStatusOf = (code: number): PkiStatus | undefined =>
  (Object.keys(PKI_STATUS) as PkiStatus[]).find((name) => PKI_STATUS[name] === code)

export const pkiFailuresOf = (bits: ReadonlySet<number>): PkiFailure[] =>
  (Object.keys(PKI_FAILURE) as PkiFailure[]).filter((name) => bits.has(PKI_FAILURE[name]))
