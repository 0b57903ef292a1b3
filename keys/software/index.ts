export type { SoftwareKeyStoreOptions } from './open-software-key-store.ts'
export { openSoftwareKeyStore } from './open-software-key-store.ts'
export type { Rewrapped, RewrapOptions } from './rewrap-keys.ts'
export { countKeyFiles, rewrapKeys } from './rewrap-keys.ts'
