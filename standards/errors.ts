/** Malformed input: bytes that break the standard they claim to follow. Thrown by `standards/` only. */
export class DerError extends Error {
  /** Field path inside the schema, e.g. `SES_Signature.toSign.eseal`. */
  readonly path: string
  constructor(path: string, what: string) {
    super(path === '' ? what : `${path}: ${what}`)
    this.name = 'DerError'
    this.path = path
  }
}

/** A document, package or text that breaks its format (OFD, ZIP, XML, PDF, identifiers). `reason` is stable. */
export class FormatError extends Error {
  readonly reason: string
  constructor(reason: string, what: string) {
    super(what)
    this.name = 'FormatError'
    this.reason = reason
  }
}

export const isMalformed = (error: unknown): error is DerError | FormatError =>
  error instanceof DerError || error instanceof FormatError
