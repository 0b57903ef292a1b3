/** A logout worker in a process of its own, to be killed: `node worker-process.ts DATABASE_URL KEY_JSON PUBLIC_URL LEASE_MS`. */
import { openPostgres } from '../../../adapters/postgres/pg.ts'
import { makeUnitOfWork } from '../../../adapters/postgres/db.ts'
import { makeAuditStore } from '../../../adapters/postgres/audit-store.ts'
import { makeOidcStore } from '../../../adapters/postgres/oidc-store.ts'
import { makePortalCallback } from '../../../adapters/portal-callback/index.ts'
import { makeAuditTrail } from '../../../src/audit/index.ts'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { makeIds, silentLogger, systemClock as clock, systemRandom } from '../../../src/kernel/index.ts'
import { makeLogoutWorker, type SigningJwk } from '../../../src/oidc/index.ts'

const [url = '', key = '', publicUrl = '', leaseMs = ''] = process.argv.slice(2)
const db = openPostgres(url, 2)
const store = makeOidcStore(db)
const ids = makeIds(clock, systemRandom)
makeLogoutWorker(
  {
    clock,
    ids,
    publicUrl,
    signingKeys: [JSON.parse(key) as SigningJwk],
    portals: makePortalCallback({ isRegistered: (host) => store.clients.hasHost(host), timeOut: 60_000 }),
    work: makeUnitOfWork(db),
    store,
    audit: makeAuditTrail({ clock, ids, store: makeAuditStore(db), digests: portableCrypto }),
    logger: silentLogger,
  },
  { pollMs: 50, leaseMs: Number(leaseMs) },
).start()
// The worker's own timer does not hold a process.
setInterval(() => undefined, 1_000)
