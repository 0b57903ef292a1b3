/** A provider with its delivery worker in a process of its own, to be killed: `node server-process.ts DATABASE_URL KEY_JSON PUBLIC_URL`. */
import { openPostgres } from '../../../adapters/postgres/pg.ts'
import { makeLogoutWorker, type SigningJwk } from '../../../src/oidc/index.ts'
import { startOidc } from '../../integration/oidc/oidc-world.ts'

const [url = '', key = '', publicUrl = ''] = process.argv.slice(2)
const db = openPostgres(url, 8)
const world = await startOidc({
  db,
  at: publicUrl,
  deps: { signingKeys: [JSON.parse(key) as SigningJwk], nudge: () => worker.nudge() },
})
const worker = makeLogoutWorker(world.deps, { pollMs: 100, leaseMs: 3_000 })
worker.start()
process.once('disconnect', () => process.exit(0))
process.send?.(world.ownUrl)
