/** A CA in memory with its TSA: a journal in memory by the rules of the real one, two clocks that are moved by hand. */
import type { ClockHalt, TimeStampBatch, TimeStampStore } from '../../../src/pki/node.ts'
import { makeTimeStampKeys, makeTimeStampService } from '../../../src/pki/node.ts'
import type { TimeStampDeps } from '../../../src/pki/node.ts'
import { recordCeremony } from '../../../src/pki/index.ts'
import { silentLogger } from '../../../src/kernel/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { TrustError } from '../../../src/errors.ts'
import { utf8 } from '../../../standards/bytes.ts'
import type { DigestAlgorithm } from '../../../standards/ports.ts'
import type { TimeStampRequestDraft, TimeStampResponse } from '../../../standards/rfc3161-tsp/index.ts'
import { encodeTimeStampRequest, parseTimeStampResponse } from '../../../standards/rfc3161-tsp/index.ts'
import { pkiWorld } from '../pki/pki-world.ts'

interface Row {
  readonly batch: TimeStampBatch
  readonly serialHex: string
  readonly seq: number
  state: 'open' | 'issued' | 'abandoned'
}

export const memoryTimeStampStore = (databaseTime: () => Date) => {
  const rows: Row[] = []
  const halts: (ClockHalt & { through?: number })[] = []
  const store: TimeStampStore = {
    intend: (_tx, batch) => {
      for (const { serialHex } of batch.intents) {
        if (rows.some((r) => r.serialHex === serialHex)) return Promise.reject(new Error('serial number used twice'))
        rows.push({ batch, serialHex, seq: rows.length + 1, state: 'open' })
      }
      return Promise.resolve()
    },
    complete: (_tx, batchId, signed) => {
      for (const { serialHex } of signed) {
        const row = rows.find((r) => r.serialHex === serialHex && r.batch.id === batchId && r.state === 'open')
        if (row === undefined) return Promise.reject(new TrustError('CONFLICT', 'not open'))
        row.state = 'issued'
      }
      return Promise.resolve()
    },
    abandonIntents: (_tx, before) => {
      const old = rows.filter((r) => r.state === 'open' && r.batch.genTime < before)
      for (const row of old) row.state = 'abandoned'
      return Promise.resolve(old.map((r) => r.serialHex))
    },
    lastGenTime: () => {
      const through = Math.max(0, ...halts.map((h) => h.through ?? 0))
      const times = rows.filter((r) => r.seq > through).map((r) => r.batch.genTime.getTime())
      return Promise.resolve(times.length === 0 ? undefined : new Date(Math.max(...times)))
    },
    openHalt: () => Promise.resolve(halts.find((h) => h.through === undefined)),
    halt: (_tx, halt) => {
      if (halts.some((h) => h.through === undefined)) return Promise.resolve(false)
      halts.push({ ...halt })
      return Promise.resolve(true)
    },
    confirmClock: () => {
      const open = halts.find((h) => h.through === undefined)
      if (open !== undefined) open.through = rows.length
      return Promise.resolve(open)
    },
    countIssued: () => Promise.resolve(rows.filter((r) => r.state === 'issued').length),
    databaseTime: () => Promise.resolve(databaseTime()),
  }
  return { ...store, rows, halts }
}

export const tsaWorld = async (replace: Partial<TimeStampDeps> = {}) => {
  const world = await pkiWorld()
  const { deps, certificates, ceremony } = world
  await recordCeremony(deps, certificates)
  let steady = 0
  let apart = 0
  const journal = memoryTimeStampStore(() => new Date(world.clock.now().getTime() + apart))
  const parts: TimeStampDeps = {
    work: deps.work,
    store: journal,
    audit: deps.audit,
    keys: makeTimeStampKeys(deps.authorities, { certificates, keyStore: ceremony.keyStore }),
    crypto: nodeCrypto,
    clock: world.clock,
    monotonic: { milliseconds: () => steady },
    ids: deps.ids,
    random: deps.random,
    logger: silentLogger,
    ...replace,
  }
  const service = makeTimeStampService(parts)
  return {
    ...world,
    journal,
    parts,
    service,
    /** Both clocks. */
    pass: (ms: number) => {
      steady += ms
      world.clock.advance(ms)
    },
    /** How far the database's clock is ahead of ours. */
    setApart: (ms: number) => void (apart = ms),
    /** The wall clock alone. */
    jump: (ms: number) => world.clock.advance(ms),
    signings: () => ceremony.keyStore.uses.filter((id) => id.startsWith('tsa')).length,
    ask: async (wish: Partial<TimeStampRequestDraft> = {}, suite: 'sm2' | 'p256' = 'sm2'): Promise<TimeStampResponse> =>
      parseTimeStampResponse((await service.answer(suite, queryOf(wish))) ?? new Uint8Array()),
  }
}

export const MESSAGE = utf8('信印 time stamp')

export const queryOf = ({ algorithm = 'sm3', ...wish }: Partial<TimeStampRequestDraft> = {}): Uint8Array =>
  encodeTimeStampRequest({
    algorithm,
    hash: nodeCrypto.digest(algorithm satisfies DigestAlgorithm, MESSAGE),
    certReq: true,
    ...wish,
  })
