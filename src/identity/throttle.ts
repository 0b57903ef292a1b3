/**
 * Holding back password guessing without letting anybody lock somebody else out: an attempt is held back only by failures
 * from its own address. Two counters: this account from this address (strict; more patient where it has signed in
 * lately), and this address over all accounts (mild, and not for an account that has signed in from there lately, so that a
 * shared hall does not suffer for one guesser).
 * Every attempt counts as a failure before the password is looked at; many at once get no more guesses than one by one.
 */
import { TrustError } from '../errors.ts'
import type { Tx } from '../kernel/index.ts'
import type { Attempts, IdentityDeps } from './ports.ts'

interface Limit {
  readonly free: number
  readonly maxSeconds: number
}
const ACCOUNT_AT_ADDRESS: Limit = { free: 5, maxSeconds: 900 }
const KNOWN_ACCOUNT_AT_ADDRESS: Limit = { free: 20, maxSeconds: 900 }
const ADDRESS: Limit = { free: 30, maxSeconds: 30 }
const FORGET_AFTER_MS = 3_600_000
const KNOWN_FOR_MS = 30 * 86_400_000

/** Seconds to wait after so many failures: none while free, then 1, 2, 4 … up to the limit. */
export const delaySeconds = (failures: number, { free, maxSeconds }: Limit): number =>
  failures < free ? 0 : Math.min(maxSeconds, 2 ** Math.min(failures - free, 20))

/** IPv6: the /64, which is what one subscriber gets; mapped IPv4 as IPv4. */
export const addressGroup = (address: string): string => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1] !== undefined) return mapped[1]
  if (!address.includes(':')) return address
  const [head = '', tail = ''] = address.toLowerCase().split('%')[0]?.split('::') ?? []
  const left = head === '' ? [] : head.split(':')
  const right = tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  return [...left, ...zeros, ...right]
    .slice(0, 4)
    .map((g) => g.replace(/^0+(?=.)/, ''))
    .join(':')
}

export interface Admission {
  readonly pairKey: string
  readonly addressKey: string
  /** This account has signed in from here lately; the address was not counted. */
  readonly known: boolean
}

const failed = (row: Attempts, limit: Limit, at: Date): Attempts => {
  const stale = row.lastFailureAt !== undefined && at.getTime() - row.lastFailureAt.getTime() > FORGET_AFTER_MS
  const failures = (stale ? 0 : row.failures) + 1
  const wait = delaySeconds(failures, limit)
  const { notBefore: _past, ...rest } = row
  const counted = { ...rest, failures, lastFailureAt: at }
  return wait === 0 ? counted : { ...counted, notBefore: new Date(at.getTime() + wait * 1000) }
}

type Deps = Pick<IdentityDeps, 'clock' | 'work' | 'store'>

/**
 * Lets one attempt through, counted as a failure until `settle`.
 * @throws TrustError ACCOUNT_LOCKED (this account from here), TOO_MANY_REQUESTS (anything from here); both pass with time
 */
export const admit = (deps: Deps, { subject, address }: { subject: string; address: string }): Promise<Admission> => {
  const group = addressGroup(address)
  const pairKey = `pair:${subject}@${group}`
  const addressKey = `address:${group}`
  return deps.work.run(async (tx) => {
    const [pair, whole] = await deps.store.attempts.lock(tx, [pairKey, addressKey])
    const at = deps.clock.now()
    if (pair === undefined || whole === undefined) throw new TypeError('the store must lock every key')
    if (pair.notBefore !== undefined && at < pair.notBefore) throw new TrustError('ACCOUNT_LOCKED', 'too many failures')
    const known = pair.lastSuccessAt !== undefined && at.getTime() - pair.lastSuccessAt.getTime() < KNOWN_FOR_MS
    if (!known && whole.notBefore !== undefined && at < whole.notBefore)
      throw new TrustError('TOO_MANY_REQUESTS', 'too many failures from this address')
    await deps.store.attempts.put(tx, failed(pair, known ? KNOWN_ACCOUNT_AT_ADDRESS : ACCOUNT_AT_ADDRESS, at))
    if (!known) await deps.store.attempts.put(tx, failed(whole, ADDRESS, at))
    return { pairKey, addressKey, known }
  })
}

