/** Intents without a result: a process died between writing down and recording. They are closed, counted and audited; their serial numbers stay used. */
import type { CertificateIntent, PkiDeps } from './ports.ts'

export type AbandonedIntent = Pick<CertificateIntent, 'id' | 'issuerId' | 'serialHex' | 'profile'>

const PATIENCE = 60_000

/** Returns those older than a minute, once. */
export const sweepIntents = (deps: PkiDeps): Promise<AbandonedIntent[]> =>
  deps.work.run(async (tx) => {
    const before = new Date(deps.clock.now().getTime() - PATIENCE)
    const abandoned = await deps.store.abandonIntents(tx, before)
    for (const { issuerId, serialHex, profile } of abandoned)
      await deps.audit.record(tx, {
        action: 'certificate.intent-abandoned',
        actor: { kind: 'system', id: 'pki' },
        object: { kind: 'certificate', id: `${issuerId}/${serialHex}` },
        detail: { profile },
      })
    return abandoned
  })
