/**
 * Where the holes of a template stand: in text, in a quoted attribute, in a URL attribute, or between attributes.
 * Computed once for each template literal. Refuses every place where escaping cannot make a value safe: script, style,
 * comments, tag names, unquoted values, event handlers, `style=` and `srcdoc=`.
 */
export type Slot = 'text' | 'attribute' | 'url' | 'tag'

const URL_ATTRIBUTES = new Set(['href', 'src', 'action', 'formaction', 'poster', 'data', 'cite', 'xlink:href'])
const FORBIDDEN = /^(on.*|style|srcdoc)$/i
const OPEN_TAG = /^<(\/?)([a-zA-Z][\w:-]*)/
const ATTRIBUTE = /^([^\s=>/"'<]+)(\s*=\s*)?/

type State =
  | { readonly at: 'text' | 'tag' }
  | { readonly at: 'raw'; readonly element: string }
  | { readonly at: 'value'; readonly quote: string; readonly name: string; before: string; holes: number }

interface Cursor {
  state: State
  element: string
}

const refuse = (why: string): never => {
  throw new TypeError(`html: ${why}`)
}

/** Consumes one token of the literal and returns how many characters it took. */
function step(cursor: Cursor, rest: string): number {
  const { state } = cursor
  if (state.at === 'raw') return rawText(cursor, state.element, rest)
  if (state.at === 'value') return quotedValue(cursor, state, rest)
  return state.at === 'text' ? text(cursor, rest) : tag(cursor, rest)
}

function text(cursor: Cursor, rest: string): number {
  const lt = rest.indexOf('<')
  if (lt < 0) return rest.length
  const token = rest.slice(lt)
  if (token.startsWith('<!--'))
    return lt + 4 + (token.indexOf('-->') < 0 ? refuse('a hole in a comment') : token.indexOf('-->') - 1)
  if (/^<!doctype/i.test(token)) return lt + token.indexOf('>') + 1
  const open = OPEN_TAG.exec(token)
  if (open === null) return token === '<' || token === '</' ? refuse('a hole as a tag name') : lt + 1
  cursor.element = open[1] === '/' ? '' : (open[2] as string).toLowerCase()
  cursor.state = { at: 'tag' }
  return lt + open[0].length
}

function tag(cursor: Cursor, rest: string): number {
  const first = rest[0] as string
  if (first === '>') {
    const raw = cursor.element === 'script' || cursor.element === 'style'
    cursor.state = raw ? { at: 'raw', element: cursor.element } : { at: 'text' }
    return 1
  }
  if (/[\s/]/.test(first)) return 1
  const attribute = ATTRIBUTE.exec(rest)
  if (attribute === null) return refuse(`unexpected ${first} in a tag`)
  const name = attribute[1] as string
  const length = attribute[0].length
  if (attribute[2] === undefined)
    return length === rest.length ? refuse(`a hole beside the attribute name ${name}`) : length
  const quote = rest[length]
  if (quote === '"' || quote === "'") {
    cursor.state = { at: 'value', quote, name: name.toLowerCase(), before: '', holes: 0 }
    return length + 1
  }
  if (quote === undefined) return refuse(`an unquoted hole in ${name}`)
  const bare = /^[^\s>]+/.exec(rest.slice(length))?.[0] ?? ''
  return length + bare.length === rest.length ? refuse(`an unquoted hole in ${name}`) : length + bare.length
}

function quotedValue(cursor: Cursor, state: Extract<State, { at: 'value' }>, rest: string): number {
  const end = rest.indexOf(state.quote)
  state.before += end < 0 ? rest : rest.slice(0, end)
  if (end < 0) return rest.length
  cursor.state = { at: 'tag' }
  return end + 1
}

function rawText(cursor: Cursor, element: string, rest: string): number {
  const end = rest.toLowerCase().indexOf(`</${element}`)
  if (end < 0) return refuse(`a hole inside ${element}`)
  cursor.state = { at: 'text' }
  return end
}

function slotAt(state: State): Slot {
  if (state.at === 'raw') return refuse(`a hole inside ${state.element}`)
  if (state.at !== 'value') return state.at
  if (FORBIDDEN.test(state.name)) return refuse(`a hole in the attribute ${state.name}`)
  if (!URL_ATTRIBUTES.has(state.name)) return 'attribute'
  const first = state.holes === 0
  state.holes += 1
  if (state.before === '' && first) return 'url'
  // After a fixed start the scheme is ours; after a hole alone it could be completed by the next one.
  return /^[a-z]*[/?#]|^https?:/i.test(state.before)
    ? 'attribute'
    : refuse(`a second hole at the start of ${state.name}`)
}

/** One slot for each hole. Throws TypeError on a template that has a hole where no value is safe. */
export function slotsOf(strings: readonly string[]): readonly Slot[] {
  const cursor: Cursor = { state: { at: 'text' }, element: '' }
  const slots: Slot[] = []
  strings.forEach((literal, index) => {
    for (let i = 0; i < literal.length;) i += step(cursor, literal.slice(i))
    if (index < strings.length - 1) slots.push(slotAt(cursor.state))
  })
  if (cursor.state.at !== 'text') refuse('a template must end outside of tags')
  return slots
}