const lifted = ({ notBefore: _lifted, ...row }: Attempts): Attempts => ({
  ...row,
  failures: Math.max(0, row.failures - 1),
})

/** Nothing was compared: what `admit` counted did not happen. */
export const takeBack = async (deps: Pick<Deps, 'store'>, tx: Tx, admission: Admission): Promise<void> => {
  const { pairKey, addressKey, known } = admission
  for (const row of await deps.store.attempts.lock(tx, known ? [pairKey] : [pairKey, addressKey]))
    await deps.store.attempts.put(tx, lifted(row))
}

/** The password was right: no failure is left of this account here, and the address is known to it from now on. */
export const settle = async (deps: Pick<Deps, 'clock' | 'store'>, tx: Tx, admission: Admission): Promise<void> => {
  const { pairKey, addressKey } = admission
  const [, whole] = await deps.store.attempts.lock(tx, [pairKey, addressKey])
  await deps.store.attempts.put(tx, { key: pairKey, failures: 0, lastSuccessAt: deps.clock.now() })
  if (whole !== undefined && !admission.known) await deps.store.attempts.put(tx, lifted(whole))
}

/** Wrong second factors of one account, from anywhere: whoever gets to them has shown something secret before. */
const FACTOR: Limit = { free: 5, maxSeconds: 900 }
const factorKey = (accountId: string): string => `factor:${accountId}`

/** Counted as a failure until `settleFactor`. @throws TrustError ACCOUNT_LOCKED, which passes with time */
export const admitFactor = (deps: Deps, accountId: string): Promise<void> =>
  deps.work.run(async (tx) => {
    const at = deps.clock.now()
    for (const row of await deps.store.attempts.lock(tx, [factorKey(accountId)])) {
      if (row.notBefore !== undefined && at < row.notBefore) throw new TrustError('ACCOUNT_LOCKED', 'too many failures')
      await deps.store.attempts.put(tx, failed(row, FACTOR, at))
    }
  })

/** The code was right. */
export const settleFactor = async (deps: Pick<Deps, 'clock' | 'store'>, tx: Tx, accountId: string): Promise<void> => {
  const key = factorKey(accountId)
  await deps.store.attempts.lock(tx, [key])
  await deps.store.attempts.put(tx, { key, failures: 0, lastSuccessAt: deps.clock.now() })
}

/** Failed registrations from one address: each asks a registry whether a name belongs to a number, which nobody may ask at will. */
const REGISTRATION: Limit = { free: 15, maxSeconds: 300 }
const registrationKey = (address: string): string => `registration:${addressGroup(address)}`

/** Counted as a failure until `settleRegistration`. @throws TrustError TOO_MANY_REQUESTS, which passes with time */
export const admitRegistration = (deps: Deps, address: string): Promise<void> =>
  deps.work.run(async (tx) => {
    const at = deps.clock.now()
    for (const row of await deps.store.attempts.lock(tx, [registrationKey(address)])) {
      if (row.notBefore !== undefined && at < row.notBefore)
        throw new TrustError('TOO_MANY_REQUESTS', 'too many failed registrations from this address')
      await deps.store.attempts.put(tx, failed(row, REGISTRATION, at))
    }
  })

/** It went through, or nothing was asked: a hall in which hundreds register is not held back. */
export const settleRegistration = async (deps: Pick<Deps, 'store'>, tx: Tx, address: string): Promise<void> => {
  for (const row of await deps.store.attempts.lock(tx, [registrationKey(address)]))
    await deps.store.attempts.put(tx, lifted(row))
}
