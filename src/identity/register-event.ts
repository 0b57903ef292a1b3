/**
 * What a registry tells by itself: somebody died, an entity was deregistered, was renamed, has another representative.
 * Numbers of a registry rise; they may arrive in any order, twice, or through two channels at once.
 */
import type { EntityChange, PersonChange } from './ports.ts'

export const REGISTRY_NAMES = ['population', 'legal-entity'] as const
export type RegistryName = (typeof REGISTRY_NAMES)[number]

interface Told {
  /** The registry's own id of the event. */
  readonly id: string
  /** Rises with each event of this registry. */
  readonly seq: number
  /** When the registry wrote it down, by its clock; what it tells of may lie long before. */
  readonly at: Date
}

export type RegisterEvent = Told &
  (
    | {
        readonly registry: 'population'
        /** Citizen ID number. */
        readonly subject: string
        readonly change: PersonChange
        /** The new one; with `renamed` only. */
        readonly name?: string
      }
    | {
        readonly registry: 'legal-entity'
        /** USCC. */
        readonly subject: string
        readonly change: EntityChange
        /** The new one; with `renamed` only. */
        readonly name?: string
      }
  )

/** One that has a number and an id but says nothing that we know. It is kept, and a person must look. */
export interface UnknownEvent {
  readonly id: string
  readonly seq: number
  readonly registry: RegistryName
  readonly change: 'not-understood'
}
export type ReadEvent = RegisterEvent | UnknownEvent

/** Facts that overwrite each other. The newest number of each counts, so that order of arrival does not matter. */
export type RegisterFact = 'status' | 'name' | 'representative'

export const factOf = ({ change }: RegisterEvent): RegisterFact => {
  if (change === 'renamed') return 'name'
  return change === 'representative-changed' ? 'representative' : 'status'
}

/** `conflict`: the registry has said something else under this id or number; nothing was done. */
export type RegisterOutcome =
  'applied' | 'unchanged' | 'superseded' | 'no-subject' | 'not-understood' | 'repeated' | 'conflict'

/** What is known of a subject's events; the subject itself may be unknown. */
export interface RegisterSubject {
  readonly registry: RegistryName
  readonly subject: string
  /** Newest number applied of each fact; 0: none. */
  readonly applied: Readonly<Record<RegisterFact, number>>
  readonly newestEventAt?: Date
  /** When the registry last answered a question about the subject, by its clock. What it wrote down before is in that answer. */
  readonly answeredAt?: Date
}

export const isSuperseded = (event: RegisterEvent, known: RegisterSubject): boolean =>
  event.seq <= known.applied[factOf(event)] || (known.answeredAt !== undefined && event.at < known.answeredAt)
