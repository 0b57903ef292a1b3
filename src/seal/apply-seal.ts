/**
 * Seals a document (签章, GB/T 38540-2020 7.2) and returns the sealed bytes.
 * The order is the safety argument: check, write down what we are about to sign, then touch the key, record, and only then
 * hand out. Refuses without touching the key: no mandate, no reason, a seal that is not usable, a document that is neither OFD nor PDF.
 */
import { toHex } from '../../standards/bytes.ts'
import { TrustError } from '../errors.ts'
import type { Placement } from '../document/index.ts'
import { detectDocument } from '../document/index.ts'
import type { Agent } from '../identity/index.ts'
import { requireAuthority } from '../identity/index.ts'
import type { Tx } from '../kernel/index.ts'
import { actorOf } from './actor-of.ts'
import type { JournalledSigning } from './journalled-signer.ts'
import { journalledSigning } from './journalled-signer.ts'
import type { SealDeps } from './ports.ts'
import { requireVerifiedSeal } from './require-verified-seal.ts'
import type { Seal } from './seal.ts'
import { isOf, requireReason, requireUsable, wholeSecond } from './seal.ts'
import { sealOfd } from './seal-ofd.ts'
import { sealPdf } from './seal-pdf.ts'

export interface SealUse {
  readonly sealId: string
  readonly agent: Agent
  /** The organisation acted for. A seal of another one is not there; undefined: whose it is does not matter. */
  readonly actingFor?: string
  /** What for; kept with the use. */
  readonly reason: string
  readonly document: Uint8Array
  readonly placements: readonly Placement[]
}

export interface SealedDocument {
  readonly kind: 'ofd' | 'pdf'
  readonly document: Uint8Array
  /** The signing time inside. */
  readonly at: Date
}

/** Everything that one kind of document needs to be sealed. */
export interface Stamping extends Pick<SealUse, 'document' | 'placements'> {
  readonly seal: Seal
  readonly at: Date
  readonly signing: JournalledSigning
}

/** @throws TrustError SEAL_…, MANDATE_…, INPUT_INVALID, DOCUMENT_…, PLACEMENT_INVALID, CHAIN_INVALID */
export const applySeal = async (deps: SealDeps, use: SealUse): Promise<SealedDocument> => {
  const { sealId, agent, document, placements } = use
  const at = wholeSecond(deps.clock.now())
  const reason = requireReason(use.reason)
  const kind = requireSealable(document)
  const seal = await deps.store.seals.find(sealId)
  if (seal === undefined || !isOf(seal, use)) throw new TrustError('SEAL_NOT_FOUND', 'no such seal')
  const requireAllowed = (tx?: Tx): Promise<void> => requireMayUse(deps, { seal, agent, at }, tx)
  await requireAllowed()
  await requireVerifiedSeal(deps, { der: seal.der, signerCert: seal.sm2.certificate, at })

  const documentDigest = deps.crypto.digest('sm3', document)
  const signing = journalledSigning(deps, {
    act: { kind: 'apply', sealId, agent, reason, documentDigest, at },
    requireAllowed,
  })
  const sealed = await STAMP[kind](deps, { document, placements, seal, at, signing })
  await record(deps, { seal, agent, kind, documentDigest, sealed, signing })
  return { kind, document: sealed, at }
}

const STAMP = { ofd: sealOfd, pdf: sealPdf } as const

const requireSealable = (document: Uint8Array): 'ofd' | 'pdf' => {
  const kind = detectDocument(document)
  if (kind === 'unknown') throw new TrustError('DOCUMENT_UNSUPPORTED', 'neither OFD nor PDF')
  return kind
}

/**
 * Asked twice: before any work, and in the transaction of the intent, where mandate and status are held still. The mandate is asked as of
 * this moment, not of the start of its second, which is the signing time: it may have begun, or ended, within the second.
 */
const requireMayUse = async (
  deps: SealDeps,
  { seal, agent, at }: { readonly seal: Seal; readonly agent: Agent; readonly at: Date },
  tx?: Tx,
): Promise<void> => {
  const question = { entityId: seal.entityId, agent, function: 'seal.use', at: deps.clock.now() } as const
  await requireAuthority(deps.identity, tx === undefined ? question : { ...question, tx })
  const current = tx === undefined ? seal : await deps.store.seals.lockForUse(tx, seal.id)
  if (current === undefined) throw new TrustError('SEAL_NOT_FOUND', 'no such seal')
  requireUsable(current, at)
}

interface Result extends Pick<SealUse, 'agent'> {
  readonly seal: Seal
  readonly kind: SealedDocument['kind']
  readonly documentDigest: Uint8Array
  readonly sealed: Uint8Array
  readonly signing: JournalledSigning
}

const record = async (
  deps: SealDeps,
  { seal, agent, kind, documentDigest, sealed, signing }: Result,
): Promise<void> => {
  const sealedDigest = deps.crypto.digest('sm3', sealed)
  const event = await deps.work.run(async (tx) => {
    await signing.complete(tx, sealedDigest)
    return deps.audit.record(tx, {
      action: 'seal.applied',
      actor: actorOf(agent),
      object: { kind: 'seal', id: seal.id },
      detail: { document: toHex(documentDigest), sealed: toHex(sealedDigest), kind },
    })
  })
  await deps.audit.chained(event)
}
