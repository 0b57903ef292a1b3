export { hmacSm3 } from './hmac-sm3.ts'
export { sm3 } from './sm3.ts'
