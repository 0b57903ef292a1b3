/**
 * Enters into the register what only the shelf knows: lists signed while the database was away, and those of an offline root. Refuses what
 * the CA did not sign, and leaves a number alone under which the register has written down other bytes.
 */
import { equalBytes } from '../../standards/bytes.ts'
import type { Tx } from '../kernel/index.ts'
import type { Authority, PkiDeps } from './ports.ts'
import type { ShelvedCrl } from './shelved-lists.ts'
import { shelvedLists } from './shelved-lists.ts'

const enter = async (
  deps: PkiDeps,
  tx: Tx,
  { issuerId, list }: { issuerId: string; list: ShelvedCrl },
): Promise<boolean> => {
  const { store } = deps
  const { kind, number, der, crl } = list
  const known = await store.findList(kind, { issuerId, number }, tx)
  if (known !== undefined && (known.isSigned || !equalBytes(known.tbs, crl.tbs))) return false
  const { throughSeq = 0 } = (await store.currentCrl(issuerId, tx)) ?? {}
  const { thisUpdate, nextUpdate = thisUpdate, tbs } = crl
  const row = { issuerId, number, thisUpdate, nextUpdate, throughSeq, tbs }
  if (kind === 'crl') {
    if (known === undefined) await store.intendCrl(tx, { ...row, entries: crl.revokedCount })
    await store.completeCrl(tx, { issuerId, number, der })
  } else {
    if (known === undefined) await store.intendDelta(tx, { ...row, baseNumber: Number(crl.baseNumber ?? number) })
    await store.completeDelta(tx, { issuerId, number, der })
  }
  return true
}

/** Oldest first, each with its audit row. */
export const recordBridges = async (deps: PkiDeps, authority: Authority): Promise<void> => {
  const issuerId = authority.id
  for (const list of (await shelvedLists(deps, authority)).toReversed()) {
    if ((await deps.store.findList(list.kind, { issuerId, number: list.number }))?.isSigned === true) continue
    await deps.work.run(async (tx) => {
      await deps.store.lockStatus(tx)
      if (!(await enter(deps, tx, { issuerId, list }))) return
      await deps.audit.record(tx, {
        action: `${list.kind}.bridged`,
        actor: { kind: 'system', id: 'pki' },
        object: { kind: list.kind, id: `${issuerId}/${list.number}` },
      })
    })
  }
}
