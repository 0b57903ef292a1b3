/** A JSON file that must have one shape. Faults show the shape that is wanted, never what the file holds: it may hold secrets. */
import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { fileFault, usage } from './exit.ts'

/** @throws UsageError for a file that cannot be read */
export const readText = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => fileFault(error, path))

/** Undefined where it is no JSON. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** `form`: how it is to be written. @throws UsageError */
export const readJson = async <T>(path: string, schema: z.ZodType<T>, form: string): Promise<T> => {
  const result = schema.safeParse(parseJson(await readText(path)))
  return result.success ? result.data : usage(`${path}：要写成 ${form}`)
}
