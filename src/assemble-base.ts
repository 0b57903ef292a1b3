/** Wires what every part stands on: custody, secrets, field encryption, audit with its sequencer. Decides nothing. */
import { makeAuditStore } from '../adapters/postgres/audit-store.ts'
import type { Db } from '../adapters/postgres/db.ts'
import { makeUnitOfWork } from '../adapters/postgres/db.ts'
import type { DataFolder } from '../adapters/data-folder/index.ts'
import type { ServiceSecrets } from '../adapters/postgres/service-secrets.ts'
import { makeServiceSecrets } from '../adapters/postgres/service-secrets.ts'
import { openCustody } from '../keys/open-custody.ts'
import { fromBase64, toBase64 } from '../standards/bytes.ts'
import type { AuditTrail } from './audit/index.ts'
import { makeAuditTrail, startSequencer } from './audit/index.ts'
import { askPassword } from './cli/ask-password.ts'
import type { Config } from './config.ts'
import type { KeyRing } from './crypto/node.ts'
import { deriveIndexKey, makeRememberingCrypto, makeRingCipher, nodeCrypto } from './crypto/node.ts'
import type { Clock, Logger } from './kernel/index.ts'
import { makeIds, systemRandom } from './kernel/index.ts'
export interface AssemblyInput {
  readonly config: Config
  readonly folder: DataFolder
  readonly publicUrl: string
  readonly clock: Clock
  readonly logger: Logger
  /** Where the registries answer: the settings, or the simulators of the demonstration. */
  readonly registries: Config['registries']
  /** `xinyin bootstrap`: makes the key hierarchy; a server in production only reads it. */
  readonly setUp?: boolean
}

/** The name under which the database keeps whose keys it belongs to. */
export const HIERARCHY = 'hierarchy'

/** Blind indexes keep their key while master keys are rotated; databases from before that have the first one's. */
const indexKeyOf = async (secrets: ServiceSecrets, ring: KeyRing): Promise<Uint8Array> => {
  const isNew = (await secrets.find(HIERARCHY)) === undefined
  const first = isNew ? undefined : ring.find('m1')
  const make = (): string => toBase64(first === undefined ? systemRandom.bytes(32) : deriveIndexKey(first))
  return fromBase64(await secrets.get('blind-index-key', make))
}

/** What all parts stand on: master keys, ids, transactions, field encryption, audit. */
export const makeBase = async (input: AssemblyInput, db: Db) => {
  const { config, folder, clock, logger } = input
  const custody = await openCustody({ config, folder: folder.path, random: systemRandom, ask: askPassword })
  const ids = makeIds(clock, systemRandom)
  const work = makeUnitOfWork(db)
  const { masterKeys } = custody
  const secrets = makeServiceSecrets(db, makeRingCipher({ ring: masterKeys, random: systemRandom }))
  const indexKey = await indexKeyOf(secrets, masterKeys)
  const cipher = makeRingCipher({ ring: masterKeys, indexKey, random: systemRandom })
  const crypto = makeRememberingCrypto(nodeCrypto)
  const auditStore = makeAuditStore(db)
  const sequencer = startSequencer({ store: auditStore, work, digests: nodeCrypto, logger, holder: ids.next() })
  const trail = makeAuditTrail({ store: auditStore, clock, ids, digests: nodeCrypto, nudge: () => sequencer.nudge() })
  const changes: { note: () => void } = { note: () => undefined }
  // Whatever changes a seal, a licence or a certificate passes here: the published lists must not lag behind it.
  const audit: AuditTrail = {
    ...trail,
    record: (tx, event) => {
      if (/^(seal|licence|certificate)\./.test(event.action)) changes.note()
      return trail.record(tx, event)
    },
  }
  return { custody, ids, work, cipher, crypto, sequencer, audit, changes, secrets }
}
export type Base = Awaited<ReturnType<typeof makeBase>>
