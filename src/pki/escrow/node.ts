/** What needs node:crypto. */
export type { VaultOptions } from './vault.ts'
export { makeEscrowVault } from './vault.ts'
