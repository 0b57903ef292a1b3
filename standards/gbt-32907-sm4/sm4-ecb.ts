/** GB/T 17964 ECB over SM4, without padding. Shows equal blocks as equal: for random content only. */
import { FormatError } from '../errors.ts'
import { BLOCK, expandSm4Key, reverseSm4Key, sm4Block, viewOf } from './sm4.ts'
import type { Sm4Ecb } from './sm4-modes.ts'

const every = (roundKeys: Int32Array, blocks: Uint8Array): Uint8Array => {
  if (blocks.length % BLOCK !== 0) throw new FormatError('SM4_LENGTH', 'not whole SM4 blocks')
  const out = new Uint8Array(blocks.length)
  const [from, to] = [viewOf(blocks), viewOf(out)]
  for (let at = 0; at < out.length; at += BLOCK) sm4Block(roundKeys, from, to, at)
  return out
}

export const sm4Ecb: Sm4Ecb = {
  encrypt: (key, blocks) => every(expandSm4Key(key), blocks),
  decrypt: (key, blocks) => every(reverseSm4Key(expandSm4Key(key)), blocks),
}
