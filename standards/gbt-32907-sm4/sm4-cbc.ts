/** GB/T 17964 CBC over SM4 with PKCS#7 padding. Gives no integrity: whoever decrypts must have checked a signature or MAC first. */
import { FormatError } from '../errors.ts'
import { BLOCK, expandSm4Key, reverseSm4Key, sm4Block, viewOf } from './sm4.ts'
import type { Sm4Cbc } from './sm4-modes.ts'

const requireIv = (iv: Uint8Array): void => {
  if (iv.length !== BLOCK) throw new FormatError('SM4_IV_LENGTH', 'the iv of SM4-CBC is 16 bytes')
}

const failed = (): FormatError => new FormatError('SM4_DECRYPTION_FAILED', 'not a ciphertext of SM4-CBC under this key')

/** Octets of padding, or 0 where it is wrong; every octet of the last block is looked at. */
const paddingOf = (last: Uint8Array): number => {
  const count = last[BLOCK - 1] as number
  let wrong = count === 0 || count > BLOCK ? 1 : 0
  for (let i = 0; i < BLOCK; i++) wrong |= i >= BLOCK - count ? (last[i] as number) ^ count : 0
  return wrong === 0 ? count : 0
}

export const sm4Cbc: Sm4Cbc = {
  encrypt: ({ key, iv, data }) => {
    requireIv(iv)
    const roundKeys = expandSm4Key(key)
    const padding = BLOCK - (data.length % BLOCK)
    const out = new Uint8Array(data.length + padding).fill(padding)
    out.set(data)
    const view = viewOf(out)
    let [before, beforeAt] = [viewOf(iv), 0]
    for (let at = 0; at < out.length; at += BLOCK) {
      for (let i = 0; i < BLOCK; i += 4) view.setInt32(at + i, view.getInt32(at + i) ^ before.getInt32(beforeAt + i))
      sm4Block(roundKeys, view, view, at)
      ;[before, beforeAt] = [view, at]
    }
    return out
  },

  decrypt: ({ key, iv, data }) => {
    requireIv(iv)
    const roundKeys = reverseSm4Key(expandSm4Key(key))
    if (data.length === 0 || data.length % BLOCK !== 0) throw failed()
    const out = new Uint8Array(data.length)
    const [from, to, first] = [viewOf(data), viewOf(out), viewOf(iv)]
    for (let at = 0; at < out.length; at += BLOCK) {
      sm4Block(roundKeys, from, to, at)
      const [before, beforeAt] = at === 0 ? [first, 0] : [from, at - BLOCK]
      for (let i = 0; i < BLOCK; i += 4) to.setInt32(at + i, to.getInt32(at + i) ^ before.getInt32(beforeAt + i))
    }
    const padding = paddingOf(out.subarray(out.length - BLOCK))
    if (padding === 0) throw failed()
    return out.subarray(0, out.length - padding)
  },
}
