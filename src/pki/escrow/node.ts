/** What needs node:crypto. */
export { escrowScalars } from './secret-scalars.ts'
export type { VaultOptions } from './vault.ts'
export { makeEscrowVault } from './vault.ts'
