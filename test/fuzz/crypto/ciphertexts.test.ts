/** No bytes hurt the readers of SM2 ciphertexts, keys and enveloped keys: only their own errors, and never a message that nobody encrypted. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { nodeCrypto as digests } from '../../../src/crypto/node.ts'
import { concat, fromHex, toHex, utf8 } from '../../../standards/bytes.ts'
import { isMalformed } from '../../../standards/errors.ts'
import {
  decryptSm2,
  encodeRawSm2Ciphertext,
  encryptSm2,
  kernelScalars,
  openSm2Secrets,
  parseRawSm2Ciphertext,
  referenceScalars,
} from '../../../standards/gbt-32918-sm2/index.ts'
import {
  encodeSm2Cipher,
  normaliseSm2Cipher,
  openEnvelopedKey,
  parseSm2PrivateKey,
  parseSm2PublicKeyBits,
  sealEnvelopedKey,
} from '../../../standards/gbt-35276-sm2-usage/index.ts'

const secrets = openSm2Secrets()
const scalars = secrets === undefined ? referenceScalars : kernelScalars(secrets)
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))
const privateKey = fromHex('785129917d45a9ea5437a59356b82338eaadda6ceb199088f14ae10defa229b5')
const publicKey = scalars.multiplyBase(privateKey)
const message = utf8('收件人的加密密钥')
const made = encryptSm2({ digests, publicKey, message, random, scalars })
const delivered = fromHex('81eb26e941bb5af16df116495f90695272ae2cd63d6c4ae1678418be48230029')
const sealed = sealEnvelopedKey({ digests, recipient: publicKey, privateKey: delivered, random, scalars })

/** A repeatable generator: a failure can be run again. */
const makeRandom =
  (seed: number) =>
  (below: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }

/** One of: octets changed, a piece cut, a piece doubled, a length octet made huge. */
const broken = (bytes: Uint8Array, next: (below: number) => number): Uint8Array => {
  const at = next(bytes.length)
  const kind = next(4)
  if (kind === 1) return concat(bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + next(9))))
  if (kind === 2) return concat(bytes.subarray(0, at), bytes.subarray(Math.max(0, at - next(40))))
  const out = bytes.slice()
  if (kind === 3) out[at] = [0x80, 0x84, 0x88, 0xff][next(4)] as number
  else for (let i = 0; i <= next(3); i++) out[next(out.length)] = next(256)
  return out
}

const outcome = (act: () => Uint8Array): string => {
  try {
    return toHex(act())
  } catch (error) {
    expect(isMalformed(error)).toBe(true)
    return 'refused'
  }
}

const corpus = (): Uint8Array[] => {
  const path = fileURLToPath(new URL('../../vectors/sm2/sm2_encrypt_test.json', import.meta.url))
  const { testGroups } = JSON.parse(readFileSync(path, 'utf8')) as { testGroups: { tests: { ct: string }[] }[] }
  return testGroups.flatMap((g) => g.tests.map((t) => fromHex(t.ct)))
}

const ROUNDS = process.env['XINYIN_EXTENDED'] === undefined ? 1_500 : 100_000

describe('broken bytes', () => {
  it('of a ciphertext open to the message that was encrypted, or not at all', { timeout: 600_000 }, () => {
    const next = makeRandom(1)
    const whole = encodeSm2Cipher(made)
    const allowed = new Set([toHex(message), 'refused'])
    for (let i = 0; i < ROUNDS; i++) {
      const bytes = broken(whole, next)
      const opened = outcome(() => {
        const { ciphertext } = normaliseSm2Cipher(bytes, i % 2 === 0 ? 'strict' : 'compat')
        return decryptSm2({ digests, privateKey, ciphertext, scalars })
      })
      if (!allowed.has(opened)) expect.unreachable(`round ${i} opened to ${opened}`)
    }
  })

  it('of a raw ciphertext, in either order, do not open, unless they are the same', { timeout: 600_000 }, () => {
    const next = makeRandom(2)
    const whole = encodeRawSm2Ciphertext(made)
    for (let i = 0; i < ROUNDS / 4; i++) {
      const bytes = broken(whole, next)
      const order = i % 2 === 0 ? 'C1C3C2' : 'C1C2C3'
      const prefixed = i % 3 !== 0
      const opened = outcome(() => {
        const ciphertext = parseRawSm2Ciphertext(bytes, { order, prefixed })
        return decryptSm2({ digests, privateKey, ciphertext, scalars })
      })
      const read = prefixed ? bytes : concat(Uint8Array.of(4), bytes)
      if (opened !== 'refused') expect([toHex(read), opened]).toEqual([toHex(whole), toHex(message)])
    }
  })

  it('of an enveloped key deliver that key, or none', { timeout: 600_000 }, () => {
    const next = makeRandom(3)
    for (let i = 0; i < ROUNDS; i++) {
      const envelopedKey = broken(sealed, next)
      const mode = i % 2 === 0 ? 'strict' : 'compat'
      const opened = outcome(() => openEnvelopedKey({ digests, privateKey, envelopedKey, mode, scalars }).privateKey)
      if (opened !== 'refused' && opened !== toHex(delivered)) expect.unreachable(`round ${i} delivered another key`)
    }
  })

  it('of the published vectors are read or refused, never more', { timeout: 600_000 }, () => {
    const next = makeRandom(4)
    const files = corpus()
    for (let i = 0; i < ROUNDS; i++) {
      const bytes = broken(files[next(files.length)] as Uint8Array, next)
      outcome(() => normaliseSm2Cipher(bytes, i % 2 === 0 ? 'strict' : 'compat').ciphertext.c2)
      outcome(() => parseSm2PublicKeyBits(bytes))
      outcome(() => parseSm2PrivateKey(bytes))
    }
  })

  it('that claim to be enormous cost nothing', () => {
    const started = performance.now()
    for (const length of ['84ffffffff', '84040000', '847fffffff', '8803ffffffffffffff', '80'])
      for (const tag of ['30', '02', '04', '03']) {
        const bytes = fromHex(`${tag}${length}${'00'.repeat(40)}`)
        expect(outcome(() => normaliseSm2Cipher(bytes, 'compat').ciphertext.c2)).toBe('refused')
        expect(outcome(() => openEnvelopedKey({ digests, privateKey, envelopedKey: bytes }).privateKey)).toBe('refused')
      }
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})
