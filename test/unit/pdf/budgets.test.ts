/** What a whole PDF may cost, however it is cut into pieces: a verdict of the pure code, so that every verifier gives the same. */
import { describe, expect, it } from 'vitest'
import { FormatError } from '../../../standards/errors.ts'
import { findPdfSignatures } from '../../../standards/iso-32000-signature/index.ts'
import { COSTLY } from '../../integration/hostile/costly-documents.ts'

const reasonOf = (bytes: Uint8Array): string => {
  try {
    findPdfSignatures(bytes)
    return 'read'
  } catch (error) {
    return error instanceof FormatError ? error.reason : 'another error'
  }
}

describe('a PDF is refused as too large', () => {
  it.each([
    'pdf: objects that share a tail',
    'pdf: a chain of inflating sections',
    'pdf: a table listed a thousand times',
  ])(
    '%s',
    (name) => {
      expect(reasonOf(COSTLY[name]?.() ?? new Uint8Array())).toBe('PDF_TOO_LARGE')
    },
    20_000,
  )
})
