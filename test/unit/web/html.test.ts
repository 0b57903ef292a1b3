import { describe, expect, it } from 'vitest'
import { attributes, html, raw, safeUrl } from '../../../src/web/html.ts'
import type { Value } from '../../../src/web/html.ts'

const attacks = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '` onfocus=alert(1) `',
  '</textarea><svg onload=alert(1)>',
  '<!--><script>alert(1)//-->',
  '&lt;b&gt;',
  '{{constructor}}',
  '\u0000<b>',
  '</title><script>1</script>',
]

describe('text and attributes', () => {
  it.each(attacks)('%s adds neither an element nor an attribute', (attack) => {
    const page = (x: string): string =>
      html`<p title="${x}" data-x='${x}'>${x}</p><textarea>${x}</textarea><a href='/y?z=${x}'>z</a>`.text
    const out = page(attack)
    const shell = page('')
    const count = (text: string, c: string): number => text.split(c).length
    for (const c of ['<', '>', '"', "'", '`']) expect(count(out, c)).toBe(count(shell, c))
    expect(out).not.toContain('\0')
  })
  it('escapes an ampersand once', () => expect(html`${'a&amp;b'}`.text).toBe('a&amp;amp;b'))
  it('keeps nested templates and escapes arrays of strings', () =>
    expect(html`<ul>${['<', html`<li>x</li>`, 3, false, undefined, null]}</ul>`.text).toBe('<ul>&lt;<li>x</li>3</ul>'))
  it('leaves Chinese and plain text as it is', () => expect(html`${'云湖省 100%'}`.text).toBe('云湖省 100%'))
  it('prints a constant as it is', () => expect(html`${raw('<b>x</b>')}`.text).toBe('<b>x</b>'))
  it('refuses an object that only looks like markup', () => {
    const forged = JSON.parse('{"text":"<script>"}') as Value
    expect(() => html`${forged}`).toThrow(TypeError)
  })
  it('refuses dates, objects and booleans that nobody meant to print', () => {
    expect(() => html`${new Date(0) as unknown as Value}`).toThrow(TypeError)
    expect(() => html`${true as unknown as Value}`).toThrow(TypeError)
  })
  it('refuses markup inside an attribute', () =>
    expect(() => html`<p title="${html`<b></b>`}"></p>`).toThrow(TypeError))
})

describe('URLs', () => {
  it.each([
    'javascript:alert(1)',
    ' JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'vbscript:x',
    'data:text/html,<script>1</script>',
    'data:application/xhtml+xml,x',
    'blob:x',
    'file:///etc/passwd',
  ])('%j leads nowhere', (url) => {
    expect(safeUrl(url)).toBe('about:invalid')
    expect(html`<a href="${url}">x</a>`.text).toBe('<a href="about:invalid">x</a>')
    expect(attributes({ href: url }).text).toBe(' href="about:invalid"')
  })
  it.each([
    '/seals/1?a=b',
    '#main',
    'https://a.example/b:c',
    '?x=javascript:1',
    'tel:99012',
    'data:image/png;base64,AA==',
  ])('%s is kept', (url) => expect(safeUrl(url)).toBe(url))
  it('escapes quotes in a path that has a fixed start', () =>
    expect(html`<a href="/x/${'"onclick=1'}">x</a>`.text).toBe('<a href="/x/&quot;onclick=1">x</a>'))
})

describe('places where no value is safe', () => {
  const x = 'x'
  it('refuses a hole in script, style, handlers, style attributes and srcdoc', () => {
    expect(
      () =>
        html`<script>
          ${x}
        </script>`,
    ).toThrow(TypeError)
    expect(
      () =>
        html`<script type="module">
          let a = '${x}'
        </script>`,
    ).toThrow(TypeError)
    expect(
      () =>
        html`<style>
          ${x}
        </style>`,
    ).toThrow(TypeError)
    expect(() => html`<p onclick="${x}"></p>`).toThrow(TypeError)
    expect(() => html`<p style="color:${x}"></p>`).toThrow(TypeError)
    expect(() => html`<iframe srcdoc="${x}"></iframe>`).toThrow(TypeError)
  })
  it('refuses unquoted values, tag names, attribute names and comments', () => {
    expect(() => html`<p title=${x}></p>`).toThrow(TypeError)
    expect(() => html`<p title=a${x}></p>`).toThrow(TypeError)
    expect(() => html`<${x}></p>`).toThrow(TypeError)
    expect(() => html`<h${x}></p>`).toThrow(TypeError)
    expect(() => html`<p ${x}></p>`).toThrow(TypeError)
    expect(() => html`<p data-${x}="a"></p>`).toThrow(TypeError)
    expect(() => html`<!-- ${x} -->`).toThrow(TypeError)
  })
  it('refuses a URL put together from two holes', () => expect(() => html`<a href="${x}${x}">x</a>`).toThrow(TypeError))
  it('refuses a template that ends inside a tag', () => expect(() => html`<p title="`).toThrow(TypeError))
  it('refuses handlers, styles and odd names as attributes', () => {
    for (const name of ['onclick', 'style', 'srcdoc', 'a b', 'a"b', 'A>', ''])
      expect(() => attributes({ [name]: 'x' })).toThrow(TypeError)
  })
  it('puts attributes between attributes', () =>
    expect(
      html`<input name="a"${attributes({ checked: true, value: '"<', disabled: false, id: undefined })}>`.text,
    ).toBe('<input name="a" checked value="&quot;&lt;">'))
  it('reads comments, doctypes, lone brackets and unquoted constants', () =>
    expect(
      html`<!doctype html><!-- a > "b -->
        <p class="x" hidden>1 < 2 ${x}<br /></p>`.text,
    ).toContain('1 < 2 x'))
})
