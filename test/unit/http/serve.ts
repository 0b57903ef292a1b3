/** A listener of src/http on loopback with routes of the test. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AnyRoute, Caller } from '../../../src/http/index.ts'
import { makeListener, routeTable } from '../../../src/http/index.ts'
import type { Logger } from '../../../src/kernel/index.ts'
import { systemClock } from '../../../src/kernel/index.ts'

export interface Served {
  readonly url: string
  readonly log: { readonly event: string; readonly fields: Readonly<Record<string, unknown>> }[]
  close(): Promise<void>
}

export const serve = async (
  routes: readonly AnyRoute[],
  { caller = { kind: 'anonymous' }, trustedProxies = [] }: { caller?: Caller; trustedProxies?: readonly string[] } = {},
): Promise<Served> => {
  const log: { event: string; fields: Readonly<Record<string, unknown>> }[] = []
  const note = (event: string, fields: Readonly<Record<string, unknown>> = {}): void => {
    log.push({ event, fields })
  }
  const logger: Logger = { info: note, warn: note, error: note }
  const server = createServer(
    makeListener({
      routes: routeTable(routes),
      publicUrl: 'https://trust.example',
      trustedProxies,
      clock: systemClock,
      logger,
      oidc: (_req, res) => res.end('oidc'),
      callerOf: () => Promise.resolve(caller),
      errorPage: ({ code }, language) => `<p>${code} ${language}</p>`,
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
