/** HMAC (RFC 2104, GB/T 15852.2) over SM3, whose block is 64 bytes. */
import { concat } from '../bytes.ts'
import { sm3 } from './sm3.ts'

const BLOCK = 64

/** 32 bytes over the concatenation of `parts`. Keys of any length; those above 64 bytes are hashed first. */
export const hmacSm3 = (key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array => {
  const padded = concat(key.length > BLOCK ? sm3(key) : key, new Uint8Array(BLOCK)).subarray(0, BLOCK)
  const inner = sm3(
    padded.map((octet) => octet ^ 0x36),
    ...parts,
  )
  return sm3(
    padded.map((octet) => octet ^ 0x5c),
    inner,
  )
}
