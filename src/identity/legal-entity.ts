/** A legal entity (法人、非法人组织), government offices included. Its name and USCC are public; its representative is a person. */
import { isMalformed } from '../../standards/errors.ts'
import { parseUscc, type Uscc } from '../../standards/gb-32100-uscc/index.ts'
import { TrustError } from '../errors.ts'

export const ENTITY_KINDS = ['enterprise', 'institution', 'social-organisation', 'government-office'] as const
export type EntityKind = (typeof ENTITY_KINDS)[number]

export interface LegalEntity {
  readonly id: string
  readonly kind: EntityKind
  readonly name: string
  readonly uscc: string
  /** Person id. Has every function of the entity without a mandate. Undefined: the registry says that it is another one, who has not come yet. */
  readonly legalRepresentativeId: string | undefined
  /** `revoked` (吊销): by the authority, may come back; `deregistered` (注销): it has ended. */
  readonly status: 'active' | 'revoked' | 'deregistered'
  readonly registeredAt: Date
}

/** Spaces, hyphens and small letters are forgiven. @throws TrustError USCC_INVALID, its cause a FormatError that names the fault */
export const requireUscc = (typed: string): Uscc => {
  try {
    return parseUscc(typed.replace(/[\s-]+/g, '').toUpperCase())
  } catch (error) {
    if (!isMalformed(error)) throw error
    throw new TrustError('USCC_INVALID', 'not a unified social credit code', { field: 'uscc', cause: error })
  }
}

/** Full-width brackets, as the registry writes names. @throws TrustError INPUT_INVALID */
export const requireEntityName = (typed: string): string => {
  const name = typed.normalize('NFC').trim().replaceAll('(', '（').replaceAll(')', '）')
  if (name.length < 2 || name.length > 100 || /[\p{Cc}\p{Cf}<>]/u.test(name))
    throw new TrustError('INPUT_INVALID', 'not a name of an entity', { field: 'name' })
  return name
}

/** @throws TrustError ENTITY_NOT_FOUND, ENTITY_NOT_ACTIVE */
export const requireActive = (entity: LegalEntity | undefined): LegalEntity => {
  if (entity === undefined) throw new TrustError('ENTITY_NOT_FOUND', 'no such entity')
  if (entity.status !== 'active') throw new TrustError('ENTITY_NOT_ACTIVE', 'the entity is not active')
  return entity
}
