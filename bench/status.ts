/**
 * Status answers and time stamps over HTTP on loopback, against a bare Node server that hands out a file of the same size. `ocsp.answer`
 * is an answer that is kept; `ocsp.nonce` is signed for its request; `tsp.token` is journalled, signed, audited and chained, many at once.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Agent, createServer, request } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Db } from '../adapters/postgres/db.ts'
import { makeTimeStampStore } from '../adapters/postgres/timestamp-store.ts'
import { nodeCrypto } from '../src/crypto/node.ts'
import { makeListener, ocspRoutes, routeTable, timeStampRoutes } from '../src/http/index.ts'
import { silentLogger, systemClock, systemMonotonicClock, systemRandom } from '../src/kernel/index.ts'
import { makeOcspResponders, makeOcspService, makeTimeStampKeys, makeTimeStampService } from '../src/pki/node.ts'
import { encodeCertId, encodeOcspRequest, issuerDigests, parseOcspResponse } from '../standards/rfc6960-ocsp/index.ts'
import { encodeTimeStampRequest, parseTimeStampResponse } from '../standards/rfc3161-tsp/index.ts'
import { skipWithoutPostgres, startPostgres } from '../test/support/database.ts'
import { makeWorld } from '../test/support/world.ts'
import type { Act, Bench, Say } from './figure.ts'
import { compare } from './figure.ts'

const AT_ONCE = 32
/** A busy TSA: those who come together are journalled together. */
const STAMPS_AT_ONCE = 128
const NAMES = ['ocsp.answer', 'ocsp.nonce', 'tsp.token', 'tsp.token.postgres'] as const

const listen = async (listener: RequestListener): Promise<{ url: string; close(): void }> => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: STAMPS_AT_ONCE })

const post = (url: string, type: string, body: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': type, 'content-length': body.length }
    const req = request(url, { method: 'POST', agent, headers }, (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk: Buffer) => chunks.push(chunk))
      res.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))))
    })
    req.on('error', reject)
    req.end(body)
  })

type World = Awaited<ReturnType<typeof makeWorld>>

const serviceOf = (w: World) => {
  const source = { certificates: w.ceremony.certificates, keyStore: w.keys }
  const common = { crypto: nodeCrypto, clock: systemClock, monotonic: systemMonotonicClock, logger: silentLogger }
  const ocsp = makeOcspService({
    ...common,
    store: w.pki.store,
    responders: makeOcspResponders(w.pki.authorities, source),
  })
  const { work, audit, ids } = w.pki
  const timestamps = makeTimeStampService({
    ...{ ...common, work, audit, ids, random: systemRandom },
    store: makeTimeStampStore(w.db),
    keys: makeTimeStampKeys(w.pki.authorities, source),
  })
  return makeListener({
    routes: routeTable([...ocspRoutes(ocsp, systemClock), ...timeStampRoutes(timestamps)]),
    publicUrl: 'http://127.0.0.1',
    trustedProxies: [],
    clock: systemClock,
    logger: silentLogger,
    oidc: (_req, res) => res.end(),
    callerOf: () => Promise.resolve({ kind: 'anonymous' }),
    errorPage: () => '',
  })
}

/** Reads what it is sent and a file, as a web server does. */
const fileServer =
  (path: string): RequestListener =>
  (req, res) => {
    req.resume()
    req.on('end', () => {
      readFile(path).then(
        (bytes) => res.writeHead(200, { 'content-length': bytes.length }).end(bytes),
        () => res.destroy(),
      )
    })
  }

/** A question about a certificate of the world, by the CA that issued it. */
const questionOf = (w: World): Pick<Parameters<typeof encodeOcspRequest>[0], 'certIds'> & { issuerId: string } => {
  const issuer = w.pki.authorities.find((a) => a.id === 'root-sm2')?.certificate
  const subject = w.pki.authorities.find((a) => a.id === 'office-ca-sm2')?.certificate
  if (issuer === undefined || subject === undefined) throw new Error('no CA')
  const certId = encodeCertId('sm3', issuerDigests(nodeCrypto, 'sm3', issuer), subject.serial)
  return { certIds: [certId], issuerId: 'root-sm2' }
}

