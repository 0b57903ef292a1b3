/** Notes for the owner of an account what happened to it; they see it in the account centre. */
import type { Tx } from '../../kernel/index.ts'
import type { IdentityDeps } from '../ports.ts'
import type { NoticeKind } from './ports.ts'

export const note = (
  { clock, ids, store }: Pick<IdentityDeps, 'clock' | 'ids' | 'store'>,
  tx: Tx,
  { accountId, what }: { readonly accountId: string; readonly what: NoticeKind },
): Promise<void> => store.notices.insert(tx, { id: ids.next(), accountId, what, at: clock.now() })
