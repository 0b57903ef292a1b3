/**
 * Signs the lists that are due: a full CRL and, beside it, the delta since the oldest full list that is still current. Due is what is not
 * there, has half of its time behind it, is of the future (a clock jumped), or does not know a change. A long full list rests between changes and the delta speaks for it.
 * Numbers only rise; what is about to be signed is written down first. Revoked certificates stay listed after they expire,
 * because seals are checked at the time when they were applied (the list says so: expiredCertsOnCRL).
 */
import { equalBytes } from '../../standards/bytes.ts'
import { encodeCrl, isSignatureValid, parseCrl } from '../../standards/rfc5280-x509/index.ts'
import { isTrustError, TrustError } from '../errors.ts'
import type { Signer } from '../crypto/index.ts'
import type { Tx } from '../kernel/index.ts'
import { crlTbs } from './crl-tbs.ts'
import type { Authority, PkiDeps, StoredCrl } from './ports.ts'
import { recordBridges } from './record-bridges.ts'
import { shelvedLists } from './shelved-lists.ts'
import { signerOf } from './sign-prepared.ts'

const HOUR = 3_600_000
const LIFETIME = 7 * 24 * HOUR
const DELTA_LIFETIME = 24 * HOUR
const FUTURE = 300_000
const LONG_LIST = 5_000
const LONG_LIST_RESTS = HOUR

interface PreparedList {
  readonly number: number
  readonly tbs: Uint8Array
  readonly kind: 'crl' | 'delta'
}

interface Due {
  readonly full: boolean
  readonly delta: boolean
}

const isOld = (list: Pick<StoredCrl, 'thisUpdate' | 'nextUpdate'>, now: Date): boolean =>
  now.getTime() >= (list.thisUpdate.getTime() + list.nextUpdate.getTime()) / 2 ||
  list.thisUpdate.getTime() > now.getTime() + FUTURE

const whatIsDue = async (deps: PkiDeps, { id }: Authority, tx?: Tx): Promise<Due> => {
  const now = deps.clock.now()
  const [crl, delta, last] = [
    await deps.store.currentCrl(id, tx),
    await deps.store.currentDelta(id, tx),
    await deps.store.lastStatusChange(id, tx),
  ]
  const rests =
    crl !== undefined && crl.entries > LONG_LIST && now.getTime() - crl.thisUpdate.getTime() < LONG_LIST_RESTS
  const full = crl === undefined || isOld(crl, now) || (last > crl.throughSeq && !rests)
  return { full, delta: full || delta === undefined || isOld(delta, now) || last > delta.throughSeq }
}

const wholeSeconds = (at: Date): Date => new Date(Math.floor(at.getTime() / 1000) * 1000)

interface Now {
  readonly number: number
  readonly thisUpdate: Date
  readonly throughSeq: number
}

const prepareFull = async (deps: PkiDeps, tx: Tx, authority: Authority, now: Now): Promise<PreparedList> => {
  const revoked = await deps.store.listForCrl(authority.id, tx)
  const list = { ...now, nextUpdate: new Date(now.thisUpdate.getTime() + LIFETIME) }
  const tbs = crlTbs(authority, { ...list, revoked })
  await deps.store.intendCrl(tx, { issuerId: authority.id, ...list, entries: revoked.length, tbs })
  return { number: now.number, tbs, kind: 'crl' }
}

const prepareDelta = async (deps: PkiDeps, tx: Tx, authority: Authority, now: Now): Promise<PreparedList> => {
  // Without one a full list is made just now, under this number, and is signed first.
  const base = (await deps.store.firstCurrentCrl(authority.id, now.thisUpdate, tx)) ?? now
  const revoked = await deps.store.listForDelta(authority.id, base.throughSeq, tx)
  const list = { ...now, nextUpdate: new Date(now.thisUpdate.getTime() + DELTA_LIFETIME), baseNumber: base.number }
  const tbs = crlTbs(authority, { ...list, revoked })
  await deps.store.intendDelta(tx, { issuerId: authority.id, ...list, tbs })
  return { number: now.number, tbs, kind: 'delta' }
}