interface Measured {
  readonly name: (typeof NAMES)[number]
  readonly unit: string
  readonly path: string
  readonly type: string
  readonly body: () => Uint8Array
  readonly atOnce: number
  check(answer: Uint8Array): boolean
}

const statusOf = (w: World): Measured[] => {
  const { certIds, issuerId } = questionOf(w)
  const ocsp = { path: `/ocsp/${issuerId}`, type: 'application/ocsp-request', atOnce: AT_ONCE }
  const check = (der: Uint8Array): boolean => parseOcspResponse(der).answers?.singles[0]?.status.kind === 'good'
  const plain = encodeOcspRequest({ certIds })
  return [
    { name: 'ocsp.answer', unit: `answers/s, ${AT_ONCE} at once`, ...ocsp, body: () => plain, check },
    {
      name: 'ocsp.nonce',
      unit: `answers/s signed anew, ${AT_ONCE} at once`,
      ...ocsp,
      body: () => encodeOcspRequest({ certIds, nonce: systemRandom.bytes(32) }),
      check,
    },
  ]
}

const stamping = (name: Measured['name'], database: string): Measured => {
  const query = encodeTimeStampRequest({ algorithm: 'sm3', hash: new Uint8Array(32), certReq: true })
  return {
    ...{ name, unit: `tokens/s, ${STAMPS_AT_ONCE} at once, ${database}`, atOnce: STAMPS_AT_ONCE },
    ...{ path: '/tsa/sm2', type: 'application/timestamp-query', body: () => query },
    check: (der) => parseTimeStampResponse(der).status === 'granted',
  }
}

const measure = async (say: Say, url: string, { name, unit, path, type, body, atOnce, check }: Measured) => {
  const sample = await post(url + path, type, body())
  if (!check(sample)) throw new Error(`${name}: a refusal`)
  const folder = mkdtempSync(join(tmpdir(), 'xinyin-bench-'))
  writeFileSync(join(folder, 'file'), sample)
  const theirs = await listen(fileServer(join(folder, 'file')))
  const asking =
    (to: string): Act =>
    async () => {
      if ((await post(to, type, body())).length < sample.length / 2) throw new Error(`${name}: a refusal`)
    }
  say(
    await compare({
      ...{ name, unit, atOnce, act: asking(url + path) },
      yardstick: `the same bytes from a file by bare Node, ${atOnce} at once`,
      ...{ yardstickAct: asking(theirs.url), yardstickAtOnce: atOnce },
    }),
  )
  theirs.close()
  rmSync(folder, { recursive: true })
}

const onWorld = async (say: Say, db: Db | undefined, list: (w: World) => readonly Measured[]): Promise<void> => {
  const w = await makeWorld({ clock: systemClock, ...(db === undefined ? {} : { db }) })
  const ours = await listen(serviceOf(w))
  try {
    for (const one of list(w)) await measure(say, ours.url, one)
  } finally {
    ours.close()
    await w.close()
  }
}

export const bench: Bench['bench'] = async (say, wanted) => {
  const mine = (list: readonly Measured[]): readonly Measured[] => list.filter(({ name }) => wanted(name))
  if (NAMES.slice(0, 3).some(wanted))
    await onWorld(say, undefined, (w) => mine([...statusOf(w), stamping('tsp.token', 'embedded database')]))
  if (wanted('tsp.token.postgres') && !skipWithoutPostgres()) {
    const server = startPostgres()
    try {
      await onWorld(say, await server.fresh(10), () => [stamping('tsp.token.postgres', 'PostgreSQL')])
    } finally {
      server.stop()
    }
  }
  agent.destroy()
}
