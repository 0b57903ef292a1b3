/**
 * A natural person as this service knows them: proven once against the population registry, never typed in by hand.
 * Names and citizen ID numbers are personal data: they stay out of errors, logs, URLs and audit details.
 */
import { isMalformed } from '../../standards/errors.ts'
import { parseCitizenId, type CitizenId } from '../../standards/gb-11643-citizen-id/index.ts'
import { TrustError } from '../errors.ts'
import type { AssuranceLevel } from './assurance.ts'

export interface NaturalPerson {
  readonly id: string
  readonly name: string
  readonly citizenIdNumber: string
  readonly status: 'active' | 'deceased'
  /** Highest level that evidence supports. */
  readonly proofing: AssuranceLevel
  readonly provenAt: Date
}

/** Han, with the rarer planes and the interpunct of minority names, or Latin; 2–50 characters after NFC. */
const NAME = /^[\p{Script=Han}〇·.\p{Script=Latin} '-]{2,50}$/u

/** What a person typed, made comparable. @throws TrustError INPUT_INVALID */
export const requirePersonName = (typed: string): string => {
  const name = typed
    .normalize('NFC')
    .trim()
    .replace(/[•‧・．]/g, '·')
    .replace(/\s+/g, ' ')
  if (!NAME.test(name)) throw new TrustError('INPUT_INVALID', 'not a name of a person', { field: 'name' })
  return name
}

/** Spaces and a small x are forgiven. @throws TrustError CITIZEN_ID_INVALID, its cause a FormatError that names the fault */
export const requireCitizenId = (typed: string, today: Date): CitizenId => {
  try {
    const parsed = parseCitizenId(typed.replace(/\s+/g, '').toUpperCase())
    // Beijing decides what day it is: a child born this morning has a number already.
    const day = new Date(today.getTime() + 8 * 3_600_000).toISOString().slice(0, 10)
    if (parsed.birthdate > day)
      throw new TrustError('CITIZEN_ID_INVALID', 'born in the future', { field: 'citizenIdNumber' })
    return parsed
  } catch (error) {
    if (!isMalformed(error)) throw error
    throw new TrustError('CITIZEN_ID_INVALID', 'not a citizen ID number', { field: 'citizenIdNumber', cause: error })
  }
}

/** `9901**********1234`, for pages. */
export const maskCitizenId = (number: string): string => `${number.slice(0, 4)}**********${number.slice(-4)}`
