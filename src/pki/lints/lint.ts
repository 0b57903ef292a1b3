/** A lint judges the certificate as it will be handed out, parsed back from its bytes: a test of the certificate, not of the code. */
import type { Certificate } from '../../../standards/rfc5280-x509/index.ts'
import type { StatusAddresses } from '../draft.ts'
import type { Profile } from '../profile.ts'

export interface LintContext {
  readonly issuer: Certificate
  readonly profile: Profile
  /** What its CA writes into certificates; absent where that is not known. */
  readonly addresses?: StatusAddresses
  /** When it is issued; absent for what was issued before. */
  readonly now?: Date
}

export interface Lint {
  /** Stable, kebab-case, the name of its file. */
  readonly name: string
  readonly cite: string
  /** What is wrong, or undefined. No names or numbers of people. */
  readonly check: (certificate: Certificate, context: LintContext) => string | undefined
}
