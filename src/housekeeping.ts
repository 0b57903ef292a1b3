/** What a running process does beside answering: delivers sign-outs, ends expired sessions, keeps CRLs fresh, sweeps what crashes left. */
import type { Assembly } from './assemble.ts'
import { PUSH_REMEMBERED_MS, makeRegisterPoller } from './identity/index.ts'
import type { Logger } from './kernel/index.ts'
import { systemClock, systemMonotonicClock } from './kernel/index.ts'
import { sweepLicenceDrafts } from './licence/index.ts'
import { makeSessionSweeper } from './oidc/index.ts'
import { bridgeCrls, listsDueByCeremony, publishCrls, sweepIntents } from './pki/index.ts'
import { sweepEnrolment } from './pki/enrolment/index.ts'
import { sweepTimeStamps } from './pki/node.ts'
import { sweepSealIntents } from './seal/index.ts'

export interface Housekeeping {
  stop(): Promise<void>
}

const EVERY_MS = 60_000
const WATCH_MS = 5_000
const FORGET_ATTEMPTS_MS = 31 * 86_400_000

const JUMP_MS = 5_000

/** False when the wall clock went another way than the monotonic one since it was asked before. */
const makeClockCheck = (): (() => boolean) => {
  const look = () => ({ wall: systemClock.now().getTime(), steady: systemMonotonicClock.milliseconds() })
  let before = look()
  return () => {
    const now = look()
    const stood = Math.abs(now.wall - before.wall - (now.steady - before.steady)) < JUMP_MS
    before = now
    return stood
  }
}

export const startHousekeeping = async (assembly: Assembly, logger: Logger): Promise<Housekeeping> => {
  const { pki, enrolment, status, seals, licences, oidc, identity, registers, logoutWorker } = assembly
  const failed = (what: string) => (error: unknown) =>
    logger.error('housekeeping.failed', { what, error: error instanceof Error ? error.name : 'unknown' })
  /** One step that fails keeps none of the others from being done. */
  const step = (what: string, work: () => Promise<unknown>): Promise<void> => work().then(() => undefined, failed(what))
  const clockStoodStill = makeClockCheck()

  const lists = async (): Promise<void> => {
    // A list of another day would be believed, or not, for as long as it lives: the next round sees clearer.
    if (!clockStoodStill()) return logger.warn('clock.jumped', { skipped: 'lists' })
    await publishCrls(pki)
  }
  const ceremonies = async (): Promise<void> => {
    for (const { issuerId, nextUpdate } of await listsDueByCeremony(pki))
      logger.warn('crl.ceremony-due', { issuerId, nextUpdate: nextUpdate?.toISOString() ?? 'none' })
  }
  const certificates = async (): Promise<void> => {
    for (const { issuerId, serialHex } of await sweepIntents(pki))
      logger.warn('certificate.intent-abandoned', { issuerId, serialHex })
  }
  const stamps = async (): Promise<void> => {
    const left = await sweepTimeStamps(status.timeStampDeps)
    if (left.length > 0) logger.warn('timestamp.intents-abandoned', { count: left.length })
  }
  const applications = async (): Promise<void> => {
    const { failed: codes } = await sweepEnrolment(enrolment)
    if (codes.length > 0) logger.warn('enrolment.not-issued', { codes: codes.join(' ') })
  }
  const drafts = async (): Promise<void> => {
    const left = await sweepLicenceDrafts(licences)
    if (left.length > 0) logger.warn('licence.drafts-left', { count: left.length })
  }
  const counters = async (): Promise<void> => {
    const now = identity.clock.now().getTime()
    await identity.store.attempts.sweep(new Date(now - FORGET_ATTEMPTS_MS))
    await identity.store.signInSteps.sweep(new Date(now))
    await identity.store.registerFeeds.sweep(new Date(now - PUSH_REMEMBERED_MS))
  }

  // Before anything is served: a verifier must find CRLs, and what a crash left must be said.
  await step('lists', lists)
  await step('clock', () => status.timestamps.watchClock())
  const round = async (): Promise<void> => {
    await step('lists', lists)
    await step('ceremonies', ceremonies)
    await step('certificates', certificates)
    await step('stamps', stamps)
    await step('applications', applications)
    await step('seals', () => sweepSealIntents({ ...seals, log: logger }))
    await step('drafts', drafts)
    await step('counters', counters)
  }
  let running: Promise<void> | undefined
  const tick = (): void => {
    running ??= round().finally(() => {
      running = undefined
    })
  }
  tick()
  const timer = setInterval(tick, EVERY_MS)
  // More often than anybody asks for a stamp: a clock that jumps is noticed before it is believed.
  const watching = setInterval(() => {
    status.timestamps
      .watchClock()
      .catch((error: unknown) =>
        logger.error('timestamp.unwatched', { error: error instanceof Error ? error.name : 'unknown' }),
      )
  }, WATCH_MS)
  // Beside the round, which waits for the database.
  const bridgesMayBeMade = makeClockCheck()
  const bridging = setInterval(() => {
    if (!bridgesMayBeMade()) return
    bridgeCrls(pki).then(
      (bridged) => bridged.forEach((list) => logger.warn('crl.bridged', { list })),
      (error: unknown) => logger.error('crl.bridge-failed', { error: error instanceof Error ? error.name : 'unknown' }),
    )
  }, EVERY_MS)
  const sweeper = makeSessionSweeper(oidc)
  const poller = makeRegisterPoller(registers)
  poller.start()
  logoutWorker.start()
  sweeper.start()
  return {
    stop: async () => {
      clearInterval(timer)
      clearInterval(bridging)
      clearInterval(watching)
      await running
      await poller.stop()
      await logoutWorker.stop()
      await sweeper.stop()
    },
  }
}
