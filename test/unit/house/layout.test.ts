/** HOUSE.md §2, §4, §8: what folders are called, how long files are, what a standard's folder holds. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CODE, ROOT, filesIn, linesOf, textOf } from './files.ts'

const SOURCE = /\.(ts|mjs|css|sql)$/
const NAMELESS = new Set(
  ['utils', 'helpers', 'common', 'shared', 'misc', 'manager', 'service', 'dto', 'impl', 'types', 'interfaces'].flatMap(
    (name) => [name, name.replace(/s$/, '')],
  ),
)
/** A file of that name holds the running service itself: the word is the thing here, not a drawer. A folder would be one. */
const ALLOWED = /\/service\.ts$/

const opensWithComment = (path: string): boolean => /^(#!.*\n)?\/(\*\*|\/)/.test(textOf(path))

describe('the layout of the house', () => {
  it('has no folder or file whose name says nothing', () => {
    const nameless = filesIn(CODE, SOURCE).filter(
      (path) =>
        !ALLOWED.test(path) &&
        path.split('/').some((part) => NAMELESS.has(part.replace(/(\.test|\.d)?\.[a-z]+$/, '').toLowerCase())),
    )
    expect(nameless).toEqual([])
  })

  it('has no file over 400 lines', () => {
    expect(filesIn(CODE, SOURCE).filter((path) => linesOf(path) > 400)).toEqual([])
  })

  it('keeps the median source file between 25 and 120 lines', () => {
    const lengths = filesIn(['src', 'standards', 'keys', 'adapters'], /\.ts$/)
      .map(linesOf)
      .sort((a, b) => a - b)
    const median = lengths[Math.floor(lengths.length / 2)] ?? 0
    console.log(`median source file: ${median} lines of ${lengths.length} files, longest ${lengths.at(-1)}`)
    expect(median).toBeGreaterThan(25)
    expect(median).toBeLessThan(120)
  })

  it('names files in kebab-case', () => {
    const odd = filesIn(CODE, /\.ts$/).filter(
      (path) => !/^[a-z0-9]+([.-][a-z0-9]+)*\.ts$/.test(path.split('/').at(-1) ?? ''),
    )
    expect(odd).toEqual([])
  })

  it('gives each standard a README and an index, and a line in the index of standards', () => {
    const folders = readdirSync(join(ROOT, 'standards'), { withFileTypes: true }).filter((e) => e.isDirectory())
    const missing = folders.flatMap(({ name }) =>
      ['README.md', 'index.ts']
        .filter((file) => !existsSync(join(ROOT, 'standards', name, file)))
        .map((f) => `${name}/${f}`),
    )
    expect(missing).toEqual([])
    const index = textOf('standards/README.md')
    expect(folders.map((f) => f.name).filter((name) => !index.includes(`(${name}/)`))).toEqual([])
  })

  it('opens every module with what it is', () => {
    // An index that only hands on what its folder holds explains itself.
    const silent = filesIn(['src', 'standards', 'keys', 'adapters'], /\.ts$/).filter(
      (path) => !path.endsWith('index.ts') && linesOf(path) > 25 && !opensWithComment(path),
    )
    expect(silent).toEqual([])
  })
})
