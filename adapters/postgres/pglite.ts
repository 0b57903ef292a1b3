/**
 * The embedded default: PGlite in process. Survives kill -9, but never calls fsync: a power cut can lose data; not for production.
 * It takes no lock of its own, so the data folder's lock file is what keeps a second process out (src/main.ts).
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { PGlite } from '@electric-sql/pglite'
import type { Db, Param, Queryable, Row } from './db.ts'
import { RETRY_STATES, sqlState } from './db.ts'

const INT8 = 20
const parsers = { [INT8]: (value: string): number => Number(value) }

interface Runner {
  query(text: string, params?: unknown[]): Promise<{ rows: unknown[] }>
}

const asQueryable = (runner: Runner): Queryable => ({
  query: async <R extends Row>(text: string, params: readonly Param[] = []) =>
    (await runner.query(text, [...params])).rows as R[],
})

/**
 * One connection: a query beside the transaction that awaits it would wait for ever. PostgreSQL would run it on another connection and
 * so hide the fault; here it is an error.
 */
const inside = new AsyncLocalStorage<{ open: boolean }>()
const refuseInside = (): void => {
  if (inside.getStore()?.open === true) throw new TypeError('a query inside a transaction must be given its Tx')
}

/** `folder` undefined: in memory. `dump` loads a data directory made by `dumpEmbedded`. */
export const openEmbedded = async (folder?: string, dump?: Blob): Promise<Db> => {
  const lite = await PGlite.create({
    ...(folder === undefined ? {} : { dataDir: folder }),
    ...(dump === undefined ? {} : { loadDataDir: dump }),
    parsers,
  })
  const direct = asQueryable(lite as unknown as Runner)
  const db: Db = {
    kind: 'embedded',
    query: async (text, params) => {
      refuseInside()
      return direct.query(text, params)
    },
    tx: async (work) => {
      refuseInside()
      for (let attempt = 1; ; attempt++) {
        const state = { open: true }
        try {
          return await lite.transaction((t) => inside.run(state, () => work(asQueryable(t as unknown as Runner))))
        } catch (error) {
          if (attempt >= 5 || !RETRY_STATES.has(sqlState(error) ?? '')) throw error
        } finally {
          state.open = false
        }
      }
    },
    // One process has this database, and it sets up once.
    alone: (work) => work(),
    script: async (sql) => {
      await lite.exec(sql)
    },
    close: () => lite.close(),
  }
  dumps.set(db, () => lite.dumpDataDir('none') as Promise<Blob>)
  return db
}

const dumps = new WeakMap<Db, () => Promise<Blob>>()
export const dumpEmbedded = (db: Db): Promise<Blob> => {
  const dump = dumps.get(db)
  if (dump === undefined) throw new TypeError('not an embedded database')
  return dump()
}
