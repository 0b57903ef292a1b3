/**
 * A signer that writes down what it is about to sign before it touches the key (HOUSE.md §6).
 * Intents stay open until `complete`, so that a use that ends in between is found by the sweep.
 */
import { TrustError } from '../errors.ts'
import type { Signer } from '../crypto/index.ts'
import type { Tx } from '../kernel/index.ts'
import type { SealDeps, SealIntent } from './ports.ts'

type JournalDeps = Pick<SealDeps, 'work' | 'store' | 'keys' | 'ids' | 'clock'>
export type SealAct = Omit<SealIntent, 'id' | 'keyId' | 'toSign'>

export interface JournalledSigning {
  signer(keyId: string): Promise<Signer>
  /** Closes the intents of all that was signed, in the transaction that records the result. */
  complete(tx: Tx, resultDigest: Uint8Array): Promise<void>
}

export interface JournalledAct {
  readonly act: SealAct
  /** Runs in the transaction of the intent: the last look before the key is touched. */
  readonly requireAllowed: (tx: Tx) => Promise<unknown>
}

export const journalledSigning = (deps: JournalDeps, { act, requireAllowed }: JournalledAct): JournalledSigning => {
  const open: string[] = []
  const intend = async (keyId: string, toSign: Uint8Array): Promise<void> => {
    const id = deps.ids.next()
    await deps.work.run(async (tx) => {
      await requireAllowed(tx)
      await deps.store.journal.intend(tx, { ...act, id, keyId, toSign })
    })
    open.push(id)
  }
  return {
    signer: async (keyId) => {
      const signer = await deps.keys.signer(keyId)
      const sign = async (message: Uint8Array): Promise<Uint8Array> => {
        await intend(keyId, message)
        return signer.sign(message)
      }
      return { algorithm: signer.algorithm, publicKey: signer.publicKey, sign }
    },
    complete: async (tx, resultDigest) => {
      if (open.length === 0) throw new TrustError('CONFLICT', 'nothing was signed')
      const at = deps.clock.now()
      for (const id of open) await deps.store.journal.complete(tx, id, { resultDigest, at })
    },
  }
}
