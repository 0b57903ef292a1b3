/**
 * The two processes that `logout.ts` measures. `provider DATABASE_URL`: our provider with its delivery worker. `portals N`: so many
 * portals on ports of their own, the first of them hung, the next answering 500, the rest in health; they note when they were told.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openPostgres } from '../adapters/postgres/pg.ts'
import { migrate } from '../adapters/postgres/migrate.ts'
import { openEmbedded } from '../adapters/postgres/pglite.ts'
import { makeUnitOfWork } from '../adapters/postgres/db.ts'
import { makeLogoutWorker } from '../src/oidc/index.ts'
import { makeIds, systemRandom } from '../src/kernel/index.ts'
import { startOidc, ZHANG } from '../test/integration/oidc/oidc-world.ts'

export interface Join {
  readonly sessionUid: string
  readonly portals: readonly { readonly clientId: string; readonly url: string }[]
}
/** When each healthy portal was told, in milliseconds since the epoch, by its client id. */
export type Told = Readonly<Record<string, number>>

const tell = (message: unknown): void => void process.send?.(message)
const now = (): number => performance.timeOrigin + performance.now()

const runProvider = async (url: string): Promise<void> => {
  const db = url === '' ? await openEmbedded() : openPostgres(url, 10)
  await migrate(db)
  const world = await startOidc({ db, deps: { nudge: () => worker.nudge() } })
  const worker = makeLogoutWorker(world.deps)
  worker.start()
  const own = {
    clientId: 'bench-first',
    name: '首个门户',
    scopes: ['openid'],
    grantTypes: ['authorization_code'] as const,
  }
  const secret = 'bench-secret-bench-secret-bench-secret'
  await world.register({ ...own, redirectUris: ['http://127.0.0.1:9/callback'], secret })
  const ids = makeIds(world.deps.clock, systemRandom)
  const known = new Set<string>()
  process.on('message', ({ sessionUid, portals }: Join) => {
    const join = async (): Promise<void> => {
      for (const { clientId, url: at } of portals.filter((p) => !known.has(p.clientId))) {
        const address = { redirectUris: [`${at}/cb`], backchannelLogoutUri: `${at}/bcl` }
        await world.register({ ...own, ...address, clientId, secret })
        known.add(clientId)
      }
      const { store, clock } = world.deps
      await makeUnitOfWork(db).run(async (tx) => {
        for (const { clientId } of portals) {
          const [sid, grantId] = [ids.next(), ids.next()]
          const who = { accountId: ZHANG.accountId, sub: `sub-${clientId}` }
          await store.sessions.addParticipant(tx, {
            sessionUid,
            clientId,
            sid,
            grantId,
            ...who,
            createdAt: clock.now(),
          })
        }
      })
      tell('joined')
    }
    void join()
  })
  tell(world.publicUrl)
}

const runPortals = async (count: number): Promise<void> => {
  const hung = Math.round(count * 0.05)
  let told: Record<string, number> = {}
  const portals = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const clientId = `bench-portal-${count}-${i}`
      const server = createServer((req, res) => {
        req.resume().on('end', () => {
          if (i < hung) return
          if (i >= 2 * hung) told[clientId] ??= now()
          res.writeHead(i < 2 * hung ? 500 : 200).end()
        })
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return { clientId, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, healthy: i >= 2 * hung }
    }),
  )
  process.on('message', (what: 'told' | 'forget') => {
    if (what === 'forget') told = {}
    tell(told)
  })
  tell(portals)
}

const [role, argument = ''] = process.argv.slice(2)
process.once('disconnect', () => process.exit(0))
await (role === 'provider' ? runProvider(argument) : runPortals(Number(argument)))
