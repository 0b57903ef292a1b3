/** Wires what the CA says of certificates and of time: the OCSP responder and the time-stamping authority. Decides nothing. */
import type { Db } from '../adapters/postgres/db.ts'
import { makeTimeStampStore } from '../adapters/postgres/timestamp-store.ts'
import type { AssemblyInput, Base } from './assemble-base.ts'
import type { PkiParts } from './assemble-pki.ts'
import { nodeCrypto } from './crypto/node.ts'
import { systemMonotonicClock, systemRandom } from './kernel/index.ts'
import type { OcspResponder, OcspService, TimeStampDeps, TimeStampService } from './pki/node.ts'
import { makeOcspResponders, makeOcspService, makeTimeStampKeys, makeTimeStampService } from './pki/node.ts'

export interface StatusParts {
  readonly ocsp: OcspService
  /** Who signs its answers, one a CA key. */
  readonly responders: readonly OcspResponder[]
  readonly timestamps: TimeStampService
  /** For the sweep, and for the command that confirms the clock. */
  readonly timeStampDeps: TimeStampDeps
}

export const makeStatusParts = (
  { clock, logger }: AssemblyInput,
  db: Db,
  { base, parts: { pki, certificates, keyStore } }: { readonly base: Base; readonly parts: PkiParts },
): StatusParts => {
  const common = { crypto: nodeCrypto, clock, monotonic: systemMonotonicClock, logger }
  const timeStampDeps: TimeStampDeps = {
    ...common,
    work: base.work,
    audit: base.audit,
    store: makeTimeStampStore(db),
    keys: makeTimeStampKeys(pki.authorities, { certificates, keyStore }),
    ids: base.ids,
    random: systemRandom,
  }
  const responders = makeOcspResponders(pki.authorities, { certificates, keyStore })
  return {
    ocsp: makeOcspService({ ...common, store: pki.store, responders }),
    responders,
    timestamps: makeTimeStampService(timeStampDeps),
    timeStampDeps,
  }
}
