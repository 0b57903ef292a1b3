/** What a running process does beside answering: delivers sign-outs, ends expired sessions, keeps CRLs fresh, sweeps what crashes left. */
import type { Assembly } from './assemble.ts'
import { PUSH_REMEMBERED_MS, makeRegisterPoller } from './identity/index.ts'
import type { Logger } from './kernel/index.ts'
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

export const startHousekeeping = async (assembly: Assembly, logger: Logger): Promise<Housekeeping> => {
  const { pki, enrolment, status, seals, licences, oidc, identity, registers, logoutWorker } = assembly
  // Before anything is served: a verifier must find CRLs, and what a crash left must be said.
  await publishCrls(pki)
  const round = async (): Promise<void> => {
    await publishCrls(pki)
    for (const { issuerId, nextUpdate } of await listsDueByCeremony(pki))
      logger.warn('crl.ceremony-due', { issuerId, nextUpdate: nextUpdate?.toISOString() ?? 'none' })
    for (const { issuerId, serialHex } of await sweepIntents(pki))
      logger.warn('certificate.intent-abandoned', { issuerId, serialHex })
    const stamps = await sweepTimeStamps(status.timeStampDeps)
    if (stamps.length > 0) logger.warn('timestamp.intents-abandoned', { count: stamps.length })
    const { failed } = await sweepEnrolment(enrolment)
    if (failed.length > 0) logger.warn('enrolment.not-issued', { codes: failed.join(' ') })
    await sweepSealIntents({ ...seals, log: logger })
    const drafts = await sweepLicenceDrafts(licences)
    if (drafts.length > 0) logger.warn('licence.drafts-left', { count: drafts.length })
    const now = identity.clock.now().getTime()
    await identity.store.attempts.sweep(new Date(now - FORGET_ATTEMPTS_MS))
    await identity.store.signInSteps.sweep(new Date(now))
    await identity.store.registerFeeds.sweep(new Date(now - PUSH_REMEMBERED_MS))
  }
  let running: Promise<void> | undefined
  const tick = (): void => {
    running ??= round()
      .catch((error: unknown) =>
        logger.error('housekeeping.failed', { error: error instanceof Error ? error.name : 'unknown' }),
      )
      .finally(() => {
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
  const bridging = setInterval(() => {
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
