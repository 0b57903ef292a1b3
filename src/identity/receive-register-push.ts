/** Takes what a registry pushes: authenticated, once, and each event applied by itself. What fails is named, so that it is told again. */
import { TrustError } from '../errors.ts'
import { applyRegisterEvent, type RegisterDeps } from './apply-register-event.ts'
import type { RegisterPush, RegisterPushGate } from './ports.ts'
import type { RegisterOutcome, RegistryName } from './register-event.ts'

export interface PushReceiver extends RegisterDeps {
  readonly pushGates: Readonly<Record<RegistryName, RegisterPushGate>>
}

/** Longer than the gate looks back. */
export const PUSH_REMEMBERED_MS = 3_600_000

/** The signed answer. @throws TrustError UNAUTHENTICATED (not signed, too old, or seen before), INPUT_INVALID */
export const receiveRegisterPush = async (
  deps: PushReceiver,
  registry: RegistryName,
  push: RegisterPush,
): Promise<{ readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array }> => {
  const { nonce, events, answer } = deps.pushGates[registry].open(push)
  if (!(await deps.store.registerFeeds.usePush(registry, nonce, deps.clock.now())))
    throw new TrustError('UNAUTHENTICATED', 'this push was seen before')
  const outcomes: { readonly eventId: string; readonly outcome: RegisterOutcome | 'failed' }[] = []
  for (const event of events) {
    // One that cannot be applied now must not take the others with it; the registry pushes it again, or the feed brings it.
    const outcome = await applyRegisterEvent(deps, { event, via: 'push' }).catch(() => 'failed' as const)
    outcomes.push({ eventId: event.id, outcome })
  }
  return answer(outcomes)
}
