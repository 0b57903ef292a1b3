/** One attempt to tell one portal, and what is written down about it. Never throws for what the portal does. */
import { isOutage, outcomeOf, type Attempt } from './logout-schedule.ts'
import { makeLogoutToken } from './logout-token.ts'
import { PortalError, type Delivery, type DeliveryOutcome, type OidcDeps } from './ports.ts'

export type DeliveryDeps = Pick<
  OidcDeps,
  'clock' | 'ids' | 'publicUrl' | 'signingKeys' | 'portals' | 'work' | 'store' | 'audit' | 'logger'
>

const attempt = async (deps: DeliveryDeps, delivery: Delivery): Promise<Attempt> => {
  try {
    return await deps.portals.post(delivery.uri, { logout_token: await makeLogoutToken(deps, delivery) })
  } catch (error) {
    if (error instanceof PortalError) return { fault: error.fault }
    throw error
  }
}

const settle = (deps: DeliveryDeps, delivery: Delivery, outcome: DeliveryOutcome): Promise<boolean> =>
  deps.work.run(async (tx) => {
    if (!(await deps.store.logouts.settle(tx, delivery, outcome, deps.clock.now()))) return false
    if (outcome.state !== 'pending')
      await deps.audit.record(tx, {
        action: `logout.${outcome.state}`,
        actor: { kind: 'system', id: 'logout-worker' },
        object: { kind: 'client', id: delivery.clientId },
        detail: {
          delivery: delivery.id,
          attempts: delivery.attempts,
          ...('lastError' in outcome ? { error: outcome.lastError } : {}),
        },
      })
    return true
  })

const report = ({ logger, clock }: DeliveryDeps, delivery: Delivery, outcome: DeliveryOutcome): void => {
  const fields = {
    clientId: delivery.clientId,
    attempts: delivery.attempts,
    millis: clock.now().getTime() - delivery.createdAt.getTime(),
  }
  if (outcome.state === 'confirmed') logger.info('logout.confirmed', fields)
  else if (outcome.state === 'pending') logger.warn('logout.retried', { ...fields, error: outcome.lastError })
  else logger.error(`logout.${outcome.state}`, { ...fields, error: outcome.lastError })
}

/** True when the portal's host is in health; false opens the circuit. */
export const deliverLogout = async (deps: DeliveryDeps, delivery: Delivery): Promise<boolean> => {
  const outcome = outcomeOf(await attempt(deps, delivery), delivery, deps.clock.now())
  if (await settle(deps, delivery, outcome)) report(deps, delivery, outcome)
  else deps.logger.warn('logout.lease-lost', { clientId: delivery.clientId, attempts: delivery.attempts })
  return !isOutage(outcome)
}
