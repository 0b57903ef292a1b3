/** What the database takes as text: no U+0000 and no half of a surrogate pair, which JSON can write and PostgreSQL refuses. */
const REFUSED = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/

/** `value` as JSON.stringify would write it. */
export const isStorable = (value: unknown): boolean => !REFUSED.test(JSON.stringify(value) ?? '')
