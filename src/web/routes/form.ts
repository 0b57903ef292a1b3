/**
 * Forms: their fields as text, and the way back when an operation refuses. What somebody can mend comes back in the form, with the
 * status of the refusal; a fault of ours goes on to the error page and the log.
 */
import { TrustError } from '../../errors.ts'
import type { FormFields, Reply } from '../../http/index.ts'
import { page, problemOf } from '../../http/index.ts'
import type { Html } from '../html.ts'
import type { FieldError } from '../parts/forms.ts'

/** The first value; '' when the field is absent. */
export const text = (fields: FormFields, name: string): string => texts(fields, name)[0] ?? ''

export const texts = (fields: FormFields, name: string): readonly string[] => {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined
  return value === undefined ? [] : typeof value === 'string' ? [value] : value
}

/** Inputs by what the domain calls them; or by code, where it names no field. */
export type InputNames = Readonly<Record<string, string>>

export const fieldError = (error: unknown, inputs: InputNames = {}): FieldError => {
  if (!(error instanceof TrustError)) throw error
  const { code, field } = error
  const input = inputs[code] ?? (field === undefined ? undefined : (inputs[field] ?? field))
  return { code, ...(input === undefined || input === '' ? {} : { field: input }) }
}

/** No form mends these. */
const BEYOND: ReadonlySet<string> = new Set(['UNAUTHENTICATED', 'SESSION_ENDED', 'INTERACTION_EXPIRED'])

/** The form again, with what is wrong. @throws what is not a refusal, is a fault of this service, or is beyond the form */
export const formAgain = async (
  error: unknown,
  render: (error: TrustError) => Promise<Html> | Html,
): Promise<Reply> => {
  const { problem, unexpected } = problemOf(error)
  if (unexpected || !(error instanceof TrustError) || BEYOND.has(error.code)) throw error
  const reply = page(await render(error), problem.status)
  return problem.status === 503 && reply.type === 'html' ? { ...reply, headers: { 'retry-after': '5' } } : reply
}

/** Does it; a refusal gives the form again. */
export const orFormAgain = async (
  act: () => Promise<Reply>,
  render: (error: TrustError) => Promise<Html> | Html,
): Promise<Reply> => {
  try {
    return await act()
  } catch (error) {
    return formAgain(error, render)
  }
}
