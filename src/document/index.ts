/** Documents that can be sealed: what a file is, and slots for a seal in OFD and PDF. */
export type { Placement, SealPicture, SealSlot, VectorPath } from './ports.ts'
export { detectDocument } from './detect.ts'
export type { DocumentKind } from './detect.ts'
export { prepareOfdSeal } from './ofd.ts'
export type { OfdSealRequest } from './ofd.ts'
export type { SealPictureSize } from './ofd-stamps.ts'
export { findOfdText } from '../../standards/gbt-33190-ofd/index.ts'
export type { OfdPageText } from '../../standards/gbt-33190-ofd/index.ts'
