/** An event as a registry writes it (README.md) → what it says. One with an id and a number that says nothing we know is kept as such. */
import { isUuid } from '../../src/kernel/index.ts'
import { requireCitizenId, requireEntityName, requirePersonName, requireUscc } from '../../src/identity/index.ts'
import type { EntityChange, PersonChange, ReadEvent, RegistryName } from '../../src/identity/index.ts'
import { isTrustError } from '../../src/errors.ts'

const PERSON_CHANGES: Readonly<Record<string, PersonChange>> = { '10': 'deceased', '11': 'renamed', '12': 'restored' }
const ENTITY_CHANGES: Readonly<Record<string, EntityChange>> = {
  '20': 'deregistered',
  '21': 'revoked',
  '22': 'restored',
  '23': 'renamed',
  '24': 'representative-changed',
}

type Fields = Readonly<Record<string, unknown>>

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const changeOf = <T>(table: Readonly<Record<string, T>>, code: unknown): T | undefined =>
  typeof code === 'string' && Object.hasOwn(table, code) ? table[code] : undefined

/** A name is asked for with `renamed`, and belongs to nothing else. */
const nameOf = (change: string, name: unknown, read: (typed: string) => string): { name?: string } | undefined => {
  if (change !== 'renamed') return name === undefined ? {} : undefined
  return typeof name === 'string' ? { name: read(name) } : undefined
}

const personEvent = (told: { id: string; seq: number; at: Date }, fields: Fields): ReadEvent | undefined => {
  const change = changeOf(PERSON_CHANGES, fields['code'])
  // Numbers of people not yet born by our clock are the registry's business.
  const { number: subject } = requireCitizenId(textOf(fields['citizenIdNumber']), new Date('9998-12-31'))
  const name = change && nameOf(change, fields['name'], requirePersonName)
  return change && name && { registry: 'population', ...told, subject, change, ...name }
}

const entityEvent = (told: { id: string; seq: number; at: Date }, fields: Fields): ReadEvent | undefined => {
  const change = changeOf(ENTITY_CHANGES, fields['code'])
  const { code: subject } = requireUscc(textOf(fields['uscc']))
  const name = change && nameOf(change, fields['name'], requireEntityName)
  return change && name && { registry: 'legal-entity', ...told, subject, change, ...name }
}

/** Undefined: not even an id and a number, so that it cannot be kept. */
export const readEvent = (registry: RegistryName, value: unknown): ReadEvent | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const fields = value as Fields
  const { seq } = fields
  const id = textOf(fields['eventId']).toLowerCase()
  if (!isUuid(id) || typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1) return undefined
  const unknown: ReadEvent = { registry, id, seq, change: 'not-understood' }
  const at = new Date(textOf(fields['at']))
  if (Number.isNaN(at.getTime())) return unknown
  try {
    return (registry === 'population' ? personEvent : entityEvent)({ id, seq, at }, fields) ?? unknown
  } catch (error) {
    if (isTrustError(error)) return unknown
    throw error
  }
}
