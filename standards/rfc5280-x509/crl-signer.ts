/**
 * Who may sign the list of an issuer (RFC 5280 §6.3.3 f, g): a key of that name with cRLSign, either in the chain above the certificate,
 * or in another certificate of that name which leads to the same anchor and is itself not revoked.
 */
import { equalBytes } from '../bytes.ts'
import type { Certificate } from './certificate.ts'
import type { Crl } from './crl.ts'
import { KEY_USAGE } from './extension.ts'
import { matchesName } from './name-matching.ts'
import type { SignatureBudget } from './signature-budget.ts'

export interface SignerQuestion {
  /** Certificates above the one in question, issuer first, anchor last. */
  readonly above: readonly Certificate[]
  readonly others: readonly Certificate[]
  readonly budget: SignatureBudget
  /** Whether another certificate may be believed, at the time of this list. */
  isTrusted(signer: Certificate, crl: Crl): boolean
}

const maySignLists = (c: Certificate): boolean => c.keyUsage === undefined || c.keyUsage.has(KEY_USAGE.crlSign)

const maybeItsKey = (c: Certificate, { authorityKeyId }: Crl): boolean =>
  authorityKeyId === undefined || c.subjectKeyId === undefined || equalBytes(authorityKeyId, c.subjectKeyId)

/** The key that signed it, if it may. */
export const findListSigner = (
  crl: Crl,
  { above, others, budget, isTrusted }: SignerQuestion,
): Certificate | undefined => {
  const signed = (c: Certificate): boolean =>
    maySignLists(c) && matchesName(c.subject, crl.issuer) && budget.isSignedBy(crl, c.publicKey)
  const inChain = above.find(signed)
  if (inChain !== undefined) return inChain
  return others.find((c) => c.keyUsage !== undefined && maybeItsKey(c, crl) && signed(c) && isTrusted(c, crl))
}
