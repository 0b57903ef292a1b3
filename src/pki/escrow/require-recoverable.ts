/** Whether an escrowed key can be recovered for this recipient: it is kept, and the recipient's key may have it. */
import { isMalformed } from '../../../standards/errors.ts'
import { publicKeyKind } from '../../../standards/rfc5280-x509/index.ts'
import { TrustError } from '../../errors.ts'
import type { Tx } from '../../kernel/index.ts'
import { isInForce } from '../enrolment/application.ts'
import { requireHeld } from '../enrolment/barred-people.ts'
import { sameHolder } from '../enrolment/holder.ts'
import type { EnrolmentDeps } from '../enrolment/ports.ts'
import type { ProposedAct } from '../enrolment/proposal.ts'
import { pointWeakness } from '../enrolment/weak-point.ts'
import type { EscrowedKey } from './ports.ts'

export type Recovery = Extract<ProposedAct, { readonly kind: 'recover' }>

const isGoodKey = (publicKey: Uint8Array): boolean => {
  try {
    return publicKeyKind(publicKey) === 'SM2' && pointWeakness('SM2', publicKey) === undefined
  } catch (error) {
    if (isMalformed(error)) return false
    throw error
  }
}

const refuse = (message: string): never => {
  throw new TrustError('INPUT_INVALID', message, { field: 'recipient' })
}

const ORDER = /^[\p{Script=Han}A-Za-z0-9（）()〔〕［］[\]·\- ]{4,60}$/u

/** DER SubjectPublicKeyInfo of who gets it. @throws TrustError INPUT_INVALID, CERTIFICATE_NOT_FOUND */
export const recipientKeyOf = async (
  deps: EnrolmentDeps,
  tx: Tx,
  { issuerId, serialHex, recipient }: Recovery,
): Promise<Uint8Array> => {
  if (recipient.kind === 'order') {
    if (!ORDER.test(recipient.order)) refuse('the reference of the order is needed')
    return isGoodKey(recipient.publicKey) ? recipient.publicKey : refuse('an SM2 key is needed')
  }
  const { holder } = await requireHeld(deps, { issuerId, serialHex }, tx)
  const certificate = await requireHeld(deps, recipient, tx)
  const isTheirs = sameHolder(certificate.holder, holder) && certificate.use === 'signing'
  if (!isTheirs || !isInForce(certificate, deps.pki.clock.now()))
    refuse('a signing certificate of the same holder, in force, is needed')
  const { publicKey } = certificate
  return isGoodKey(publicKey) ? publicKey : refuse('an SM2 certificate is needed')
}

/** @throws TrustError ESCROW_NOT_FOUND */
export const requireEscrowed = async (
  { escrow }: EnrolmentDeps,
  tx: Tx,
  { issuerId, serialHex }: Recovery,
): Promise<EscrowedKey> => {
  const found = await escrow.store.find({ issuerId, serialHex }, tx)
  if (found === undefined) throw new TrustError('ESCROW_NOT_FOUND', 'no key is kept for this certificate')
  return found
}

/** @throws TrustError ESCROW_NOT_FOUND, INPUT_INVALID, CERTIFICATE_NOT_FOUND */
export const requireRecoverable = async (deps: EnrolmentDeps, tx: Tx, act: Recovery): Promise<void> => {
  await requireEscrowed(deps, tx, act)
  await recipientKeyOf(deps, tx, act)
}
