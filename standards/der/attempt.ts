import { DerError } from '../errors.ts'

/** What was read, or undefined where the bytes do not have this form; every other error passes. */
export const attempt = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch (error) {
    if (error instanceof DerError) return undefined
    throw error
  }
}
