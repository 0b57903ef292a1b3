/** After a change of the master key: seals every escrowed key under the new one, a hundred at a time, so that the old one can go. */
import type { UnitOfWork } from '../../kernel/index.ts'
import type { EscrowStore, EscrowVault, EscrowedKey } from './ports.ts'

const PAGE = 100

export interface ResealDeps {
  readonly work: UnitOfWork
  readonly store: Pick<EscrowStore, 'page' | 'reseal'>
  readonly vault: EscrowVault
}

const reseal = async ({ work, store, vault }: ResealDeps, kept: EscrowedKey): Promise<void> => {
  const key = vault.open(kept.sealed, kept)
  try {
    const sealed = vault.seal(key, kept)
    await work.run((tx) => store.reseal(tx, kept, sealed))
  } finally {
    key.fill(0)
  }
}

/** How many were sealed anew; may be run again, and by several processes. @throws TrustError KEY_NOT_FOUND, KEY_UNUSABLE */
export const resealEscrow = async (deps: ResealDeps): Promise<number> => {
  const { vault, store } = deps
  let count = 0
  let last: EscrowedKey | undefined
  for (;;) {
    const page: EscrowedKey[] = await store.page(last, PAGE)
    for (const kept of page.filter((k) => vault.isOutdated(k.sealed))) {
      await reseal(deps, kept)
      count++
    }
    last = page.at(-1)
    if (page.length < PAGE) return count
  }
}
