/**
 * Sessions with one token: logged in once, a few at a time, the rest wait their turn. A device that goes away is given up at the
 * first error and looked for again at the next use; what was under way ends with TRY_LATER, and so does what hangs.
 * Refuses to try a PIN that the token refused, or that is its last try: the third attempt would lock the token.
 */
import { TrustError, isTrustError } from '../../src/errors.ts'
import type { Cryptoki, Handle } from './cryptoki.ts'
import { CK, returnOf } from './cryptoki.ts'

export interface ConnectionOptions {
  readonly cryptoki: Cryptoki
  readonly tokenLabel: string
  /** Read at each login, so that a changed PIN needs no restart. */
  readonly pin: () => string
  readonly sessions: number
  /** Milliseconds one use may take; 10,000. */
  readonly patience?: number
  /** Milliseconds between two attempts to find a device that is away; 1,000. */
  readonly retryAfter?: number
}

export interface Line {
  readonly cryptoki: Cryptoki
  readonly session: Handle
  readonly slot: Handle
  /** Changes with each new connection: handles of objects belong to one of them. */
  readonly generation: number
}

export interface Connection {
  /** @throws TrustError TRY_LATER, CONFIG_INVALID (PIN); what `work` throws of its own */
  use<T>(work: (line: Line) => Promise<T>): Promise<T>
  close(): Promise<void>
}

interface Open {
  readonly slot: Handle
  readonly generation: number
  readonly idle: Handle[]
}

const away = (cause?: unknown): TrustError => new TrustError('TRY_LATER', 'the key device does not answer', { cause })

const initialise = (cryptoki: Cryptoki): void => {
  try {
    cryptoki.C_Initialize({ flags: CK.OS_LOCKING_OK })
  } catch (error) {
    if (returnOf(error) !== 'CRYPTOKI_ALREADY_INITIALIZED') throw error
  }
}

const findSlot = ({ cryptoki, tokenLabel }: ConnectionOptions): Handle => {
  const found = cryptoki.C_GetSlotList(true).filter((s) => cryptoki.C_GetTokenInfo(s).label.trim() === tokenLabel)
  if (found.length > 1) throw new TrustError('CONFIG_INVALID', `PKCS11_TOKEN_LABEL: several tokens are called so`)
  if (found[0] === undefined) throw away()
  return found[0]
}

const pinRefused = (what: string): TrustError => new TrustError('CONFIG_INVALID', `PKCS11_PIN_FILE: ${what}`)

/** A session before the others: the login holds for all of them. */
const login = (options: ConnectionOptions, slot: Handle, refused: Set<string>): Handle => {
  const { cryptoki } = options
  const session = cryptoki.C_OpenSession(slot, CK.SERIAL_SESSION | CK.RW_SESSION)
  const pin = options.pin()
  if (refused.has(pin)) throw pinRefused('the token refused this PIN before')
  const { flags } = cryptoki.C_GetTokenInfo(slot)
  if ((flags & CK.USER_PIN_LOCKED) !== 0) throw pinRefused('the PIN of the token is locked')
  try {
    // A session of this process that is logged in already says so, and then the PIN is not tried.
    if ((flags & CK.USER_PIN_FINAL_TRY) !== 0) throw pinRefused('one try is left: log in with another program first')
    cryptoki.C_Login(session, CK.USER, pin)
  } catch (error) {
    const code = returnOf(error)
    if (code === 'USER_ALREADY_LOGGED_IN') return session
    if (code?.startsWith('PIN_') !== true) throw error
    refused.add(pin)
    throw pinRefused('the token refuses the PIN')
  }
  return session
}

/** Semaphore: as many at once as there are sessions. */
const makeTurns = (count: number) => {
  let free = count
  const waiting: (() => void)[] = []
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free++
      else next()
    }
  }
}

/** Settles as `work` does, or with TRY_LATER: a library that hangs must not hang us. */
const within = async <T>(patience: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(away(new Error('timed out'))), patience)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Who is inside the library, and a promise for when nobody is. */
const makeCounter = () => {
  let inside = 0
  const waiting: (() => void)[] = []
  return {
    enter: (): void => void inside++,
    leave: (): void => {
      if (--inside === 0) for (const go of waiting.splice(0)) go()
    },
    empty: (): Promise<void> => (inside === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  }
}

export const makeConnection = (options: ConnectionOptions): Connection => {
  const { cryptoki, sessions, patience = 10_000, retryAfter = 1_000 } = options
  const turns = makeTurns(sessions)
  const users = makeCounter()
  const refused = new Set<string>()
  let current: Open | undefined
  let connecting: Promise<Open> | undefined
  let generation = 0
  let failedAt = -Infinity
  /** Calls that we stopped waiting for and that are still inside the library, each on a thread of Node's pool. */
  let hanging = 0

  /** The library starts anew each time, as it may remember a token that is gone; handles of before mean nothing afterwards. */
  const connect = async (): Promise<Open> => {
    await users.empty()
    if (hanging > 0 || performance.now() - failedAt < retryAfter) throw away()
    try {
      if (generation++ > 0) ignoring(() => cryptoki.C_Finalize())
      initialise(cryptoki)
      const slot = findSlot(options)
      return { slot, generation, idle: [login(options, slot, refused)] }
    } catch (error) {
      failedAt = performance.now()
      throw isTrustError(error) ? error : away(error)
    }
  }

  const connected = async (): Promise<Open> => {
    if (current !== undefined) return current
    connecting ??= connect().finally(() => (connecting = undefined))
    return (current = await connecting)
  }

  /** A call that hangs keeps its session: closing it would hang too. */
  const patiently = async <T>(working: Promise<T>): Promise<T> => {
    try {
      return await within(patience, working)
    } catch (error) {
      if (!isTimeout(error)) throw error
      hanging++
      working.catch(() => undefined).finally(() => hanging--)
      throw error
    }
  }

  const once = async <T>(open: Open, work: (line: Line) => Promise<T>): Promise<T> => {
    users.enter()
    try {
      const { slot } = open
      const session = open.idle.pop() ?? cryptoki.C_OpenSession(slot, CK.SERIAL_SESSION | CK.RW_SESSION)
      const result = await patiently(work({ cryptoki, session, slot, generation: open.generation }))
      open.idle.push(session)
      return result
    } catch (error) {
      // Whatever a session was in the middle of, it is of no more use; refusals of ours come between two operations.
      if (returnOf(error) !== undefined || isTrustError(error, 'TRY_LATER')) {
        if (current === open) current = undefined
        throw isTrustError(error) ? error : away(error)
      }
      throw error
    } finally {
      users.leave()
    }
  }

  return {
    use: (work) =>
      turns(async () => {
        const isFirst = current === undefined
        const open = await connected()
        try {
          return await once(open, work)
        } catch (error) {
          // Once more on a new connection, if it was an old one that broke: a token that was pulled and is back again.
          if (isFirst || !isTrustError(error, 'TRY_LATER') || isTimeout(error)) throw error
          return once(await connected(), work)
        }
      }),
    close: async () => {
      await users.empty()
      for (const session of current?.idle ?? []) ignoring(() => cryptoki.C_CloseSession(session))
      current = undefined
    },
  }
}

const isTimeout = (error: unknown): boolean =>
  isTrustError(error, 'TRY_LATER') && (error.cause as Error | undefined)?.message === 'timed out'

/** For what is thrown away: a library that cannot close a session has none. */
const ignoring = (work: () => void): void => {
  try {
    work()
  } catch (error) {
    if (returnOf(error) === undefined) throw error
  }
}
