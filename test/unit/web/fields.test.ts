import { describe, expect, it } from 'vitest'
import { errorSummary, errorText, field } from '../../../src/web/parts/forms.ts'

const state = (name: string) => ({
  language: 'zh' as const,
  values: {},
  errors: [{ code: 'INPUT_INVALID', field: name }],
})

describe('an input that was left out or filled in wrongly', () => {
  it('is told what it needs, beside it and in the summary, and no more than that', () => {
    const given = state('reason')
    expect(field(given, { name: 'reason', label: '原因' }).toString()).toContain('请写明原因，2 到 200 个字')
    const summary = errorSummary(given)?.toString() ?? ''
    expect(summary).toContain('<a href="#f-reason">请写明原因，2 到 200 个字</a>')
    expect(summary).not.toContain('请看看标出的那一项')
    expect(summary).toContain('INPUT_INVALID')
  })
  it('without words of its own gets the general ones, whatever its name', () => {
    for (const name of ['somethingElse', 'constructor', '__proto__'])
      expect(errorText({ code: 'INPUT_INVALID', field: name }, 'zh')).toBe('有一项没有填，或者填法不对')
  })
  it('keeps the words of any other refusal', () =>
    expect(errorText({ code: 'LOGIN_NAME_TAKEN', field: 'reason' }, 'zh')).toBe('这个用户名已经有人用了'))
})
