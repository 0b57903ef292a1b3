import { subjectFaults } from '../../../standards/gbt-20518-certificate/index.ts'
import { SUBJECT_PARTS } from '../subject.ts'
import type { Lint } from './lint.ts'

export const subjectName: Lint = {
  name: 'subject-name',
  cite: 'GB/T 20518-2018 5.2.3; RFC 5280 appendix A.1 upper bounds',
  check: ({ subjectFields }, { profile }) => {
    const [fault] = subjectFaults(subjectFields)
    if (fault !== undefined) return fault
    const missing = profile.requiredSubject.find((p) => !subjectFields.some((f) => f.oid === SUBJECT_PARTS[p]))
    return missing === undefined ? undefined : `${missing} is missing`
  },
}
