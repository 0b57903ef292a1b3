/** As much of JSON Schema 2020-12 as the published verified_claims schemas use, written from the specification: a check of our output, not of theirs. */
type Schema = boolean | { readonly [key: string]: unknown }
type Json = unknown

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v)
const typeOf = (v: Json): string =>
  v === null ? 'null' : Array.isArray(v) ? 'array' : Number.isInteger(v) ? 'integer' : typeof v

const KNOWN = new Set(
  '$id $schema $defs $ref $comment title description examples default format type enum const required properties additionalProperties items minItems maxItems minProperties minimum minLength oneOf anyOf allOf if then else not pattern'.split(
    ' ',
  ),
)

/** Faults as paths; empty when valid. @throws on a keyword it does not know */
export const schemaFaults = (root: Schema, value: Json, others: readonly Schema[] = []): string[] => {
  const ids = new Map([root, ...others].map((s) => [isObject(s) ? s['$id'] : '', s]))
  const resolve = (ref: string, here: Schema): { schema: Schema; home: Schema } => {
    const [id = '', pointer = ''] = ref.split('#')
    const home = id === '' ? here : ids.get(id)
    if (home === undefined) throw new Error(`outside reference ${ref}`)
    let at: unknown = home
    for (const part of pointer.split('/').filter(Boolean)) at = (at as Record<string, unknown>)[part]
    return { schema: at as Schema, home }
  }
  const check = (schema: Schema, v: Json, path: string, home: Schema): string[] => {
    if (typeof schema === 'boolean') return schema ? [] : [path]
    for (const key of Object.keys(schema)) if (!KNOWN.has(key)) throw new Error(`keyword ${key}`)
    const out: string[] = []
    const ok = (s: unknown): boolean => check(s as Schema, v, path, home).length === 0
    const list = (key: string): unknown[] => (schema[key] as unknown[] | undefined) ?? []
    if (typeof schema['$ref'] === 'string') {
      const found = resolve(schema['$ref'], home)
      out.push(...check(found.schema, v, path, found.home))
    }
    if (schema['type'] !== undefined) {
      const types = [schema['type']].flat()
      if (!types.includes(typeOf(v)) && !(types.includes('number') && typeOf(v) === 'integer')) out.push(`${path}:type`)
    }
    if ('const' in schema && JSON.stringify(schema['const']) !== JSON.stringify(v)) out.push(`${path}:const`)
    if (schema['enum'] !== undefined && !list('enum').includes(v)) out.push(`${path}:enum`)
    if (typeof schema['pattern'] === 'string' && typeof v === 'string' && !new RegExp(schema['pattern']).test(v))
      out.push(`${path}:pattern`)
    for (const s of list('allOf')) out.push(...check(s as Schema, v, path, home))
    if (schema['anyOf'] !== undefined && !list('anyOf').some(ok)) out.push(`${path}:anyOf`)
    if (schema['oneOf'] !== undefined && list('oneOf').filter(ok).length !== 1) out.push(`${path}:oneOf`)
    if (schema['not'] !== undefined && ok(schema['not'])) out.push(`${path}:not`)
    if (schema['if'] !== undefined) {
      const next = ok(schema['if']) ? schema['then'] : schema['else']
      if (next !== undefined) out.push(...check(next as Schema, v, path, home))
    }
    if (Array.isArray(v)) {
      if (v.length < Number(schema['minItems'] ?? 0)) out.push(`${path}:minItems`)
      if (schema['items'] !== undefined)
        v.forEach((x, i) => out.push(...check(schema['items'] as Schema, x, `${path}/${i}`, home)))
    }
    if (isObject(v)) {
      const properties = (schema['properties'] ?? {}) as Record<string, Schema>
      for (const r of list('required')) if (!(String(r) in v)) out.push(`${path}:required ${String(r)}`)
      if (Object.keys(v).length < Number(schema['minProperties'] ?? 0)) out.push(`${path}:minProperties`)
      for (const [k, x] of Object.entries(v)) {
        const s = properties[k] ?? (schema['additionalProperties'] as Schema | undefined)
        if (s !== undefined) out.push(...check(s, x, `${path}/${k}`, home))
      }
    }
    return out
  }
  return check(root, value, '', root)
}
