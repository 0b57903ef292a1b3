/** The register's rules in memory; the contract suite holds the real one to the same. */
import { TrustError } from '../../../src/errors.ts'
import type {
  CertificateIntent,
  PkiStore,
  StatusChange,
  StoredCertificate,
  StoredCrl,
  StoredDelta,
} from '../../../src/pki/index.ts'

type Name = { readonly issuerId: string; readonly serialHex: string }
const key = (c: Name): string => `${c.issuerId}/${c.serialHex}`

interface Memory {
  readonly intents: Map<string, CertificateIntent & { state: string }>
  readonly rows: Map<string, StoredCertificate>
  readonly changes: StatusChange[]
  readonly crls: (StoredCrl & { tbs: Uint8Array; signed: boolean })[]
  readonly deltas: (StoredDelta & { tbs: Uint8Array; signed: boolean })[]
}

type Register = Pick<
  PkiStore,
  'intend' | 'complete' | 'recordCeremonial' | 'abandonIntents' | 'findBySerial' | 'findManyBySerial'
>
const register = ({ intents, rows }: Memory): Register => ({
  intend: (_tx, intent) => {
    if ([...intents.values()].some((i) => key(i) === key(intent)) || rows.has(key(intent)))
      return Promise.resolve(false)
    intents.set(intent.id, { ...intent, state: 'open' })
    return Promise.resolve(true)
  },
  complete: (_tx, id, certificate) => {
    const intent = intents.get(id)
    if (intent?.state !== 'open') return Promise.reject(new TrustError('CONFLICT', 'not open'))
    intent.state = 'issued'
    rows.set(key(certificate), certificate)
    return Promise.resolve()
  },
  recordCeremonial: (_tx, certificate) => {
    if (rows.has(key(certificate))) return Promise.resolve(false)
    rows.set(key(certificate), certificate)
    return Promise.resolve(true)
  },
  abandonIntents: (_tx, before) => {
    const old = [...intents.values()].filter((i) => i.state === 'open' && i.at < before)
    for (const i of old) i.state = 'abandoned'
    return Promise.resolve(old)
  },
  findBySerial: (issuerId, serialHex) => Promise.resolve(rows.get(key({ issuerId, serialHex }))),
  findManyBySerial: (issuerId, serials) =>
    Promise.resolve(
      [...new Set(serials)].map((serialHex) => rows.get(key({ issuerId, serialHex }))).filter((r) => r !== undefined),
    ),
})

const HOLD = 6

const allowed = (now: StoredCertificate['revocation'], change: StatusChange['change']): boolean => {
  if (change === 'suspended') return now === undefined
  return change === 'released' ? now?.reasonCode === HOLD : now === undefined || now.reasonCode === HOLD
}

type Status = Pick<PkiStore, 'lockStatus' | 'changeStatus' | 'statusChangesSince' | 'lastStatusChange'>
const status = ({ rows, changes }: Memory): Status => ({
  lockStatus: () => Promise.resolve(),
  changeStatus: (_tx, request) => {
    const row = rows.get(key(request))
    if (row === undefined || !allowed(row.revocation, request.change)) return Promise.resolve(false)
    const { revocation, ...rest } = row
    const { at, reasonCode } = request
    const next = request.change === 'released' ? {} : { revocation: { at: revocation?.at ?? at, reasonCode } }
    rows.set(key(row), { ...rest, ...next })
    changes.push({ ...request, seq: changes.length + 1 })
    return Promise.resolve(true)
  },
  statusChangesSince: (seq) => Promise.resolve(changes.filter((c) => c.seq > seq).slice(0, 1000)),
  lastStatusChange: (issuerId) => Promise.resolve(changes.findLast((c) => c.issuerId === issuerId)?.seq ?? 0),
})

const RELEASED = 8

type Lists = Omit<PkiStore, keyof Register | keyof Status>
const lists = ({ rows, changes, crls, deltas }: Memory): Lists => ({
  listForCrl: (issuerId) =>
    Promise.resolve(
      [...rows.values()].flatMap(({ serialHex, revocation, ...c }) =>
        c.issuerId === issuerId && revocation !== undefined ? [{ serialHex, ...revocation }] : [],
      ),
    ),
  listForDelta: (issuerId, seq) => {
    const changed = new Map(
      changes.filter((c) => c.issuerId === issuerId && c.seq > seq).map((c) => [c.serialHex, c.at] as const),
    )
    return Promise.resolve(
      [...changed].map(([serialHex, at]) => ({
        serialHex,
        ...(rows.get(key({ issuerId, serialHex }))?.revocation ?? { at, reasonCode: RELEASED }),
      })),
    )
  },
  currentCrl: (issuerId) => Promise.resolve(crls.filter((c) => c.issuerId === issuerId && c.signed).at(-1)),
  currentDelta: (issuerId) => Promise.resolve(deltas.filter((c) => c.issuerId === issuerId && c.signed).at(-1)),
  firstCurrentCrl: (issuerId, at) =>
    Promise.resolve(crls.find((c) => c.issuerId === issuerId && c.signed && c.nextUpdate > at)),
  findList: (kind, { issuerId, number }) => {
    const found = (kind === 'crl' ? crls : deltas).find((c) => c.issuerId === issuerId && c.number === number)
    return Promise.resolve(found === undefined ? undefined : { tbs: found.tbs, isSigned: found.signed })
  },
  nextCrlNumber: (issuerId) =>
    Promise.resolve(
      Math.max(0, ...[...crls, ...deltas].filter((c) => c.issuerId === issuerId).map((c) => c.number)) + 1,
    ),
  intendCrl: (_tx, { tbs, ...crl }) => {
    crls.push({ ...crl, tbs, der: tbs, signed: false })
    return Promise.resolve()
  },
  completeCrl: (_tx, { issuerId, number, der }) => {
    const at = crls.findIndex((c) => c.issuerId === issuerId && c.number === number)
    crls[at] = { ...(crls[at] as (typeof crls)[number]), der, signed: true }
    return Promise.resolve()
  },
  intendDelta: (_tx, { tbs, ...delta }) => {
    deltas.push({ ...delta, tbs, der: tbs, signed: false })
    return Promise.resolve()
  },
  completeDelta: (_tx, { issuerId, number, der }) => {
    const at = deltas.findIndex((c) => c.issuerId === issuerId && c.number === number)
    deltas[at] = { ...(deltas[at] as (typeof deltas)[number]), der, signed: true }
    return Promise.resolve()
  },
})

export const memoryStore = (): PkiStore & Pick<Memory, 'intents'> => {
  const memory: Memory = { intents: new Map(), rows: new Map(), changes: [], crls: [], deltas: [] }
  return { intents: memory.intents, ...register(memory), ...status(memory), ...lists(memory) }
}
