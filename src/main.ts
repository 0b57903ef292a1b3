/**
 * The server. Order of starting: settings, self-check, data folder, port, parts, workers, demonstration; only then is it ready.
 * Refuses to start with faulty settings, with cryptography that does not pass its test, and on a folder that another process holds.
 */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { Server, ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { openDataFolder } from '../adapters/data-folder/index.ts'
import { makeLogger } from '../adapters/log/index.ts'
import type { Assembly } from './assemble.ts'
import { assemble } from './assemble.ts'
import type { Config } from './config.ts'
import { readConfig } from './config.ts'
import { selfCheck } from './crypto/node.ts'
import type { Demo } from './demo.ts'
import { TrustError, isTrustError } from './errors.ts'
import type { Listener } from './http/index.ts'
import { startHousekeeping } from './housekeeping.ts'
import type { Logger } from './kernel/index.ts'
import { systemClock } from './kernel/index.ts'
import { makeService } from './service.ts'

interface Running {
  stop(): Promise<void>
}

const notReady: Listener = (req, res) => {
  const live = req.url === '/health/live'
  res.writeHead(live ? 200 : 503, {
    'content-type': 'application/json',
    'retry-after': '2',
    'cache-control': 'no-store',
  })
  res.end(JSON.stringify(live ? { status: 'live' } : { status: 'not-ready', code: 'TRY_LATER' }))
}

const REQUEST_MS = 60_000

/** @throws TrustError CONFIG_INVALID */
const makeServer = async ({ tls }: Config['listen']): Promise<Server> => {
  if (tls === undefined) return createServer()
  const read = (name: string, file: string): Promise<Buffer> =>
    readFile(file).catch((cause: unknown) => {
      throw new TrustError('CONFIG_INVALID', `${name}: ${file} cannot be read`, { cause })
    })
  const [cert, key] = [await read('TLS_CERT_FILE', tls.certFile), await read('TLS_KEY_FILE', tls.keyFile)]
  try {
    return createTlsServer({ cert, key, minVersion: 'TLSv1.2' })
  } catch (cause) {
    throw new TrustError('CONFIG_INVALID', 'TLS_CERT_FILE and TLS_KEY_FILE are not a certificate and its key', {
      cause,
    })
  }
}

const listen = async (server: Server, { host, port }: Config['listen']): Promise<number> => {
  server.requestTimeout = REQUEST_MS
  server.on('request', notReady)
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  return (server.address() as AddressInfo).port
}

const STOP_MS = 20_000

/** Takes no new connection; what is asked already is answered, for so long as a supervisor is likely to wait. */
const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.prependListener('request', (_req, res: ServerResponse) => res.setHeader('connection', 'close'))
    const idle = setInterval(() => server.closeIdleConnections(), 50)
    const end = setTimeout(() => server.closeAllConnections(), STOP_MS)
    server.close(() => {
      clearInterval(idle)
      clearTimeout(end)
      resolve()
    })
    server.closeIdleConnections()
  })

const publicUrlOf = ({ publicUrl, listen: { tls } }: Config, port: number): string =>
  publicUrl ?? `${tls === undefined ? 'http' : 'https'}://localhost:${port}`

/** The demonstration's own organisation runs the CA, where no setting names one. */
const withOperator = (config: Config, demo: Demo | undefined): Config =>
  demo === undefined || config.caOperatorUscc !== undefined
    ? config
    : { ...config, caOperatorUscc: demo.caOperatorUscc }

/** The service on its port, serving; `demo` brings its own registries and is filled with its world. */
export const start = async (config: Config, logger: Logger, say: (line: string) => void): Promise<Running> => {
  const started = systemClock.now().getTime()
  for (const warning of selfCheck()) logger.warn('crypto.self-check', { warning })
  const server = await makeServer(config.listen)
  const folder = await openDataFolder(config.dataFolder, { exclusive: config.database.url === undefined })
  const port = await listen(server, config.listen)
  const publicUrl = publicUrlOf(config, port)
  const demo: Demo | undefined = config.production ? undefined : await (await import('./demo.ts')).startDemo(folder)
  const registries = demo?.registries ?? config.registries
  const settings = withOperator(config, demo)
  const assembly: Assembly = await assemble({
    config: settings,
    folder,
    publicUrl,
    clock: systemClock,
    logger,
    registries,
  })
  const service = await makeService({
    assembly,
    config,
    publicUrl,
    logger,
    clock: systemClock,
    portals: () => demo?.portals() ?? [],
  })
  const housekeeping = await startHousekeeping(assembly, logger)
  server.removeListener('request', notReady)
  server.on('request', service.listener)
  await assembly.db.alone(async () => demo?.populate(assembly, publicUrl))
  service.setReady()
  logger.info('service.ready', { ms: systemClock.now().getTime() - started, database: assembly.db.kind })
  say(demo?.greeting(publicUrl) ?? `信印 ${publicUrl}`)
  return {
    stop: async () => {
      await close(server)
      await demo?.stop()
      await housekeeping.stop()
      await assembly.sequencer.stop()
      await assembly.db.close()
      await folder.release()
    },
  }
}

const explain = (error: unknown): string => {
  if (isTrustError(error)) return `${error.code}: ${error.message}`
  const { code, message, stack } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return 'the port is in use: set PORT to another one (0 takes a free one)'
  return code === undefined ? (stack ?? message) : `${code}: ${message}`
}

/** Serves until SIGINT or SIGTERM. Exit code 0 after a stop, 2 when it did not start. */
export const main = async (): Promise<void> => {
  const say = (line: string): void => {
    process.stdout.write(`${line}\n`)
  }
  try {
    const config = readConfig(process.env)
    const running = await start(config, makeLogger(config.logLevel), say)
    let stopping = false
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => {
        if (stopping) return
        stopping = true
        running.stop().then(
          () => process.exit(0),
          () => process.exit(1),
        )
      })
  } catch (error) {
    process.stderr.write(`信印 did not start. ${explain(error)}\n`)
    process.exit(2)
  }
}

if (import.meta.main) await main()
