import { describe, expect, it } from 'vitest'
import {
  code,
  groupCitizenId,
  groupFours,
  groupUscc,
  masked,
  maskedCitizenId,
  maskedPhone,
} from '../../../src/web/parts/codes.ts'
import { clockTag, dateInputValue, dateText, daysBetween, timeTag } from '../../../src/web/parts/dates.ts'
import { errorSummary, field, fieldId } from '../../../src/web/parts/forms.ts'
import { icon, sprite } from '../../../src/web/parts/icons.ts'
import { dataTable, stepBar, summaryList } from '../../../src/web/parts/lists.ts'
import { progressBar } from '../../../src/web/parts/progress.ts'
import { qrPath } from '../../../src/web/parts/qr-panel.ts'

const plain = (markup: { readonly text: string }): string => markup.text.replace(/<[^>]*>/g, '')

describe('codes', () => {
  it('groups a citizen ID number 6-8-4', () =>
    expect(groupCitizenId('990103199002281239')).toEqual(['990103', '19900228', '1239']))
  it('groups a USCC 2-6-9-1', () => expect(groupUscc('91990103MA7KXY0A1U')).toEqual(['91', '990103', 'MA7KXY0A1', 'U']))
  it.each(['', '9', '9901031990022812399', '91990103MA7KXY0A'])('leaves %j, of another length, whole', (text) => {
    expect(groupCitizenId(text)).toEqual([text])
    expect(groupUscc(text)).toEqual([text])
  })
  it('cuts by four, the rest last', () => expect(groupFours('TC2026112')).toEqual(['TC20', '2611', '2']))
  it('adds nothing that would be copied', () =>
    expect(plain(code(groupUscc('91990103MA7KXY0A1U')))).toBe('91990103MA7KXY0A1U'))
})

describe('masking', () => {
  it('shows four at each end of an ID number', () =>
    expect(maskedCitizenId('990103199002281239')).toBe('9901**********1239'))
  it('shows three and four of a phone number', () => expect(maskedPhone('19912340000')).toBe('199****0000'))
  it.each([
    ['', ''],
    ['1', '*'],
    ['12', '**'],
    ['123', '1**'],
    ['12345678', '1*******'],
    ['123456789', '1234*6789'],
  ])('never shows most of the short text %j', (text, expected) => expect(masked(text)).toBe(expected))
  it('does not cut a character in two', () => expect(masked('𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷')).toBe('𠮷𠮷𠮷𠮷*𠮷𠮷𠮷𠮷'))
})

describe('dates', () => {
  const late = new Date('2026-11-21T16:05:09Z')
  it('are told in Beijing time', () => expect(dateText(late, 'minute')).toBe('2026年11月22日 00:05'))
  it('have no leading zeros in the day', () => expect(dateText(new Date('2026-03-04T00:00:00Z'))).toBe('2026年3月4日'))
  it('are plain in English', () => expect(dateText(late, 'second', 'en')).toBe('22 November 2026 00:05:09'))
  it('carry the instant for machines', () =>
    expect(timeTag(late).text).toContain('datetime="2026-11-21T16:05:09.000Z"'))
  it('fill a date input', () => expect(dateInputValue(new Date('2026-03-04T00:00:00Z'))).toBe('2026-03-04'))
  it('midnight is 00, not 24', () => expect(plain(clockTag(late))).toBe('00:05:09'))
  it('count days by the calendar, not by hours', () => {
    expect(daysBetween(new Date('2026-11-21T15:59:00Z'), new Date('2026-11-21T16:01:00Z'))).toBe(1)
    expect(daysBetween(late, late)).toBe(0)
    expect(daysBetween(late, new Date('2026-11-20T00:00:00Z'))).toBe(-2)
  })
})

describe('forms', () => {
  const state = {
    language: 'zh',
    values: { name: '"<林>', password: 'secret-typed' },
    errors: [{ code: 'PERSON_MISMATCH', field: 'name' }],
  } as const
  it('keeps the input across errors, escaped', () => {
    expect(field(state, { name: 'name', label: '姓名' }).text).toContain('value="&quot;&lt;林&gt;"')
  })
  it('never fills in a password again', () =>
    expect(field(state, { name: 'password', label: '密码', type: 'password' }).text).not.toContain('secret-typed'))
  it('ties hint and error to the input', () => {
    const { text } = field(state, { name: 'name', label: '姓名', hint: '如身份证' })
    expect(text).toContain('aria-invalid="true" aria-describedby="f-name-e f-name-h"')
    for (const id of ['f-name-e', 'f-name-h']) expect(text).toContain(`id="${id}"`)
  })
  it('links each error of the summary to its field and tells the code', () => {
    const { text } = errorSummary(state) ?? { text: '' }
    expect(text).toContain(`href="#${fieldId('name')}"`)
    expect(text).toContain('<code>PERSON_MISMATCH</code>')
  })
  it('says nothing when nothing is wrong', () => expect(errorSummary({ language: 'zh', errors: [] })).toBeUndefined())
})

describe('lists', () => {
  it('puts only the icons that are used into the sprite', () => {
    const { text } = sprite(icon('check'), ['cross'])
    expect([...text.matchAll(/symbol id="i-(\w+)"/g)].map(([, name]) => name)).toEqual(['check', 'cross'])
  })
  it('marks one step as the present one', () =>
    expect(stepBar('进度', ['a', 'b', 'c'], 1).text.match(/aria-current/g)).toHaveLength(1))
  it('leaves out lines without a value', () =>
    expect(summaryList([{ label: 'a', value: undefined }, false]).text).not.toContain('<dt>'))
  it('escapes cells and names their columns for phones', () => {
    const columns = [
      { label: '甲', cell: (x: string) => x },
      { label: '乙"', cell: (x: string) => x },
    ]
    expect(dataTable(columns, ['<b>'], '表').text).toContain('<td data-h="乙&quot;"><div>&lt;b&gt;</div></td>')
  })
  it('never shows a full bar before all is done', () => {
    expect(progressBar(9, 10, '').text.match(/class="warn"/g)).toHaveLength(1)
    expect(progressBar(999, 1000, '').text).toContain('warn')
    expect(progressBar(0, 0, '').text).not.toContain('<i')
  })
  it('joins runs of dark modules', () =>
    expect(qrPath(3, (row, column) => row === 0 || column === 2)).toBe('M0 0h3v1h-3zM2 1h1v1h-1zM2 2h1v1h-1z'))
})
