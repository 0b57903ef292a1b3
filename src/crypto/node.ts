/** What needs node:crypto: the server's crypto port, signers, the start-up check, encrypted columns, passwords. */
export { nodeCrypto } from './native-crypto.ts'
export { generatePkcs8, signerFromPkcs8 } from './native-signer.ts'
export { selfCheck } from './self-check.ts'
export type { BoundedCache } from './bounded-cache.ts'
export { makeBoundedCache } from './bounded-cache.ts'
