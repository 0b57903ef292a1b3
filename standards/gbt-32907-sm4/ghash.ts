/** GHASH of NIST SP 800-38D §6.4 on 32-bit words, bit by bit with masks: no table, no branch on what is secret. */
import { viewOf } from './sm4.ts'

const BLOCK = 16

type Words = Int32Array

/** §6.3: y·h in GF(2^128) into y; bit 0 is the leftmost. */
const multiplyBy = (y: Words, h: Words): void => {
  let [z0, z1, z2, z3] = [0, 0, 0, 0]
  let [v0 = 0, v1 = 0, v2 = 0, v3 = 0] = h
  for (let i = 0; i < 128; i++) {
    const take = -(((y[i >> 5] as number) >>> (31 - (i & 31))) & 1)
    z0 ^= v0 & take
    z1 ^= v1 & take
    z2 ^= v2 & take
    z3 ^= v3 & take
    const carry = -(v3 & 1)
    v3 = (v3 >>> 1) | (v2 << 31)
    v2 = (v2 >>> 1) | (v1 << 31)
    v1 = (v1 >>> 1) | (v0 << 31)
    v0 = (v0 >>> 1) ^ (carry & 0xe1000000)
  }
  y[0] = z0
  y[1] = z1
  y[2] = z2
  y[3] = z3
}

const wordsOf = (block: Uint8Array): Words => {
  const view = viewOf(block)
  return Int32Array.from([0, 4, 8, 12], (at) => view.getInt32(at))
}

const absorb = (y: Words, h: Words, data: Uint8Array): void => {
  const padded = new Uint8Array(BLOCK)
  for (let at = 0; at < data.length; at += BLOCK) {
    padded.fill(0)
    padded.set(data.subarray(at, at + BLOCK))
    wordsOf(padded).forEach((word, i) => (y[i] = (y[i] as number) ^ word))
    multiplyBy(y, h)
  }
}

/** GHASH under H over two strings, each padded to whole blocks, and their lengths in bits: 16 bytes. */
export const ghash = (hashKey: Uint8Array, additional: Uint8Array, data: Uint8Array): Uint8Array => {
  const h = wordsOf(hashKey)
  const y = new Int32Array(4)
  absorb(y, h, additional)
  absorb(y, h, data)
  const lengths = new Uint8Array(BLOCK)
  viewOf(lengths).setBigUint64(0, 8n * BigInt(additional.length))
  viewOf(lengths).setBigUint64(8, 8n * BigInt(data.length))
  absorb(y, h, lengths)
  const out = new Uint8Array(BLOCK)
  y.forEach((word, i) => viewOf(out).setInt32(4 * i, word))
  return out
}
