/**
 * CRLs while the database is away. When a list is near its end and none has replaced it, the same entries are signed again for a day,
 * from the shelf alone. Nothing can be revoked where the database is down; where only this process has lost it, the others replace
 * their lists long before, so that the shelf has a newer one and nothing is signed here. The register learns of it afterwards.
 */
import { encodeCrl, isSignatureValid, parseCrl, renewTbsCrl } from '../../standards/rfc5280-x509/index.ts'
import { TrustError, isTrustError } from '../errors.ts'
import type { Authority, CrlShelf, PkiDeps } from './ports.ts'
import { signerOf } from './sign-prepared.ts'

const HOUR = 3_600_000
/** A list of seven days is replaced after three and a half: with this little left nobody can have reached the database for two. */
const LAST_HOURS = 36 * HOUR
const LIFETIME = 24 * HOUR

type BridgeDeps = Pick<PkiDeps, 'shelf' | 'authorities' | 'clock' | 'crypto'>

const wholeSeconds = (at: Date): Date => new Date(Math.floor(at.getTime() / 1000) * 1000)

const bridge = async (deps: BridgeDeps, shelf: CrlShelf, authority: Authority): Promise<string[]> => {
  const newest = await shelf.newest(authority.id)
  if (newest === undefined) return []
  const now = deps.clock.now()
  const { nextUpdate } = parseCrl(newest.der)
  // A bridge is replaced when half of it has gone.
  const left = (nextUpdate?.getTime() ?? Infinity) - now.getTime()
  const isBridge = (nextUpdate?.getTime() ?? 0) - parseCrl(newest.der).thisUpdate.getTime() <= LIFETIME
  if (left > (isBridge ? LIFETIME / 2 : LAST_HOURS)) return []
  const signer = await signerOf(authority)
  const number = newest.number + 1
  const thisUpdate = wholeSeconds(now)
  const nextBridge = new Date(thisUpdate.getTime() + LIFETIME)
  // What a dead process left under this number is finished, not stepped over.
  const tbs = await shelf.intend(
    authority.id,
    number,
    renewTbsCrl(newest.der, { number, thisUpdate, nextUpdate: nextBridge }),
  )
  const der = encodeCrl({ tbs, algorithm: signer.algorithm, signature: await signer.sign(tbs) })
  if (!isSignatureValid(parseCrl(der), authority.certificate.publicKey, deps.crypto))
    throw new TrustError('KEY_UNUSABLE', `the key of ${authority.id} made a signature that does not verify`)
  await shelf.put(authority.id, number, der)
  return [`${authority.id}/${number}`]
}

/** Run it often, whatever the database does. Returns what was signed, as `issuerId/number`; one failing key does not stop the others. */
export const bridgeCrls = async (deps: BridgeDeps): Promise<string[]> => {
  const { shelf } = deps
  if (shelf === undefined) return []
  const bridged: string[] = []
  const errors: unknown[] = []
  for (const authority of deps.authorities)
    await bridge(deps, shelf, authority).then(
      (some) => bridged.push(...some),
      (error: unknown) => {
        if (!isTrustError(error, 'KEY_NOT_FOUND') || authority.above.length > 0) errors.push(error)
      },
    )
  if (errors.length > 0) throw errors[0]
  return bridged
}

/** Enters a list that only the shelf knows into the register, so that numbers go on after it. */
export const recordBridge = async (deps: PkiDeps, { id, certificate }: Authority): Promise<void> => {
  const newest = await deps.shelf?.newest(id)
  if (newest === undefined || newest.number < (await deps.store.nextCrlNumber(id))) return
  const crl = parseCrl(newest.der)
  // The folder is shared: what is entered from it must be ours.
  if (!isSignatureValid(crl, certificate.publicKey, deps.crypto) || crl.isDelta)
    throw new TrustError('CHAIN_INVALID', `the shelf holds a list that ${id} did not sign`)
  await deps.work.run(async (tx) => {
    await deps.store.lockStatus(tx)
    const before = await deps.store.currentCrl(id, tx)
    if (newest.number < (await deps.store.nextCrlNumber(id, tx))) return
    const { throughSeq, entries } = before ?? { throughSeq: 0, entries: 0 }
    const { thisUpdate, nextUpdate = thisUpdate } = crl
    const row = { issuerId: id, number: newest.number, thisUpdate, nextUpdate, throughSeq, entries, tbs: crl.tbs }
    await deps.store.intendCrl(tx, row)
    await deps.store.completeCrl(tx, { ...row, der: newest.der })
    await deps.audit.record(tx, {
      action: 'crl.bridged',
      actor: { kind: 'system', id: 'pki' },
      object: { kind: 'crl', id: `${id}/${newest.number}` },
    })
  })
}
