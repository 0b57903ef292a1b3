import { describe, expect, it } from 'vitest'
import { parseInstant } from '../../../src/cli/instant.ts'
import { plain } from '../../../src/cli/print.ts'

describe('the time of --at', () => {
  it.each([
    ['2026-11-21T10:00:00Z', '2026-11-21T10:00:00.000Z'],
    ['2026-11-21T10:00:00+08:00', '2026-11-21T02:00:00.000Z'],
    ['2026-11-21T10:00:00.250Z', '2026-11-21T10:00:00.250Z'],
    ['2026-11-21T10:00Z', '2026-11-21T10:00:00.000Z'],
    ['2028-02-29T00:00:00-03:30', '2028-02-29T03:30:00.000Z'],
  ])('%s is %s', (text, iso) => expect(parseInstant(text).toISOString()).toBe(iso))

  it.each([
    'yesterday',
    '2026-11-21',
    '2026-11-21T10:00:00',
    '2026-02-30T10:00:00Z',
    '2026-13-01T10:00:00Z',
    '2026-11-21T25:00:00Z',
    '2026-11-21T10:61:00Z',
    '2026-11-21T10:00:00+99:00',
    '2026-11-21T10:00:00+08',
    ' 2026-11-21T10:00:00Z',
    '1795228800',
    '',
  ])('%j is refused', (text) =>
    expect(() => parseInstant(text)).toThrow(expect.objectContaining({ name: 'UsageError' })),
  )
})

describe('output', () => {
  it.each(['\u001b[2J', '\u009b31m', 'a\nb', 'a\rb', '\u202egnp.fdo', '\u2066x', 'a\u0000b', '\u2028'])(
    '%j loses what a terminal would obey',
    (text) => expect(plain(text)).not.toMatch(/[\p{Cc}\p{Cf}\u2028]/u),
  )
  it('keeps what people write', () => expect(plain('云湖省 “ＡＢ” ✓ 𠮷 é')).toBe('云湖省 “ＡＢ” ✓ 𠮷 é'))
})
