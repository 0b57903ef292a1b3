/**
 * The one database port of the adapters: two drivers (pg, PGlite), one SQL dialect (PostgreSQL 15), equal values from both:
 * timestamptz ↔ Date, bytea ↔ Uint8Array, jsonb ↔ parsed, bigint ↔ number (safe integers only).
 */
import type { Tx, UnitOfWork } from '../../src/kernel/index.ts'

export type Param = string | number | boolean | null | Date | Uint8Array | readonly string[]
export type Row = Readonly<Record<string, unknown>>

export interface Queryable {
  /** The rows only; a statement that must say how much it changed uses RETURNING. */
  query<R extends Row = Row>(text: string, params?: readonly Param[]): Promise<R[]>
}

export interface Db extends Queryable {
  readonly kind: 'embedded' | 'postgres'
  /** READ COMMITTED. Commits when `work` resolves, rolls back when it throws; deadlocks and serialisation failures run it again. */
  tx<T>(work: (q: Queryable) => Promise<T>): Promise<T>
  /** Runs `work` while no other process of this database runs such work: setting up. */
  alone<T>(work: () => Promise<T>): Promise<T>
  /** Several statements without parameters: migrations. */
  script(sql: string): Promise<void>
  close(): Promise<void>
}

const transactions = new WeakMap<object, Queryable>()

export const makeUnitOfWork = (db: Db): UnitOfWork => ({
  run: (work) =>
    db.tx((q) => {
      const tx = {} as Tx
      transactions.set(tx, q)
      return work(tx)
    }),
})

/** The connection of `tx`, or the database itself when there is none. */
export const queryable = (db: Db, tx?: Tx): Queryable => {
  if (tx === undefined) return db
  const q = transactions.get(tx)
  if (q === undefined) throw new TypeError('this Tx was not made by makeUnitOfWork')
  return q
}

/** SQLSTATE of a database error, equal in both drivers. */
export const sqlState = (error: unknown): string | undefined => {
  const code = (error as { readonly code?: unknown } | undefined)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}

/** 23505, optionally of one constraint. */
export const isUniqueViolation = (error: unknown, constraint?: string): boolean =>
  sqlState(error) === '23505' &&
  (constraint === undefined || (error as { readonly constraint?: string }).constraint === constraint)

export const RETRY_STATES: ReadonlySet<string> = new Set(['40001', '40P01'])
