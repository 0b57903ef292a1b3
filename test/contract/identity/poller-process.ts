/** Reads the legal-entity registry's feed in a process of its own, to be killed: `node poller-process.ts DATABASE_URL FEED_URL HOLDER`. */
import { makeAuditStore } from '../../../adapters/postgres/audit-store.ts'
import { makeUnitOfWork } from '../../../adapters/postgres/db.ts'
import { makeIdentityStore } from '../../../adapters/postgres/identity-store.ts'
import { openPostgres } from '../../../adapters/postgres/pg.ts'
import { makeRegisterFeed } from '../../../adapters/registry-call/feed.ts'
import { makeRegistryCall } from '../../../adapters/registry-call/index.ts'
import { world } from '../../../examples/world.ts'
import { makeAuditTrail } from '../../../src/audit/index.ts'
import { makeFieldCipher, nodeCrypto } from '../../../src/crypto/node.ts'
import { pollRegister } from '../../../src/identity/index.ts'
import { makeIds, silentLogger, systemClock as clock, systemRandom as random } from '../../../src/kernel/index.ts'

const [url = '', feedUrl = '', holder = '', key = ''] = process.argv.slice(2)
const db = openPostgres(url, 2)
const ids = makeIds(clock, random)
const keys = [{ id: 'test', key: new Uint8Array(Buffer.from(key, 'hex')) }]
const cipher = makeFieldCipher({ keys, encryptWith: 'test', indexWith: 'test', random })
const secret = world.registrySecrets.xinyin
const feed = makeRegisterFeed(
  'legal-entity',
  makeRegistryCall({ url: feedUrl, clientId: 'xinyin', secret, clock, random }),
  ids,
)
const nothing = () => Promise.resolve()
const deps = {
  clock,
  work: makeUnitOfWork(db),
  store: makeIdentityStore(db, cipher),
  audit: makeAuditTrail({ store: makeAuditStore(db), clock, ids, digests: nodeCrypto }),
  reaction: { mandateRevoked: nothing, accountChanged: nothing, entityChanged: nothing, personChanged: nothing },
  feeds: { population: feed, 'legal-entity': feed },
  logger: silentLogger,
  holder,
}
process.stdout.write('reading\n')
for (;;) {
  await pollRegister(deps, 'legal-entity').catch(() => undefined)
  await new Promise((resolve) => setTimeout(resolve, 20))
}
