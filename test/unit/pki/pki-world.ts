/** A CA in memory for tests: keys, ceremony, register without a database. The clock is moved by hand. */
import { randomBytes } from 'node:crypto'
import type { CeremonyDeps, CeremonyShelf } from '../../../keys/ceremony.ts'
import { runCeremony } from '../../../keys/ceremony.ts'
import { standardHierarchy } from '../../../keys/hierarchy.ts'
import type { AuditEvent, AuditTrail } from '../../../src/audit/index.ts'
import type { KeyAlgorithm, KeyStore, Signer } from '../../../src/crypto/index.ts'
import { generatePkcs8, nodeCrypto, signerFromPkcs8, softwareSigner } from '../../../src/crypto/node.ts'
import { TrustError } from '../../../src/errors.ts'
import type { Clock, RandomSource, Tx, UnitOfWork } from '../../../src/kernel/index.ts'
import { makeIds } from '../../../src/kernel/index.ts'
import type { PkiDeps } from '../../../src/pki/index.ts'
import { makeAuthorities, standardProfiles } from '../../../src/pki/index.ts'
import { memoryStore } from './memory-pki-store.ts'

export const PUBLIC_URL = 'http://127.0.0.1:3000'
export const START = new Date('2026-11-21T08:00:00.400Z')
export const DAY = 86_400_000

export const random: RandomSource = { bytes: (n) => new Uint8Array(randomBytes(n)) }

export const movableClock = (start = START): Clock & { advance(ms: number): void } => {
  let now = start.getTime()
  return { now: () => new Date(now), advance: (ms) => void (now += ms) }
}

/** Counts how often each key was taken out. */
export const memoryKeyStore = (
  signers = new Map<string, Signer>(),
): KeyStore & { readonly uses: string[]; readonly signers: ReadonlyMap<string, Signer> } => {
  const uses: string[] = []
  return {
    uses,
    signers,
    generate: (id, algorithm: KeyAlgorithm) => {
      const signer = softwareSigner(generatePkcs8(algorithm))
      signers.set(id, signer)
      return Promise.resolve(signer.publicKey)
    },
    has: (id) => Promise.resolve(signers.has(id)),
    signer: (id) => {
      const found = signers.get(id)
      if (found === undefined) return Promise.reject(new TrustError('KEY_NOT_FOUND', 'no key'))
      return Promise.resolve({
        ...found,
        sign: (message) => {
          uses.push(id)
          return found.sign(message)
        },
      })
    },
  }
}

export const memoryShelf = (
  files = new Map<string, Uint8Array>(),
): CeremonyShelf & { readonly files: Map<string, Uint8Array> } => {
  return {
    files,
    read: (name) => Promise.resolve(files.get(name)),
    write: (name, bytes) => {
      if (files.has(name)) return Promise.reject(new TrustError('CONFLICT', 'kept already'))
      files.set(name, bytes)
      return Promise.resolve()
    },
  }
}

export const newPublicKey = (algorithm: KeyAlgorithm = 'SM2'): Uint8Array =>
  signerFromPkcs8(generatePkcs8(algorithm)).publicKey

const memoryWork: UnitOfWork = { run: (work) => work({} as Tx) }

export const memoryAudit = (): AuditTrail & { readonly events: AuditEvent[]; readonly chainedIds: string[] } => {
  const events: AuditEvent[] = []
  const chainedIds: string[] = []
  return {
    events,
    chainedIds,
    record: (_tx, event) => Promise.resolve(String(events.push(event))),
    chained: (id) => Promise.resolve(void chainedIds.push(id)),
  }
}

export const ceremonyDeps = (
  clock: Clock,
): CeremonyDeps & {
  readonly keyStore: ReturnType<typeof memoryKeyStore>
  readonly shelf: ReturnType<typeof memoryShelf>
} => ({
  keyStore: memoryKeyStore(),
  shelf: memoryShelf(),
  hierarchy: standardHierarchy,
  profiles: standardProfiles,
  crypto: nodeCrypto,
  clock,
  random,
  publicUrl: PUBLIC_URL,
})

let firstRun: Promise<ReturnType<typeof ceremonyDeps>> | undefined
/** What the ceremony made, copied: fifty keys and certificates for every test would be most of its time. */
const afterCeremony = async (clock: Clock, ownKeys: boolean) => {
  if (ownKeys) {
    const ceremony = ceremonyDeps(clock)
    return { ceremony, ...(await runCeremony(ceremony)) }
  }
  firstRun ??= (async () => {
    const deps = ceremonyDeps(movableClock())
    await runCeremony(deps)
    return deps
  })()
  const { keyStore, shelf } = await firstRun
  const copy = {
    ...ceremonyDeps(clock),
    keyStore: memoryKeyStore(new Map(keyStore.signers)),
    shelf: memoryShelf(new Map(shelf.files)),
  }
  return { ceremony: copy, ...(await runCeremony(copy)) }
}

/** A whole CA after its ceremony. Parts of `deps` can be replaced; its keys are those of other worlds unless `ownKeys`. */
export const pkiWorld = async (
  replace: Partial<Pick<PkiDeps, 'store' | 'work' | 'audit' | 'random' | 'shelf'>> = {},
  { ownKeys = false } = {},
) => {
  const clock = movableClock()
  const { ceremony, certificates, transcript } = await afterCeremony(clock, ownKeys)
  const audit = memoryAudit()
  const store = memoryStore()
  const deps: PkiDeps = {
    work: memoryWork,
    store,
    audit,
    authorities: makeAuthorities({ certificates, keyStore: ceremony.keyStore, publicUrl: PUBLIC_URL }),
    profiles: standardProfiles,
    crypto: nodeCrypto,
    clock,
    ids: makeIds(clock, random),
    random,
    ...replace,
  }
  return { deps, clock, audit, store, ceremony, certificates, transcript }
}

export const ACTOR = { kind: 'system', id: 'test' } as const
export const SEAL_SUBJECT = {
  stateOrProvince: '云湖省',
  organization: '云湖省住房和城乡建设厅',
  commonName: '99010000000017',
}
