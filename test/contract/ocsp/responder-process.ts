/**
 * The OCSP responder and the TSA of a hierarchy in a process of its own: `node responder-process.ts DATABASE_URL FOLDER MASTER_KEY_HEX`.
 * Prints the address it listens on. With HANG=1 in the environment the TSA's keys never answer, so that it can be killed in between.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { makeAuditStore } from '../../../adapters/postgres/audit-store.ts'
import { makeUnitOfWork } from '../../../adapters/postgres/db.ts'
import { openPostgres } from '../../../adapters/postgres/pg.ts'
import { makePkiStore } from '../../../adapters/postgres/pki-store.ts'
import { makeTimeStampStore } from '../../../adapters/postgres/timestamp-store.ts'
import { makeAuditTrail } from '../../../src/audit/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { makeListener, ocspRoutes, routeTable, timeStampRoutes } from '../../../src/http/index.ts'
import { makeIds, silentLogger, systemClock, systemMonotonicClock, systemRandom } from '../../../src/kernel/index.ts'
import { makeOcspResponders, makeOcspService, makeTimeStampKeys, makeTimeStampService } from '../../../src/pki/node.ts'
import { fromHex } from '../../../standards/bytes.ts'
import { openHierarchy } from './hierarchy.ts'

const [url = '', folder = '', masterKey = ''] = process.argv.slice(2)
const db = openPostgres(url, 3)
const { authorities, source } = await openHierarchy(join(folder), fromHex(masterKey))
const common = { crypto: nodeCrypto, clock: systemClock, monotonic: systemMonotonicClock, logger: silentLogger }
const ids = makeIds(systemClock, systemRandom)
const ocsp = makeOcspService({
  ...common,
  store: makePkiStore(db),
  responders: makeOcspResponders(authorities, source),
})
const keys = makeTimeStampKeys(authorities, source)
if (process.env['HANG'] === '1')
  for (const key of Object.values(keys))
    Object.assign(key, {
      signer: () => {
        process.stdout.write('signing\n')
        return new Promise(() => undefined)
      },
    })
const timestamps = makeTimeStampService({
  ...common,
  work: makeUnitOfWork(db),
  store: makeTimeStampStore(db),
  audit: makeAuditTrail({ clock: systemClock, ids, store: makeAuditStore(db), digests: nodeCrypto }),
  keys,
  ids,
  random: systemRandom,
})
const server = createServer(
  makeListener({
    routes: routeTable([...ocspRoutes(ocsp, systemClock), ...timeStampRoutes(timestamps)]),
    publicUrl: 'http://127.0.0.1',
    trustedProxies: [],
    clock: systemClock,
    logger: silentLogger,
    oidc: (_req, res) => res.end(),
    callerOf: () => Promise.resolve({ kind: 'anonymous' }),
    errorPage: () => '',
  }),
)
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})
