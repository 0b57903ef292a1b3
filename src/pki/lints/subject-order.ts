import { OID } from '../../../standards/oid/index.ts'
import { SUBJECT_PARTS } from '../subject.ts'
import type { Lint } from './lint.ts'

const ORDER: readonly string[] = [OID.country, ...Object.values(SUBJECT_PARTS)]

/** Country first, then ever narrower, the name last; each attribute once. */
export const subjectOrder: Lint = {
  name: 'subject-order',
  cite: 'GB/T 20518-2018 5.2.3',
  check: ({ subjectFields }) => {
    const places = subjectFields.map((f) => ORDER.indexOf(f.oid))
    return places.every((place, i) => place > (places[i - 1] ?? -1))
      ? undefined
      : 'attributes out of order, or repeated'
  },
}
