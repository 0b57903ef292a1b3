/** A licence as the pages show it. A person's number is masked. */
import { maskCitizenId } from '../../identity/index.ts'
import type { Licence, LicenceDeps } from '../../licence/index.ts'
import type { LicenceDetail } from '../pages/licence-register.ts'
import { dateInputValue } from '../parts/dates.ts'

/** GB/T 36903: how "without end" is written. */
const NO_END = '9999-12-31'

const dayIn = (text: string): Date => new Date(`${text}T00:00:00+08:00`)

/** Undefined: without end. */
export const licenceEnd = ({ metadata }: Licence): { validTo?: Date } =>
  metadata.validTo === NO_END ? {} : { validTo: dayIn(metadata.validTo) }

/** Expiry is a matter of dates; the last day still counts. */
export const licenceStatus = ({ status, metadata }: Licence, at: Date): string =>
  status === 'valid' && dateInputValue(at) > metadata.validTo ? 'expired' : status

export const licenceDetail = (
  { types, clock }: Pick<LicenceDeps, 'types' | 'clock'>,
  licence: Licence,
): LicenceDetail => {
  const { id, licenceId, number, holder, metadata, typeCode } = licence
  const labels = new Map(types.find((t) => t.code === typeCode)?.fields.map((f) => [f.key, f.label]))
  return {
    ...{ id, licenceId, number, typeName: metadata.typeName, holder: holder.name },
    holderCode: holder.kind === 'person' ? maskCitizenId(holder.code) : holder.code,
    issuer: metadata.issuingAuthority,
    status: licenceStatus(licence, clock.now()),
    issuedAt: licence.createdAt,
    validFrom: dayIn(metadata.validFrom),
    ...licenceEnd(licence),
    fields: Object.entries(metadata.extensions).map(([key, value]) => ({ label: labels.get(key) ?? key, value })),
  }
}
