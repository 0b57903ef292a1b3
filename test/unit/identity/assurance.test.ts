import { describe, expect, it } from 'vitest'
import {
  ASSURANCE_LEVELS,
  AUTHENTICATION_STRENGTHS,
  atLeast,
  combinedAcr,
  parseAcr,
  type Assurance,
} from '../../../src/identity/index.ts'

/** All of them: twenty values make every property exhaustive. */
const all: readonly Assurance[] = ASSURANCE_LEVELS.flatMap((proofing) =>
  AUTHENTICATION_STRENGTHS.map((strength) => ({ proofing, strength })),
)

describe('assurance is a partial order over two axes', () => {
  it('is reflexive', () => {
    for (const a of all) expect(atLeast(a, a)).toBe(true)
  })

  it('is antisymmetric', () => {
    for (const a of all) for (const b of all) if (atLeast(a, b) && atLeast(b, a)) expect(a).toEqual(b)
  })

  it('is transitive', () => {
    for (const a of all)
      for (const b of all) for (const c of all) if (atLeast(a, b) && atLeast(b, c)) expect(atLeast(a, c)).toBe(true)
  })

  it('never lets one axis make up for the other', () => {
    for (const a of all)
      for (const b of all) {
        const worseSomewhere = a.proofing < b.proofing || a.strength < b.strength
        expect(atLeast(a, b)).toBe(!worseSomewhere)
      }
    expect(
      atLeast({ proofing: 'L5', strength: 'urn:xinyin:acr:1' }, { proofing: 'L1', strength: 'urn:xinyin:acr:2' }),
    ).toBe(false)
  })

  it('goes through the combined acr and back unchanged', () => {
    for (const a of all) expect(parseAcr(combinedAcr(a))).toEqual(a)
  })

  it('reads a plain strength as asking nothing of the proofing', () => {
    expect(parseAcr('urn:xinyin:acr:3')).toEqual({ proofing: 'L1', strength: 'urn:xinyin:acr:3' })
  })

  it.each(['', 'urn:xinyin:acr:5', 'urn:xinyin:loa:L6.1', 'urn:xinyin:loa:L3.0', 'urn:xinyin:loa:L3', 'phr'])(
    'does not know %j',
    (acr) => {
      expect(parseAcr(acr)).toBeUndefined()
    },
  )
})
