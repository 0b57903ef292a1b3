/** Liveness: the process answers. Readiness: the main job can be done now, part by part. */
import { noBody } from '../body.ts'
import { json } from '../reply.ts'
import type { AnyRoute } from '../route.ts'
import { route } from '../route.ts'

/** Resolves when the part works; rejects when it does not. */
export type HealthChecks = Readonly<Record<string, () => Promise<void>>>

const LIMIT_MS = 2_000

const within = (check: Promise<void>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), LIMIT_MS)
  })
  const done = check.then(
    () => true,
    () => false,
  )
  return Promise.race([done, late]).finally(() => clearTimeout(timer))
}

export const healthRoutes = (checks: HealthChecks): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: '/health/live',
    access: 'public',
    kind: 'api',
    summary: 'The process answers',
    body: noBody,
    handler: () => Promise.resolve(json({ status: 'live' })),
  }),
  route({
    method: 'GET',
    path: '/health/ready',
    access: 'public',
    kind: 'api',
    summary: 'The main job can be done now',
    body: noBody,
    handler: async () => {
      const parts = await Promise.all(
        Object.entries(checks).map(async ([name, check]) => [name, await within(check())] as const),
      )
      const ready = parts.every(([, works]) => works)
      return json({ status: ready ? 'ready' : 'not-ready', parts: Object.fromEntries(parts) }, ready ? 200 : 503)
    },
  }),
]
