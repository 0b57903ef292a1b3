/**
 * Recovers an escrowed key (密钥恢复) that two officers decided on: opened in memory, sealed to the recipient, wiped. One delivery a
 * proposal, recorded where the holder sees it. In the transaction of the decision, so that a raced approval opens nothing twice.
 */
import { equalBytes } from '../../../standards/bytes.ts'
import { encodeSm2PublicKey } from '../../../standards/gbt-32918-sm2/index.ts'
import { TrustError } from '../../errors.ts'
import type { Actor } from '../../audit/index.ts'
import type { Tx } from '../../kernel/index.ts'
import type { EnrolmentDeps } from '../enrolment/ports.ts'
import type { Recovery } from './require-recoverable.ts'
import { recipientKeyOf, requireEscrowed } from './require-recoverable.ts'
import { sealTo } from './seal-to.ts'

export interface RecoveryOrder {
  readonly proposalId: string
  readonly act: Recovery
  readonly actor: Actor
}

/** @throws TrustError ESCROW_NOT_FOUND, KEY_UNUSABLE, KEY_NOT_FOUND, INPUT_INVALID, CERTIFICATE_NOT_FOUND */
export const recoverKey = async (
  deps: EnrolmentDeps,
  tx: Tx,
  { proposalId, act, actor }: RecoveryOrder,
): Promise<void> => {
  const { pki, escrow } = deps
  const { issuerId, serialHex } = act
  const name = { issuerId, serialHex }
  const kept = await requireEscrowed(deps, tx, act)
  const recipientKey = await recipientKeyOf(deps, tx, act)
  const auditEventId = await pki.audit.record(tx, {
    action: 'escrow.recovered',
    actor,
    object: { kind: 'certificate', id: `${issuerId}/${serialHex}` },
    detail: { proposal: proposalId, recipient: act.recipient.kind },
  })
  const key = escrow.vault.open(kept.sealed, name)
  try {
    if (!equalBytes(encodeSm2PublicKey(escrow.scalars.multiplyBase(key)), kept.publicKey))
      throw new TrustError('KEY_UNUSABLE', 'the escrowed key does not belong to its certificate')
    const envelope = sealTo(deps, recipientKey, key)
    const delivery = {
      id: pki.ids.next(),
      occasion: 'recovery',
      proposalId,
      recipientKey,
      envelope,
      auditEventId,
    } as const
    await escrow.store.insertDelivery(tx, { ...name, ...delivery, at: pki.clock.now() })
  } finally {
    key.fill(0)
  }
}
