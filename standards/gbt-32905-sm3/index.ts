export { hmacSm3 } from './hmac-sm3.ts'
export { plainSm3 } from './plain-sm3.ts'
export { sm3, sm3Engine } from './sm3.ts'
export type { Sm3 } from './wasm-sm3.ts'
