/** GB/T 36624 and NIST SP 800-38D GCM over SM4, tags of 16 bytes. No plaintext is made before the tag is found right. */
import { concat, equalBytes } from '../bytes.ts'
import { FormatError } from '../errors.ts'
import { ghash } from './ghash.ts'
import { BLOCK, expandSm4Key, sm4Block, viewOf } from './sm4.ts'
import type { GcmInput, Sm4Gcm } from './sm4-modes.ts'

interface Stream {
  readonly roundKeys: Int32Array
  readonly hashKey: Uint8Array
  /** J0 of §7.1. */
  readonly first: Uint8Array
}

const encryptBlock = (roundKeys: Int32Array, block: Uint8Array): Uint8Array => {
  const out = new Uint8Array(BLOCK)
  sm4Block(roundKeys, viewOf(block), viewOf(out), 0)
  return out
}

const open = (key: Uint8Array, iv: Uint8Array): Stream => {
  if (iv.length === 0) throw new FormatError('SM4_IV_LENGTH', 'the iv of SM4-GCM is empty')
  const roundKeys = expandSm4Key(key)
  const hashKey = encryptBlock(roundKeys, new Uint8Array(BLOCK))
  const first = iv.length === 12 ? concat(iv, Uint8Array.of(0, 0, 0, 1)) : ghash(hashKey, new Uint8Array(), iv)
  return { roundKeys, hashKey, first }
}

/** GCTR of §6.5, from J0 + 1: its own inverse. */
const countered = ({ roundKeys, first }: Stream, data: Uint8Array): Uint8Array => {
  const counter = first.slice()
  const [view, pad] = [viewOf(counter), new Uint8Array(BLOCK)]
  const out = new Uint8Array(data.length)
  for (let at = 0; at < data.length; at += BLOCK) {
    view.setUint32(12, view.getUint32(12) + 1)
    sm4Block(roundKeys, view, viewOf(pad), 0)
    for (let i = at; i < Math.min(at + BLOCK, data.length); i++) out[i] = (data[i] as number) ^ (pad[i - at] as number)
  }
  return out
}

const tagOf = ({ roundKeys, hashKey, first }: Stream, additional: Uint8Array, ciphertext: Uint8Array): Uint8Array => {
  const mask = encryptBlock(roundKeys, first)
  return ghash(hashKey, additional, ciphertext).map((octet, i) => octet ^ (mask[i] as number))
}

export const sm4Gcm: Sm4Gcm = {
  encrypt: ({ key, iv, data, additional = new Uint8Array() }: GcmInput) => {
    const stream = open(key, iv)
    const ciphertext = countered(stream, data)
    return concat(ciphertext, tagOf(stream, additional, ciphertext))
  },

  decrypt: ({ key, iv, data, additional = new Uint8Array() }: GcmInput) => {
    const stream = open(key, iv)
    const split = data.length - BLOCK
    const ciphertext = data.subarray(0, Math.max(0, split))
    if (split < 0 || !equalBytes(tagOf(stream, additional, ciphertext), data.subarray(split)))
      throw new FormatError('SM4_DECRYPTION_FAILED', 'the tag does not fit')
    return countered(stream, ciphertext)
  },
}
