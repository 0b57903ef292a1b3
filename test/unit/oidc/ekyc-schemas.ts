/** The schemas of OpenID Identity Assurance, as its working group publishes them, in a validator of others (ajv). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { vectorsDir } from '../../support/outside.ts'

const NAMES = ['claims_schema', 'verified_claims', 'verified_claims_request'] as const

type Faults = (value: unknown) => readonly string[]

/** What each schema finds wrong; call it only where the vectors are. */
export const ekycSchemas = (): { readonly response: Faults; readonly request: Faults } => {
  const folder = vectorsDir()
  if (folder === undefined) return { response: () => ['no schema'], request: () => ['no schema'] }
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
  const read = (name: string) =>
    JSON.parse(readFileSync(join(folder, 'ekyc-ida', `${name}.json`), 'utf8')) as Record<string, unknown>
  const schemas = new Map(NAMES.map((name) => [name, read(name)]))
  for (const [name, schema] of schemas) ajv.addSchema(schema, name)
  const check = (name: (typeof NAMES)[number]): Faults => {
    const validate = ajv.getSchema(name)
    if (validate === undefined) throw new Error(`no schema ${name}`)
    return (value) =>
      validate(value) === true ? [] : (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message ?? ''}`)
  }
  return { response: check('verified_claims'), request: check('verified_claims_request') }
}
