/**
 * Bodies: read with a limit, parsed once, into a value of a known shape. Refuses what is too large (INPUT_TOO_LARGE),
 * of another media type (UNSUPPORTED_MEDIA), or not of the shape (INPUT_INVALID, naming the field).
 */
import type { IncomingMessage } from 'node:http'
import type { z } from 'zod'
import { TrustError } from '../errors.ts'

export interface BodyParser<B> {
  /** For OpenAPI; undefined: no body. */
  readonly mediaType?: string
  readonly schema?: z.ZodType
  parse(req: IncomingMessage): Promise<B>
}

const KIB = 1024
export const MAX_FORM = 64 * KIB
export const MAX_DOCUMENT = 50 * KIB * KIB

export const readBody = async (req: IncomingMessage, limit: number): Promise<Uint8Array> => {
  if (Number(req.headers['content-length'] ?? 0) > limit) throw tooLarge(limit)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of req as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > limit) throw tooLarge(limit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const tooLarge = (limit: number): TrustError =>
  new TrustError('INPUT_TOO_LARGE', `the body is larger than ${limit} bytes`)

const mediaTypeOf = (req: IncomingMessage): string =>
  (req.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''

const demand = (req: IncomingMessage, mediaTypes: readonly string[]): void => {
  if (!mediaTypes.includes(mediaTypeOf(req)))
    throw new TrustError('UNSUPPORTED_MEDIA', `expected ${mediaTypes.join(' or ')}`)
}

/** @throws TrustError INPUT_INVALID naming the first field at fault, never its value */
export const parseShape = <T>(schema: z.ZodType<T>, value: unknown): T => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = issue?.path.join('.') ?? ''
  throw new TrustError('INPUT_INVALID', `${field === '' ? 'body' : field}: ${issue?.code ?? 'invalid'}`, { field })
}

export const noBody: BodyParser<undefined> = { parse: () => Promise.resolve(undefined) }

export const jsonBody = <T>(schema: z.ZodType<T>, limit = 256 * KIB): BodyParser<T> => ({
  mediaType: 'application/json',
  schema,
  parse: async (req) => {
    demand(req, ['application/json'])
    const text = new TextDecoder().decode(await readBody(req, limit))
    return parseShape(schema, parseJson(text))
  },
})

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new TrustError('INPUT_INVALID', 'the body is not JSON', { cause })
  }
}

/** The fields of a form as text; repeated fields become a list under their name. */
export type FormFields = Readonly<Record<string, string | readonly string[]>>

export const formBody: BodyParser<FormFields> = {
  mediaType: 'application/x-www-form-urlencoded',
  parse: async (req) => {
    demand(req, ['application/x-www-form-urlencoded'])
    const params = new URLSearchParams(new TextDecoder().decode(await readBody(req, MAX_FORM)))
    return Object.fromEntries(
      [...new Set(params.keys())].map((k) => {
        const all = params.getAll(k)
        return [k, all.length === 1 ? (all[0] as string) : all]
      }),
    )
  },
}

/** The body itself, of one of these types. */
export const mediaBody = (mediaTypes: readonly string[], limit: number): BodyParser<Uint8Array> => ({
  mediaType: mediaTypes[0] ?? 'application/octet-stream',
  parse: async (req) => {
    demand(req, mediaTypes)
    return readBody(req, limit)
  },
})

/** A document as the body itself. */
export const documentBody = (mediaTypes: readonly string[]): BodyParser<Uint8Array> =>
  mediaBody(mediaTypes, MAX_DOCUMENT)

export interface Upload {
  readonly fields: Readonly<Record<string, string>>
  readonly file?: { readonly name: string; readonly bytes: Uint8Array }
}

/** One file and text fields, as a browser's form sends them; or the file itself as the body. */
export const uploadBody: BodyParser<Upload> = {
  mediaType: 'multipart/form-data',
  parse: async (req) => {
    const type = mediaTypeOf(req)
    if (type !== 'multipart/form-data') {
      demand(req, ['application/ofd', 'application/pdf', 'application/octet-stream'])
      return { fields: {}, file: { name: '', bytes: await readBody(req, MAX_DOCUMENT) } }
    }
    const raw = await readBody(req, MAX_DOCUMENT + MAX_FORM)
    return readMultipart(raw, req.headers['content-type'] ?? '')
  },
}

const readMultipart = async (raw: Uint8Array, contentType: string): Promise<Upload> => {
  let form: FormData
  try {
    form = await new Response(raw as Uint8Array<ArrayBuffer>, { headers: { 'content-type': contentType } }).formData()
  } catch (cause) {
    throw new TrustError('INPUT_INVALID', 'the form could not be read', { cause })
  }
  const fields: Record<string, string> = {}
  let file: Upload['file']
  for (const [name, value] of form) {
    if (typeof value === 'string') fields[name] = value
    else if (file === undefined && value.size > 0)
      file = { name: value.name, bytes: new Uint8Array(await value.arrayBuffer()) }
  }
  return { fields, ...(file === undefined ? {} : { file }) }
}
