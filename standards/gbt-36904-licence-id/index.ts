export type { LicenceIdParts, ReadLicenceId } from './licence-id.ts'
export { LICENCE_ROOT, formatLicenceId, mod3736, parseLicenceId } from './licence-id.ts'