/** Decided again under the lock: another process may have been faster, and no change commits meanwhile. */
const prepareLists = (deps: PkiDeps, authority: Authority): Promise<PreparedList[]> =>
  deps.work.run(async (tx) => {
    await deps.store.lockStatus(tx)
    const due = await whatIsDue(deps, authority, tx)
    if (!due.full && !due.delta) return []
    const shelved = (await shelvedLists(deps, authority))[0]?.number ?? 0
    const now: Now = {
      number: Math.max(await deps.store.nextCrlNumber(authority.id, tx), shelved + 1),
      thisUpdate: wholeSeconds(deps.clock.now()),
      throughSeq: await deps.store.lastStatusChange(authority.id, tx),
    }
    const full = due.full ? [await prepareFull(deps, tx, authority, now)] : []
    return [...full, await prepareDelta(deps, tx, authority, now)]
  })

const signList = async (
  deps: PkiDeps,
  authority: Authority,
  { signer, number, tbs, kind }: PreparedList & { readonly signer: Signer },
): Promise<void> => {
  const shelved = await deps.shelf?.intend(authority.id, number, tbs, kind)
  if (shelved !== undefined && !equalBytes(shelved, tbs))
    throw new TrustError('CONFLICT', 'a list with this number was made while the database was away')
  const der = encodeCrl({ tbs, algorithm: signer.algorithm, signature: await signer.sign(tbs) })
  if (!isSignatureValid(parseCrl(der), authority.certificate.publicKey, deps.crypto))
    throw new TrustError('KEY_UNUSABLE', `the key of ${authority.id} made a signature that does not verify`)
  await deps.work.run(async (tx) => {
    const signed = { issuerId: authority.id, number, der }
    await (kind === 'crl' ? deps.store.completeCrl(tx, signed) : deps.store.completeDelta(tx, signed))
    await deps.audit.record(tx, {
      action: `${kind}.published`,
      actor: { kind: 'system', id: 'pki' },
      object: { kind, id: `${authority.id}/${number}` },
    })
  })
  await deps.shelf?.put(authority.id, number, der, kind)
}

/** Undefined where the key is kept elsewhere: the lists of an offline root come from a ceremony. */
const signerHere = async (authority: Authority): Promise<Signer | undefined> => {
  try {
    return await signerOf(authority)
  } catch (error) {
    if (isTrustError(error) && error.code === 'KEY_NOT_FOUND' && authority.above.length === 0) return undefined
    throw error
  }
}

const publishLists = async (deps: PkiDeps, authority: Authority): Promise<string[]> => {
  await recordBridges(deps, authority)
  const due = await whatIsDue(deps, authority)
  if (!due.full && !due.delta) return []
  // Asked for first: a key that is away must not use up numbers.
  const signer = await signerHere(authority)
  if (signer === undefined) return []
  const prepared = await prepareLists(deps, authority)
  for (const list of prepared) await signList(deps, authority, { ...list, signer })
  if (prepared.length > 0) await deps.shelf?.prune(authority.id)
  return prepared.flatMap(({ kind, number }) => (kind === 'crl' ? [`${authority.id}/${number}`] : []))
}

/**
 * Run it often: it does nothing where nothing is due. Returns which full lists were published, as `issuerId/number`.
 * One CA whose key fails does not keep the others from publishing; its error is thrown at the end.
 */
export const publishCrls = async (deps: PkiDeps): Promise<string[]> => {
  const published: string[] = []
  const errors: unknown[] = []
  for (const authority of deps.authorities)
    await publishLists(deps, authority).then(
      (some) => published.push(...some),
      (error: unknown) => errors.push(error),
    )
  if (errors.length > 0) throw errors[0]
  return published
}
