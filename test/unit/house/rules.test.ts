/** HOUSE.md §4, §5, §10: early signs of ugliness that no linter knows. */
import { describe, expect, it } from 'vitest'
import { world } from '../../../examples/world.ts'
import { TRUST_ERROR_CODES } from '../../../src/errors.ts'
import { STATUS } from '../../../src/http/problem.ts'
import { filesIn, textOf } from './files.ts'

const SOURCE = ['src', 'standards', 'keys', 'adapters']
const code = filesIn(SOURCE, /\.ts$/)
const verifying = code.filter((path) => /(^|\/)verify[a-z-]*\.ts$/.test(path))

const importsOf = (text: string): readonly string[] => text.match(/^import[\s\S]*?from '[^']+'/gm) ?? []

describe('verification', () => {
  it('is looked at here at all', () => {
    expect(verifying.length).toBeGreaterThan(5)
  })

  it('never imports an encoder: the bytes that are checked are the bytes that came', () => {
    const encoding = verifying.filter((path) => importsOf(textOf(path)).some((text) => /\bencode[A-Z]\w*/.test(text)))
    expect(encoding).toEqual([])
  })

  it('answers with reasons, never with a promise of yes or no', () => {
    const terse = code.filter((path) =>
      /export [^\n]*\bverify[A-Z]\w*[^\n]*(Promise<boolean>|\): boolean)/.test(textOf(path)),
    )
    expect(terse).toEqual([])
  })
})

describe('refusals', () => {
  it('each have one HTTP status, of an error', () => {
    const without = TRUST_ERROR_CODES.filter((c) => !(STATUS[c] >= 400 && STATUS[c] < 600))
    expect(without).toEqual([])
  })

  it('are named AREA_REASON, once', () => {
    expect(TRUST_ERROR_CODES.filter((c) => !/^[A-Z]+(_[A-Z]+)*$/.test(c))).toEqual([])
    expect(new Set(TRUST_ERROR_CODES).size).toBe(TRUST_ERROR_CODES.length)
  })

  it('know no HTTP below http', () => {
    const domains = code.filter((path) =>
      /^src\/(kernel|crypto|audit|identity|pki|document|seal|licence|verification)\//.test(path),
    )
    expect(domains.filter((path) => /\bstatus: [1-5]\d\d\b|\bstatusCode\b/.test(textOf(path)))).toEqual([])
  })
})

describe('the demonstration world', () => {
  // The one licence type is a sample, and says by which invented office it was defined.
  const searched = filesIn([...SOURCE, 'bin', 'tools'], /\.(ts|mjs|json|sql)$/).filter(
    (path) => path !== 'src/licence/licence-types.json',
  )
  const found = (words: readonly string[]): string[] =>
    searched.filter((path) => words.some((word) => textOf(path).includes(word)))

  it('stays out of the service: no person of it by name or number', () => {
    expect(found(world.people.flatMap((p) => [p.name, p.citizenIdNumber]))).toEqual([])
  })

  it('stays out of the service: no entity, password, client secret', () => {
    const secrets = world.clients.flatMap(({ authentication: a }) =>
      a.method === 'client_secret_basic' ? [a.secret] : [],
    )
    expect(found([...world.entities.map((e) => e.name), ...world.accounts.map((a) => a.password), ...secrets])).toEqual(
      [],
    )
  })
})
