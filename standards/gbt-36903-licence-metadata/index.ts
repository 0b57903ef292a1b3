export type { CustomData, ElementName, LicenceMetadata } from './metadata.ts'
export { ELEMENTS, HOLDER_CODE_TYPES, readMetadata, writeMetadata } from './metadata.ts'
