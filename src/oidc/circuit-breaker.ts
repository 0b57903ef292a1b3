/** One dead portal must not hold up the rest: after some outages in a row its host rests for a while. Kept in memory. */
export interface CircuitBreaker {
  /** Hosts that rest now. */
  resting(at: Date): string[]
  record(host: string, healthy: boolean, at: Date): void
}

const THRESHOLD = 5
const REST = 15_000

export const makeCircuitBreaker = (threshold = THRESHOLD, restMs = REST): CircuitBreaker => {
  const hosts = new Map<string, { readonly failures: number; readonly until: number }>()
  return {
    resting: (at) => [...hosts].filter(([, h]) => h.until > at.getTime()).map(([host]) => host),
    record: (host, healthy, at) => {
      if (healthy) {
        hosts.delete(host)
        return
      }
      const failures = (hosts.get(host)?.failures ?? 0) + 1
      hosts.set(host, { failures, until: failures >= threshold ? at.getTime() + restMs : 0 })
    },
  }
}
