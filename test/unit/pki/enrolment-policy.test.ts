/** Enrolment policy: what an operator may write about the officers' sign-in. */
import { expect, it } from 'vitest'
import config from '../../../src/pki/enrolment/policy.json' with { type: 'json' }
import { parseEnrolmentPolicy } from '../../../src/pki/enrolment/policy.ts'
import { TrustError } from '../../../src/errors.ts'

const parsed = (officerStrength: unknown): string => {
  try {
    return parseEnrolmentPolicy({ ...config, officerStrength }).officerStrength['ca.review']
  } catch (error) {
    return error instanceof TrustError ? error.code : String(error)
  }
}
const [one, two, three] = ['urn:xinyin:acr:1', 'urn:xinyin:acr:2', 'urn:xinyin:acr:3']

it.each([
  ['one factor for recovery', { 'ca.review': two, 'ca.recover': one }],
  ['nothing for recovery', { 'ca.review': two }],
  ['nothing for review', { 'ca.recover': two }],
  ['a strength that is none', { 'ca.review': '2', 'ca.recover': two }],
  ['nothing at all', undefined],
])('refuses %s', (_what, officerStrength) => expect(parsed(officerStrength)).toBe('CONFIG_INVALID'))

it('takes stronger sign-ins for both', () => {
  expect(parsed({ 'ca.review': two, 'ca.recover': three })).toBe(two)
})
