/** The part of this domain that verifies, without anything that needs Node: also runs in a browser. */
export { SALT_ELEMENT } from './salt.ts'
export { metadataDigest } from './licence-snapshot.ts'
export type { LicenceFacts, LicenceQuestion } from './verify-licence.ts'
export { verifyLicence } from './verify-licence.ts'
