/**
 * Licence types (GB/T 36902 目录): data that a person reviews, parsed into a checked type. Refuses unknown kinds of field,
 * codes of the wrong shape, and faces that name fields which do not exist.
 */
import { z } from 'zod'
import { TrustError } from '../errors.ts'

const fieldSchema = z.strictObject({
  key: z.string().regex(/^[A-Z][A-Z0-9_]{0,19}$/),
  label: z.string().min(1).max(20),
  maxLength: z.int().min(1).max(200),
  required: z.boolean(),
  /** Whole text must match, when given. */
  pattern: z.string().optional(),
})

const typeSchema = z.strictObject({
  /** USCC of the body that defined the type (18) and its number (3). */
  code: z.string().regex(/^[0-9A-Z]{21}$/),
  name: z.string().min(2).max(40),
  definedBy: z.string().min(2).max(60),
  holder: z.enum(['person', 'entity', 'any']),
  numberLabel: z.string().min(1).max(20),
  numberPattern: z.string(),
  /** Undefined: without end. */
  validMonths: z.int().min(1).max(1200).optional(),
  fields: z.array(fieldSchema).max(20),
})

export type LicenceType = z.infer<typeof typeSchema>

/** @throws TrustError CONFIG_INVALID */
export const parseLicenceTypes = (data: unknown): readonly LicenceType[] => {
  const result = z.array(typeSchema).min(1).safeParse(data)
  if (!result.success)
    throw new TrustError('CONFIG_INVALID', `licence types: ${result.error.issues[0]?.path.join('.') ?? ''}`)
  for (const type of result.data)
    for (const pattern of [type.numberPattern, ...type.fields.flatMap((f) => f.pattern ?? [])]) requireRegExp(pattern)
  return result.data
}

const requireRegExp = (pattern: string): void => {
  try {
    new RegExp(pattern, 'u')
  } catch (cause) {
    throw new TrustError('CONFIG_INVALID', 'licence types: a pattern is not a regular expression', { cause })
  }
}

const whole = (pattern: string, text: string): boolean => new RegExp(`^(?:${pattern})$`, 'u').test(text)

/** Values for every field of the type and for nothing else. @throws TrustError LICENCE_FIELDS_INVALID naming the field */
export const requireFields = (
  type: LicenceType,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  const refuse = (field: string, what: string): never => {
    throw new TrustError('LICENCE_FIELDS_INVALID', `${field}: ${what}`, { field })
  }
  const known = new Set(type.fields.map((f) => f.key))
  for (const key of Object.keys(given)) if (!known.has(key)) refuse(key, 'not a field of this type')
  const out: Record<string, string> = {}
  for (const field of type.fields) {
    const value = (given[field.key] ?? '').normalize('NFC').trim()
    if (value === '' && field.required) refuse(field.key, 'required')
    if ([...value].length > field.maxLength) refuse(field.key, 'too long')
    if (/[\u0000-\u001f\u007f\u2028\u2029]/.test(value)) refuse(field.key, 'control character')
    if (value !== '' && field.pattern !== undefined && !whole(field.pattern, value))
      refuse(field.key, 'not of the form')
    out[field.key] = value
  }
  return out
}

/** @throws TrustError LICENCE_FIELDS_INVALID */
export const requireNumber = (type: LicenceType, number: string): string => {
  if (number.length > 40 || !whole(type.numberPattern, number))
    throw new TrustError('LICENCE_FIELDS_INVALID', 'number: not of the form', { field: 'number' })
  return number
}
