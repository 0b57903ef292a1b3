/** Wycheproof's JSON form: cases numbered through, every flag explained in `notes`, reasons beside results. */
import { toHex } from '../../standards/bytes.ts'

export type Result = 'valid' | 'invalid' | 'acceptable'

export interface Note {
  readonly bugType: string
  readonly description: string
  readonly effect?: string
}

export interface Case {
  readonly comment: string
  readonly flags: readonly string[]
  readonly result: Result
  /** Why it must fail, or what an implementation that refuses it has wrong. */
  readonly reason: string
  readonly [field: string]: Uint8Array | string | readonly string[]
}

export interface Group {
  readonly [field: string]: unknown
  readonly tests: readonly Case[]
}

export interface VectorFile {
  readonly algorithm: string
  readonly header: readonly string[]
  readonly notes: Readonly<Record<string, Note>>
  readonly groups: readonly Group[]
}

const written = (value: unknown): unknown => (value instanceof Uint8Array ? toHex(value) : value)

/** The file as text; throws where a flag has no note or a note no case, or a comment occurs twice in a group. */
export const vectorFile = ({ algorithm, header, notes, groups }: VectorFile): string => {
  let tcId = 0
  const used = new Set<string>()
  const testGroups = groups.map(({ tests, ...group }) => {
    const comments = new Set(tests.map((test) => test.comment))
    if (comments.size !== tests.length) throw new Error(`comments repeat in ${String(group['type'])}`)
    return {
      ...Object.fromEntries(Object.entries(group).map(([name, value]) => [name, written(value)])),
      tests: tests.map((test) => {
        for (const flag of test.flags) used.add(flag)
        tcId += 1
        const fields = Object.entries(test).map(([name, value]) => [name, written(value)])
        return { tcId, ...Object.fromEntries(fields) }
      }),
    }
  })
  const explained = Object.keys(notes)
  const wrong = [...used]
    .filter((flag) => !explained.includes(flag))
    .concat(explained.filter((flag) => !used.has(flag)))
  if (wrong.length > 0) throw new Error(`flags and notes differ: ${wrong.join(' ')}`)
  return `${JSON.stringify({ algorithm, schema: 'sm2_vectors_schema.json', numberOfTests: tcId, header, notes, testGroups }, undefined, 2)}\n`
}
