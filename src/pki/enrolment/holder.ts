/** Whom a certificate belongs to (证书持有者): a natural person, or a legal entity. The register knows their names; requests do not. */
import { TrustError } from '../../errors.ts'
import type { EntityKind, LegalEntity, NaturalPerson } from '../../identity/index.ts'
import type { Tx } from '../../kernel/index.ts'
import type { EnrolmentDeps } from './ports.ts'

export type CertificateHolder =
  { readonly kind: 'person'; readonly personId: string } | { readonly kind: 'entity'; readonly entityId: string }

export const holderId = (holder: CertificateHolder): string =>
  holder.kind === 'person' ? holder.personId : holder.entityId

export const sameHolder = (a: CertificateHolder, b: CertificateHolder): boolean =>
  a.kind === b.kind && holderId(a) === holderId(b)

/** How a holder is certified: profiles and policy have these names. */
export type HolderClass = 'person' | 'entity' | 'office'

/** A holder as the register knows them now. */
export type KnownHolder =
  | { readonly kind: 'person'; readonly person: NaturalPerson }
  | { readonly kind: 'entity'; readonly entity: LegalEntity }

const OFFICES: ReadonlySet<EntityKind> = new Set(['government-office', 'institution'])

export const holderClass = (known: KnownHolder): HolderClass => {
  if (known.kind === 'person') return 'person'
  return OFFICES.has(known.entity.kind) ? 'office' : 'entity'
}

type Deps = Pick<EnrolmentDeps, 'identity'>

/** With `tx` an entity is held against changes until it ends. @throws TrustError PERSON_NOT_FOUND, PERSON_DECEASED, ENTITY_… */
export const requireActiveHolder = async (
  { identity }: Deps,
  holder: CertificateHolder,
  tx?: Tx,
): Promise<KnownHolder> => {
  if (holder.kind === 'entity') {
    const entity = await identity.store.entities.find(holder.entityId, tx)
    if (entity === undefined) throw new TrustError('ENTITY_NOT_FOUND', 'no such entity')
    if (entity.status !== 'active') throw new TrustError('ENTITY_NOT_ACTIVE', 'the entity is not active')
    return { kind: 'entity', entity }
  }
  const person = await identity.store.persons.find(holder.personId, tx)
  if (person === undefined) throw new TrustError('PERSON_NOT_FOUND', 'no such person')
  if (person.status !== 'active') throw new TrustError('PERSON_DECEASED', 'the person has died')
  return { kind: 'person', person }
}

/**
 * The same, alone with the holder's certificates and applications until the transaction ends. Asked again under the lock: what a
 * register said in between counts.
 */
export const lockActiveHolder = async (
  deps: Pick<EnrolmentDeps, 'identity' | 'store'>,
  tx: Tx,
  holder: CertificateHolder,
): Promise<KnownHolder> => {
  await requireActiveHolder(deps, holder, tx)
  await deps.store.lockHolder(tx, holder)
  return requireActiveHolder(deps, holder, tx)
}

/** The people behind a holder, who decide nothing about it as officers: itself, or its legal representative. */
export const peopleBehind = async ({ identity }: Deps, holder: CertificateHolder, tx?: Tx): Promise<string[]> => {
  if (holder.kind === 'person') return [holder.personId]
  const entity = await identity.store.entities.find(holder.entityId, tx)
  return entity?.legalRepresentativeId === undefined ? [] : [entity.legalRepresentativeId]
}
