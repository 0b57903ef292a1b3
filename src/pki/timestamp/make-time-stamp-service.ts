/**
 * The time-stamping authority (RFC 3161; GB/T 20520), one key of each algorithm. Refuses digests other than SM3 and SHA-2, digests of
 * another length, other policies, and extensions, each with its PKIFailureInfo and before the key is touched; refuses everything while
 * the clock is in doubt.
 */
import { isMalformed } from '../../../standards/errors.ts'
import { OID } from '../../../standards/oid/index.ts'
import type { DigestAlgorithm } from '../../../standards/ports.ts'
import type { MessageImprint, PkiFailure, TimeStampRequest } from '../../../standards/rfc3161-tsp/index.ts'
import {
  DIGEST_OIDS,
  encodeTimeStampRefusal,
  encodeTimeStampResponse,
  hasDigestLength,
  parseTimeStampRequest,
} from '../../../standards/rfc3161-tsp/index.ts'
import { TrustError } from '../../errors.ts'
import type { ClockGuard } from './clock-guard.ts'
import { makeClockGuard } from './clock-guard.ts'
import { compareWithDatabase } from './compare-with-database.ts'
import type { Batches } from './in-batches.ts'
import { makeBatches } from './in-batches.ts'
import type { WantedStamp } from './issue-time-stamps.ts'
import { ClockStopped, issueTimeStamps } from './issue-time-stamps.ts'
import type { TimeStampDeps, TimeStampSuite } from './ports.ts'
import { stopClock } from './stop-clock.ts'

const BATCH = 128
const BATCHES_AT_ONCE = 4
const WAITING = 2_000

export interface TimeStampService {
  /** DER TimeStampReq from anybody → DER TimeStampResp; never throws on what was asked. Undefined: no such TSA here. */
  answer(suite: TimeStampSuite, request: Uint8Array): Promise<Uint8Array | undefined>
  /** A token over this message, with certificates: for our own seals. @throws TrustError TRY_LATER when none is to be had */
  stamp(suite: TimeStampSuite, message: Uint8Array): Promise<Uint8Array>
  /** Looks at the clock when nobody asks, and at the database's; to be called at the start and every few seconds. */
  watchClock(): Promise<void>
}

const WORDS: Readonly<Record<PkiFailure, string>> = {
  badAlg: 'digests: SM3, SHA-256, SHA-384, SHA-512',
  badRequest: 'not supported',
  badDataFormat: 'not a TimeStampReq, or a digest of another length',
  timeNotAvailable: 'the clock is being checked; no time stamps until an operator has confirmed it',
  unacceptedPolicy: `the policy is ${OID.timeStampPolicy}`,
  unacceptedExtension: 'no extensions are served',
  addInfoNotAvailable: 'not available',
  systemFailure: 'try again later',
}
const refuse = (failure: PkiFailure): Uint8Array => encodeTimeStampRefusal(failure, WORDS[failure])

const parsed = (der: Uint8Array): TimeStampRequest | undefined => {
  try {
    return parseTimeStampRequest(der)
  } catch (error) {
    if (!isMalformed(error)) throw error
    return undefined
  }
}

/** Undefined: nothing to say against it. */
const objection = ({ imprint, policy, extensions }: TimeStampRequest): PkiFailure | undefined => {
  if (imprint.algorithm === undefined || DIGEST_OIDS[imprint.algorithm] === undefined) return 'badAlg'
  if (!hasDigestLength(imprint)) return 'badDataFormat'
  if (policy !== undefined && policy !== OID.timeStampPolicy) return 'unacceptedPolicy'
  return extensions.length > 0 ? 'unacceptedExtension' : undefined
}

/** A jump that was seen and could not be written down yet still stops everything here. */
const makeWatch = (deps: TimeStampDeps, guard: ClockGuard) => {
  let seen: number | undefined
  return async (): Promise<boolean> => {
    seen = guard.look() ?? seen
    if (seen === undefined) return true
    await stopClock(deps, { reason: 'clock-jumped', driftMs: seen })
    seen = undefined
    return false
  }
}

const imprintOf = (deps: TimeStampDeps, algorithm: DigestAlgorithm, message: Uint8Array): MessageImprint => ({
  algorithm,
  algorithmOid: DIGEST_OIDS[algorithm] as string,
  hash: deps.crypto.digest(algorithm, message),
})

export const makeTimeStampService = (deps: TimeStampDeps): TimeStampService => {
  const watch = makeWatch(deps, makeClockGuard(deps))
  const queues = new Map<TimeStampSuite, Batches<WantedStamp, Uint8Array>>()
  for (const suite of ['sm2', 'p256'] as const) {
    const key = deps.keys[suite]
    if (key === undefined) continue
    const run = async (items: readonly WantedStamp[]): Promise<readonly Uint8Array[]> => {
      if (!(await watch())) throw new ClockStopped()
      return issueTimeStamps(deps, key, items)
    }
    queues.set(suite, makeBatches({ most: BATCH, atOnce: BATCHES_AT_ONCE, waiting: WAITING, run }))
  }

  const failureOf = (suite: TimeStampSuite, error: unknown): PkiFailure => {
    if (error instanceof ClockStopped) return 'timeNotAvailable'
    deps.logger.error('timestamp.failed', { suite, error: (error as { readonly code?: string }).code ?? 'unknown' })
    return 'systemFailure'
  }

  return {
    answer: async (suite, der) => {
      const queue = queues.get(suite)
      if (queue === undefined) return undefined
      const request = parsed(der)
      if (request === undefined) return refuse('badDataFormat')
      const failure = objection(request)
      if (failure !== undefined) return refuse(failure)
      const { imprint, nonce, certReq } = request
      return queue.add({ imprint, certReq, ...(nonce === undefined ? {} : { nonce }) }).then(
        (token) => encodeTimeStampResponse(token),
        (error: unknown) => refuse(failureOf(suite, error)),
      )
    },
    stamp: async (suite, message) => {
      const imprint = imprintOf(deps, suite === 'sm2' ? 'sm3' : 'sha256', message)
      try {
        const queue = queues.get(suite)
        if (queue === undefined) throw new TrustError('KEY_NOT_FOUND', `no time-stamp key for ${suite}`)
        return await queue.add({ imprint, certReq: true })
      } catch (cause) {
        throw new TrustError('TRY_LATER', `no time stamp: ${failureOf(suite, cause)}`, { cause })
      }
    },
    watchClock: async () => {
      if (await watch()) await compareWithDatabase(deps)
    },
  }
}
