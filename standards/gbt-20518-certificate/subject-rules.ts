/** Subject names as GB/T 20518 §5.2 wants them: C=CN first, then the rest in falling order; sizes of X.520. */
import type { NameField } from '../rfc5280-x509/index.ts'
import { OID } from '../oid/index.ts'

export type SubjectFault =
  'COUNTRY' | 'COMMON_NAME' | 'UNKNOWN_ATTRIBUTE' | 'LENGTH' | 'EMPTY_VALUE' | 'CONTROL_CHARACTER'

/** Upper bounds in characters (RFC 5280 appendix A.1). */
const LIMITS: Readonly<Record<string, number>> = {
  [OID.country]: 2,
  [OID.stateOrProvince]: 128,
  [OID.locality]: 128,
  [OID.organization]: 64,
  [OID.organizationalUnit]: 64,
  [OID.serialNumber]: 64,
  [OID.commonName]: 64,
}

const CONTROL = /\p{Cc}/u

const fieldFaults = ({ oid, text }: NameField): SubjectFault[] => {
  const limit = LIMITS[oid]
  if (limit === undefined) return ['UNKNOWN_ATTRIBUTE']
  const faults: SubjectFault[] = []
  if ([...text].length > limit) faults.push('LENGTH')
  if (text.trim() === '') faults.push('EMPTY_VALUE')
  if (CONTROL.test(text)) faults.push('CONTROL_CHARACTER')
  return faults
}

/** What is wrong with this subject; empty when nothing is. */
export const subjectFaults = (fields: readonly NameField[]): SubjectFault[] => [
  ...(fields[0]?.oid === OID.country && fields[0].text === 'CN' ? [] : (['COUNTRY'] as const)),
  ...(fields.filter((f) => f.oid === OID.commonName).length === 1 ? [] : (['COMMON_NAME'] as const)),
  ...fields.flatMap(fieldFaults),
]
