/** Key management (KMC): encryption keys that we make are kept here, encrypted, and recovered by two officers. */
export type { EscrowStore, EscrowVault, EscrowedKey, KeyDelivery } from './ports.ts'
export type { ResealDeps } from './reseal-escrow.ts'
export { resealEscrow } from './reseal-escrow.ts'
