import { describe, expect, it } from 'vitest'
import { utf8 } from '../../../standards/bytes.ts'
import {
  openOfdPackage,
  parseBox,
  parseXml,
  resolveLoc,
  locate,
  escapeXml,
  formatNumber,
} from '../../../standards/gbt-33190-ofd/index.ts'
import { reasonOf, sampleOfd } from './ofd-samples.ts'

const parsing = (text: string): string | undefined => reasonOf(() => parseXml(utf8(text)))

describe('XML of an OFD', () => {
  it('is a tree of local names with text, CDATA and character references', () => {
    const root = parseXml(
      utf8('\ufeff<?xml version="1.0" encoding="utf-8"?><a:r n="1&amp;2"><b/>x<![CDATA[<y>]]>&#x7535;</a:r>'),
    )
    expect([root.name, root.rawName, root.attributes.get('n'), root.text]).toEqual(['r', 'a:r', '1&2', 'x<y>电'])
    expect(root.children.map((c) => c.name)).toEqual(['b'])
  })
  it.each([
    ['XML_DOCTYPE', '<!DOCTYPE r><r/>'],
    ['XML_DOCTYPE', '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><r>&b;</r>'],
    ['XML_DOCTYPE', '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'],
    ['XML_DOCTYPE', '<!DOCTYPE r SYSTEM "http://127.0.0.1/x.dtd"><r/>'],
    ['XML_SYNTAX', '<r>&unknown;</r>'],
    ['XML_SYNTAX', '<r>'],
    ['XML_SYNTAX', '<r></s>'],
    ['XML_SYNTAX', '<r/><r/>'],
    ['XML_SYNTAX', '<r a="1" a="2"/>'],
    ['XML_SYNTAX', '<r a=1/>'],
    ['XML_SYNTAX', '<:e xmlns:=""/>x'],
    ['XML_SYNTAX', '<r>\u0001</r>'],
    ['XML_SYNTAX', ''],
    ['XML_SYNTAX', 'text'],
    ['XML_ENCODING', '<?xml version="1.0" encoding="GBK"?><r/>'],
    ['XML_ENCODING', '<r>\0</r>'],
    ['XML_TOO_DEEP', '<a>'.repeat(1000) + '</a>'.repeat(1000)],
  ])('is refused: %s %#', (reason, text) => expect(parsing(text)).toBe(reason))
  it('is refused unless it is UTF-8', () =>
    expect(reasonOf(() => parseXml(Uint8Array.of(0x3c, 0xff)))).toBe('XML_ENCODING'))
  it('escapes what would end an attribute or an element, and refuses what XML cannot carry', () => {
    const text = `<a b="c">&\n\t'电𠀀`
    expect(parseXml(utf8(`<r a="${escapeXml(text)}"/>`)).attributes.get('a')).toBe(text)
    expect(parseXml(utf8(`<r>${escapeXml(text)}</r>`)).text).toBe(text)
    for (const bad of ['\u0000', '\u000b', '\ud800', '\uffff'])
      expect(reasonOf(() => escapeXml(bad))).toBe('XML_CHARACTER')
  })
})

describe('ST_Loc', () => {
  it.each([
    ['Pages/P.xml', 'Doc_0/Document.xml', 'Doc_0/Pages/P.xml'],
    ['./a', 'Doc_0/x', 'Doc_0/a'],
    ['../a', 'Doc_0/x', 'a'],
    ['/Doc_0/./b/../a', 'anything/x', 'Doc_0/a'],
    [' a ', 'x', 'a'],
  ])('%s in %s is %s', (loc, base, name) => expect(resolveLoc(loc, base)).toBe(name))
  it.each(['../../a', '/..', '', ' ', '/'])('refuses %j', (loc) =>
    expect(reasonOf(() => resolveLoc(loc, 'Doc_0/x'))).toBe('OFD_PATH'),
  )
  it('is exact in strict mode; compat mode says which leniency found the file', () => {
    const pkg = openOfdPackage(sampleOfd())
    const find = (loc: string, mode: 'strict' | 'compat'): unknown => {
      const { exists, leniency } = locate(pkg, loc, { base: 'Doc_0/Document.xml', mode })
      return [exists, leniency]
    }
    expect(find('PublicRes.xml', 'strict')).toEqual([true, undefined])
    expect(find('publicres.xml', 'strict')).toEqual([false, undefined])
    expect(find('publicres.xml', 'compat')).toEqual([true, 'path-case'])
    expect(find('Doc_0/PublicRes.xml', 'strict')).toEqual([false, undefined])
    expect(find('Doc_0/PublicRes.xml', 'compat')).toEqual([true, 'path-from-root'])
    expect(find('Pages\\Page_0\\Content.xml', 'compat')).toEqual([true, 'path-backslash'])
    expect(find('nothing.xml', 'compat')).toEqual([false, undefined])
  })
})

describe('numbers', () => {
  it('are plain decimals of at most three places', () =>
    expect([0, -0.0001, 1e-9, 203.3333, 10, 100].map(formatNumber)).toEqual(['0', '0', '0', '203.333', '10', '100']))
  it.each(['', '1 2 3', '1 2 3 4 5', '0 0 0 1', '0 0 1 -1', 'a 0 1 1', '0 0 1 Infinity'])(
    'of a box are refused: %j',
    (text) => expect(reasonOf(() => parseBox(text))).toBe('OFD_BOX'),
  )
})
