import { describe, expect, it } from 'vitest'
import { parseUniqueJson } from '../../../src/crypto/index.ts'

describe('parseUniqueJson', () => {
  it.each([
    '{"a":{"a":1},"b":[{"a":1},{"a":2}]}',
    '{"a":"a","b":"a:","c":"\\"a\\":","\\\\":1,"\\"":2}',
    '{ "a" : "\\\\" , "b" : "a" }',
    '["a","a"]',
    '"a"',
    '{}',
    '12',
  ])('reads %s as JSON.parse does', (text) => expect(parseUniqueJson(text)).toEqual(JSON.parse(text)))

  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":1}',
    '{"a" \n\t:1, "a"      :2}',
    `{"a":1,"a"${' '.repeat(500)}:2}`,
    '[{"x":{"b":[],"b":[]}}]',
    '{"":1,"":2}',
    '{"\\\\":1,"\\\\":2}',
    '{"__proto__":1,"__proto__":2}',
  ])('refuses %s', (text) => {
    expect(() => parseUniqueJson(text)).toThrow(expect.objectContaining({ reason: 'JSON_DUPLICATE_MEMBER' }))
  })

  it('takes time in proportion to the text', () => {
    const started = performance.now()
    parseUniqueJson(JSON.stringify({ a: '\\"'.repeat(500_000), b: Array.from({ length: 50_000 }, (_, i) => ({ i })) }))
    expect(performance.now() - started).toBeLessThan(2000)
  })
})
