/**
 * Signs the CRLs that are due: none yet, half of the time to nextUpdate gone, or a revocation that no list names.
 * Numbers only rise; what is about to be signed is written down first. Revoked certificates stay listed after they expire,
 * because seals are checked at the time when they were applied (the list says so: expiredCertsOnCRL).
 */
import {
  authorityKeyIdExtension,
  crlNumberExtension,
  encodeCrl,
  encodeTbsCrl,
  expiredCertsOnCrlExtension,
  isSignatureValid,
  parseCrl,
} from '../../standards/rfc5280-x509/index.ts'
import { fromHex } from '../../standards/bytes.ts'
import { TrustError } from '../errors.ts'
import type { Signer } from '../crypto/index.ts'
import type { Tx } from '../kernel/index.ts'
import { signatureAlgorithmFor } from './draft.ts'
import type { Authority, PkiDeps, RevokedSerial, StoredCrl } from './ports.ts'
import { signerOf } from './sign-prepared.ts'

const LIFETIME = 7 * 86_400_000

interface PreparedCrl {
  readonly number: number
  readonly tbs: Uint8Array
}

const wholeSeconds = (at: Date): Date => new Date(Math.floor(at.getTime() / 1000) * 1000)

const isDue = async (deps: PkiDeps, { id }: Authority, tx?: Tx): Promise<boolean> => {
  const current = await deps.store.currentCrl(id, tx)
  if (current === undefined) return true
  const half = (current.thisUpdate.getTime() + current.nextUpdate.getTime()) / 2
  return deps.clock.now().getTime() >= half || (await deps.store.hasUnlisted(id, tx))
}

const makeTbs = (
  { certificate }: Authority,
  list: { thisUpdate: Date; nextUpdate: Date; number: number; revoked: readonly RevokedSerial[] },
): Uint8Array => {
  if (certificate.subjectKeyId === undefined) throw new TrustError('CHAIN_INVALID', 'the CA has no key identifier')
  return encodeTbsCrl({
    algorithm: signatureAlgorithmFor(certificate.publicKey),
    issuer: certificate.subject,
    thisUpdate: list.thisUpdate,
    nextUpdate: list.nextUpdate,
    revoked: list.revoked.map((r) => ({ serial: fromHex(r.serialHex), date: r.at, reason: r.reasonCode })),
    extensions: [
      authorityKeyIdExtension(certificate.subjectKeyId),
      crlNumberExtension(list.number),
      expiredCertsOnCrlExtension(certificate.notBefore),
    ],
  })
}

/** Decided again under the lock: another process may have been faster. */
const prepareCrl = (deps: PkiDeps, authority: Authority): Promise<PreparedCrl | undefined> =>
  deps.work.run(async (tx) => {
    const issuerId = authority.id
    await deps.store.lockCrls(tx, issuerId)
    if (!(await isDue(deps, authority, tx))) return undefined
    const number = await deps.store.nextCrlNumber(issuerId, tx)
    const revoked = await deps.store.listForCrl(tx, issuerId, number)
    const thisUpdate = wholeSeconds(deps.clock.now())
    const nextUpdate = new Date(thisUpdate.getTime() + LIFETIME)
    const tbs = makeTbs(authority, { thisUpdate, nextUpdate, number, revoked })
    await deps.store.intendCrl(tx, { issuerId, number, thisUpdate, nextUpdate, tbs })
    return { number, tbs }
  })

const signCrl = async (
  deps: PkiDeps,
  authority: Authority,
  { signer, number, tbs }: PreparedCrl & { readonly signer: Signer },
): Promise<void> => {
  const der = encodeCrl({ tbs, algorithm: signer.algorithm, signature: await signer.sign(tbs) })
  if (!isSignatureValid(parseCrl(der), authority.certificate.publicKey, deps.crypto))
    throw new TrustError('KEY_UNUSABLE', `the key of ${authority.id} made a signature that does not verify`)
  await deps.work.run(async (tx) => {
    await deps.store.completeCrl(tx, { issuerId: authority.id, number, der })
    await deps.audit.record(tx, {
      action: 'crl.published',
      actor: { kind: 'system', id: 'pki' },
      object: { kind: 'crl', id: `${authority.id}/${number}` },
    })
  })
}

const publishCrl = async (deps: PkiDeps, authority: Authority): Promise<string[]> => {
  if (!(await isDue(deps, authority))) return []
  // Asked for first: a key that is away must not use up numbers.
  const signer = await signerOf(authority)
  const prepared = await prepareCrl(deps, authority)
  if (prepared === undefined) return []
  await signCrl(deps, authority, { ...prepared, signer })
  return [`${authority.id}/${prepared.number}`]
}

/**
 * Run it often: it does nothing where nothing is due. Returns what was published, as `issuerId/number`.
 * One CA whose key fails does not keep the others from publishing; its error is thrown at the end.
 */
export const publishCrls = async (deps: PkiDeps): Promise<string[]> => {
  const published: string[] = []
  const errors: unknown[] = []
  for (const authority of deps.authorities)
    await publishCrl(deps, authority).then(
      (some) => published.push(...some),
      (error: unknown) => errors.push(error),
    )
  if (errors.length > 0) throw errors[0]
  return published
}

/** The newest signed CRL of this CA key. @throws TrustError NOT_FOUND before the first one */
export const currentCrl = async (deps: Pick<PkiDeps, 'store'>, issuerId: string): Promise<StoredCrl> => {
  const found = await deps.store.currentCrl(issuerId)
  if (found === undefined) throw new TrustError('NOT_FOUND', 'no CRL of this issuer')
  return found
}
