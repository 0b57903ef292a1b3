/** May this agent ask for certificates of that holder? People for themselves; for an entity whoever has its mandate `certificate.apply`. */
import { TrustError } from '../../errors.ts'
import type { Agent } from '../../identity/index.ts'
import { requireAuthority } from '../../identity/index.ts'
import type { Tx } from '../../kernel/index.ts'
import type { CertificateHolder } from './holder.ts'
import type { EnrolmentDeps } from './ports.ts'

export interface HolderQuestion {
  readonly holder: CertificateHolder
  readonly agent: Agent
  readonly tx?: Tx
}

/** @throws TrustError FORBIDDEN (another person), ENTITY_NOT_FOUND, ENTITY_NOT_ACTIVE, MANDATE_… */
export const requireHolderAgent = async (
  { identity, pki }: Pick<EnrolmentDeps, 'identity' | 'pki'>,
  { holder, agent, tx }: HolderQuestion,
): Promise<void> => {
  if (holder.kind === 'person') {
    if (agent.kind !== 'person' || agent.personId !== holder.personId)
      throw new TrustError('FORBIDDEN', 'people apply for themselves')
    return
  }
  const question = { entityId: holder.entityId, agent, function: 'certificate.apply', at: pki.clock.now() } as const
  await requireAuthority(identity, tx === undefined ? question : { ...question, tx })
}
