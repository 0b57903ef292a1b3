import { describe, expect, it } from 'vitest'
import { fail, notRun, notice, pass, unknown, verdictOf } from '../../../src/kernel/index.ts'
import type { Check } from '../../../src/kernel/index.ts'
import { LAMP_IDS, lampOf, lampsOf } from '../../../src/verification/index.ts'
import type { LampId, LampState } from '../../../src/verification/index.ts'
import { reports } from '../../e2e/sample-trust.ts'

const states = (checks: readonly Check[], ...signatures: readonly Check[][]): Record<LampId, LampState> =>
  Object.fromEntries(
    lampsOf({ checks, reports: signatures.map((s) => ({ checks: s })) }).map(({ id, state }) => [id, state]),
  ) as Record<LampId, LampState>

describe('lampOf', () => {
  it.each<[string, LampId]>([
    ['ofd.references', 'authentic'],
    ['ofd.coverage', 'authentic'],
    ['signature.value', 'authentic'],
    ['seal.maker-signature', 'authentic'],
    ['seal.maker.path', 'authentic'],
    ['licence.register', 'authentic'],
    ['licence.face', 'authentic'],
    ['seal.status', 'in-force'],
    ['seal.status-since', 'in-force'],
    ['seal.validity', 'in-force'],
    ['seal.maker.revocation', 'in-force'],
    ['seal.maker-revocation', 'in-force'],
    ['signature.signer.revocation', 'in-force'],
    ['licence.status', 'in-force'],
    ['licence.validity', 'in-force'],
    ['licence.issuer', 'competent'],
    ['licence.type', 'competent'],
    ['recognition.agreement', 'competent'],
    ['licence.holder', 'holder'],
    ['holder.presentation', 'holder'],
    ['something.nobody.placed', 'authentic'],
  ])('%s belongs to %s', (name, lamp) => expect(lampOf(name)).toBe(lamp))
})

describe('lampsOf', () => {
  it('is dark without checks, never green', () =>
    expect(states([])).toEqual({ authentic: 'dark', 'in-force': 'dark', competent: 'dark', holder: 'dark' }))
  it('stays dark when nothing ran', () => expect(states([notRun('licence.holder', '')]).holder).toBe('dark'))
  it('is not lit by notices alone', () =>
    expect(states([notice('seal.status', 'EXPIRED', '')])['in-force']).toBe('dark'))
  it('is as bad as its worst check', () => {
    expect(states([pass('ofd.a', ''), unknown('ofd.b', 'TRY_LATER', '')]).authentic).toBe('unknown')
    expect(
      states([unknown('ofd.b', 'TRY_LATER', ''), fail('ofd.c', 'HASH_FAILURE', ''), pass('ofd.a', '')]).authentic,
    ).toBe('fail')
  })
  it('counts every signature: one false one turns the lamp red', () =>
    expect(
      states([], [pass('signature.value', '')], [fail('signature.value', 'SIG_CRYPTO_FAILURE', '')]).authentic,
    ).toBe('fail'))
  it.each(Object.entries(reports))('shows each check of the %s report once', (_, report) => {
    const shown = lampsOf(report).flatMap((lamp) => lamp.checks.map(({ check }) => check))
    const all = [...report.checks, ...report.reports.flatMap((r) => r.checks)]
    expect(new Set(shown)).toEqual(new Set(all))
    expect(shown).toHaveLength(all.length)
  })
  it.each(Object.entries(reports))('agrees with the verdict of the %s report', (_, report) => {
    const lit = lampsOf(report).map(({ state }) => state)
    const verdict = lit.includes('fail') ? 'invalid' : lit.includes('unknown') ? 'indeterminate' : 'valid'
    expect(verdict).toBe(report.verdict)
    expect(verdictOf([...report.checks, ...report.reports.flatMap((r) => r.checks)])).toBe(report.verdict)
  })
  it('always gives the four, in their order', () =>
    expect(lampsOf({ checks: [], reports: [] }).map(({ id }) => id)).toEqual(LAMP_IDS))
})
