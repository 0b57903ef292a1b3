/** Reads a file of Wycheproof and counts what a suite did with it; the counts are printed, so that a silent gap shows. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { vectorsDir } from '../../support/outside.ts'

export interface WycheproofCase {
  readonly tcId: number
  readonly comment: string
  readonly flags: readonly string[]
  readonly result: 'valid' | 'invalid' | 'acceptable'
  readonly [field: string]: unknown
}
export interface WycheproofGroup {
  readonly tests: readonly WycheproofCase[]
  readonly [field: string]: unknown
}
export interface WycheproofFile {
  readonly numberOfTests: number
  readonly testGroups: readonly WycheproofGroup[]
}

export const readWycheproof = (name: string): WycheproofFile =>
  JSON.parse(readFileSync(join(vectorsDir() ?? '', 'wycheproof', name), 'utf8')) as WycheproofFile

export const sayCount = (what: string, counts: Readonly<Record<string, number>>): void => {
  const text = Object.entries(counts).map(([name, count]) => `${count} ${name}`)
  process.stdout.write(`${what}: ${text.join(', ')}\n`)
}

/** Every case of the file: `accepts` must be true for the valid ones only, and wrong for each of `exceptions`. None is left out. */
export const expectResults = (
  what: string,
  { file: { numberOfTests, testGroups }, exceptions = [] }: { file: WycheproofFile; exceptions?: readonly number[] },
  accepts: (test: WycheproofCase, group: WycheproofGroup) => boolean,
): void => {
  const cases = testGroups.flatMap((group) => group.tests.map((test) => ({ group, test })))
  expect(cases.length).toBe(numberOfTests)
  const wrong = cases.filter(({ group, test }) => accepts(test, group) !== (test.result === 'valid'))
  const words = (tcId: number): string => `${tcId} ${cases.find(({ test }) => test.tcId === tcId)?.test.comment ?? ''}`
  expect(wrong.map(({ test }) => words(test.tcId))).toEqual(exceptions.map(words))
  const count = (result: string): number => cases.filter(({ test }) => test.result === result).length
  const counts = {
    cases: cases.length,
    valid: count('valid'),
    invalid: count('invalid'),
    exceptions: exceptions.length,
  }
  sayCount(what, counts)
}
