export type { SoftwareKeyStoreOptions } from './open-software-key-store.ts'
export { openSoftwareKeyStore } from './open-software-key-store.ts'
