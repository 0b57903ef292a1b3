/**
 * Lists while the database is away. When a full list or a delta is near its end and none has replaced it, it is signed again for a day,
 * from the shelf alone; a full list takes the newest delta in, which may know more. Nothing can be revoked where the database is down;
 * where only this process has lost it, the others replace their lists long before, so that the shelf has newer ones and nothing is signed
 * here. Full lists and deltas share one row of numbers (RFC 5280 §5.2.3). A list of the future means a clock that jumped: no bridge then.
 */
import { encodeCrl, isSignatureValid, parseCrl, renewTbsCrl } from '../../standards/rfc5280-x509/index.ts'
import { TrustError, isTrustError } from '../errors.ts'
import type { Signer } from '../crypto/index.ts'
import type { Authority, CrlShelf, PkiDeps, ShelvedList } from './ports.ts'
import type { ShelvedCrl } from './shelved-lists.ts'
import { shelvedLists } from './shelved-lists.ts'
import { signerOf } from './sign-prepared.ts'

const HOUR = 3_600_000
/** A full list of seven days is replaced after three and a half: with this little left nobody can have reached the database for two. */
const LAST_HOURS = 36 * HOUR
/** A delta of a day is replaced after twelve hours. */
const LAST_OF_DELTA = 6 * HOUR
const LIFETIME = 24 * HOUR

type BridgeDeps = Pick<PkiDeps, 'shelf' | 'authorities' | 'clock' | 'crypto'>

const wholeSeconds = (at: Date): Date => new Date(Math.floor(at.getTime() / 1000) * 1000)
const endOf = ({ crl }: ShelvedCrl): number => crl.nextUpdate?.getTime() ?? Infinity

/** A bridge is replaced when half of it has gone, other lists when little is left. */
const isNearItsEnd = (list: ShelvedCrl, now: Date): boolean => {
  const left = endOf(list) - now.getTime()
  const isShort = endOf(list) - list.crl.thisUpdate.getTime() <= LIFETIME
  if (list.kind === 'delta') return left <= LAST_OF_DELTA
  return left <= (isShort ? LIFETIME / 2 : LAST_HOURS)
}

interface Bridge {
  readonly kind: ShelvedList['kind']
  readonly number: number
  readonly tbs: Uint8Array
}

const signBridge = async (
  deps: BridgeDeps,
  { id, certificate }: Authority,
  { kind, number, tbs, shelf, signer }: Bridge & { readonly shelf: CrlShelf; readonly signer: Signer },
): Promise<string> => {
  // What a dead process left under this number is finished, not stepped over.
  const intended = await shelf.intend(id, number, tbs, kind)
  const der = encodeCrl({ tbs: intended, algorithm: signer.algorithm, signature: await signer.sign(intended) })
  if (!isSignatureValid(parseCrl(der), certificate.publicKey, deps.crypto))
    throw new TrustError('KEY_UNUSABLE', `the key of ${id} made a signature that does not verify`)
  await shelf.put(id, number, der, kind)
  return `${id}/${number}`
}

/** What is to be signed again; nothing where the shelf is fresh, empty, or of the future. */
const bridgesOf = (lists: readonly ShelvedCrl[], now: Date): Bridge[] => {
  const [full, delta] = [lists.find((l) => l.kind === 'crl'), lists.find((l) => l.kind === 'delta')]
  if (full === undefined || lists.some((l) => l.crl.thisUpdate.getTime() > now.getTime() + HOUR)) return []
  const number = (lists[0]?.number ?? 0) + 1
  const thisUpdate = wholeSeconds(now)
  const renewal = { number, thisUpdate, nextUpdate: new Date(thisUpdate.getTime() + LIFETIME) }
  // A delta that this full list is no base for, or that it has taken in, adds nothing.
  const base = Number(delta?.crl.baseNumber ?? Infinity)
  const isNewer = delta !== undefined && delta.number > full.number && base <= full.number
  const bridges: Bridge[] = []
  if (isNearItsEnd(full, now))
    bridges.push({ kind: 'crl', number, tbs: renewTbsCrl(full.der, renewal, isNewer ? delta.der : undefined) })
  if (delta !== undefined && (bridges.length > 0 || isNearItsEnd(delta, now)))
    bridges.push({ kind: 'delta', number, tbs: renewTbsCrl(delta.der, renewal) })
  return bridges
}

const bridge = async (deps: BridgeDeps, shelf: CrlShelf, authority: Authority): Promise<string[]> => {
  const bridges = bridgesOf(await shelvedLists(deps, authority), deps.clock.now())
  if (bridges.length === 0) return []
  const signer = await signerOf(authority)
  const signed: string[] = []
  for (const one of bridges) signed.push(await signBridge(deps, authority, { ...one, shelf, signer }))
  return [...new Set(signed)]
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
