/**
 * One transaction over several repositories. `Tx` is opaque to domains: it is only handed on.
 * What a domain changes and what the audit says about it go through the same `Tx`, so both happen or neither.
 */
declare const txBrand: unique symbol
export interface Tx {
  readonly [txBrand]: true
}

export interface UnitOfWork {
  /** Commits when `work` resolves, rolls back when it throws. `work` may run again after a serialisation failure: no side effects but through `tx`. */
  run<T>(work: (tx: Tx) => Promise<T>): Promise<T>
}
