export type { Pkcs11KeyStore, Pkcs11Options } from './open-pkcs11-key-store.ts'
export { openPkcs11KeyStore } from './open-pkcs11-key-store.ts'
