/** What every custody must do, whatever keeps the keys. `open` gives a store on the same keys again, as after a restart. */
import { describe, expect, it } from 'vitest'
import type { KeyAlgorithm, KeyStore } from '../../../src/crypto/index.ts'
import { keyKindOf, portableCrypto } from '../../../src/crypto/index.ts'
import { toHex, utf8 } from '../../../standards/bytes.ts'

export interface CustodyUnderTest {
  /** One that was opened before may still be at work. */
  open(): Promise<KeyStore>
  readonly algorithms: readonly KeyAlgorithm[]
}

const code = (value: string): unknown => expect.objectContaining({ code: value })
const SIGNS = { SM2: 'SM2-SM3', 'P-256': 'ECDSA-SHA256', 'RSA-3072': 'RSA-SHA256' } as const
const KIND = { SM2: 'SM2', 'P-256': 'P-256', 'RSA-3072': 'RSA' } as const

export const keyStoreContract = (name: string, custody: CustodyUnderTest): void => {
  let made = 0
  const newId = (): string => `contract-${name}-${++made}`
  const { open } = custody

  describe.each(custody.algorithms)(`${name}, %s`, (algorithm) => {
    it('keeps a key over a restart, and signs what an independent port accepts', async () => {
      const id = newId()
      const publicKey = await (await open()).generate(id, algorithm)
      const signer = await (await open()).signer(id)
      expect(toHex(signer.publicKey)).toBe(toHex(publicKey))
      expect([signer.algorithm, keyKindOf(publicKey)]).toEqual([SIGNS[algorithm], KIND[algorithm]])
      for (const message of [utf8(''), utf8('印章'), new Uint8Array(100_000).fill(7)]) {
        const check = { algorithm: signer.algorithm, publicKey, message, signature: await signer.sign(message) }
        expect(portableCrypto.isSignedBy(check)).toBe(true)
        expect(portableCrypto.isSignedBy({ ...check, message: utf8('other') })).toBe(false)
      }
    })

    it('makes another key under each id', async () => {
      const store = await open()
      const keys = await Promise.all([newId(), newId()].map((id) => store.generate(id, algorithm)))
      expect(toHex(keys[0] as Uint8Array)).not.toBe(toHex(keys[1] as Uint8Array))
    })
  })

  const algorithm = custody.algorithms.find((a) => a !== 'RSA-3072') ?? 'P-256'
  describe(name, () => {
    it('refuses an id in use, and leaves its key as it is', async () => {
      const id = newId()
      const store = await open()
      const publicKey = await store.generate(id, algorithm)
      for (const again of [store, await open()])
        await expect(again.generate(id, algorithm)).rejects.toEqual(code('CONFLICT'))
      expect(toHex((await (await open()).signer(id)).publicKey)).toBe(toHex(publicKey))
    })

    it('lets one of several win who make the same id at once', async () => {
      const [id, store] = [newId(), await open()]
      const results = await Promise.allSettled(Array.from({ length: 6 }, () => store.generate(id, algorithm)))
      const won = results.filter((r) => r.status === 'fulfilled')
      expect(won).toHaveLength(1)
      expect(toHex((await (await open()).signer(id)).publicKey)).toBe(toHex(won[0]?.value ?? new Uint8Array()))
      for (const lost of results) if (lost.status === 'rejected') expect(lost.reason).toEqual(code('CONFLICT'))
    })

    it('knows which keys it has, and says KEY_NOT_FOUND of others until they are there', async () => {
      const [id, store] = [newId(), await open()]
      expect(await store.has(id)).toBe(false)
      await expect(store.signer(id)).rejects.toEqual(code('KEY_NOT_FOUND'))
      await store.generate(id, algorithm)
      expect(await store.has(id)).toBe(true)
      await expect(store.signer(id)).resolves.toHaveProperty('algorithm', SIGNS[algorithm])
    })

    it('does not take the beginning of an id for the id', async () => {
      const [id, store] = [newId(), await open()]
      await store.generate(`${id}-longer`, algorithm)
      expect(await store.has(id)).toBe(false)
      await expect(store.signer(id)).rejects.toEqual(code('KEY_NOT_FOUND'))
    })

    it('signs many things at once, each its own', async () => {
      const [id, store] = [newId(), await open()]
      const publicKey = await store.generate(id, algorithm)
      const messages = Array.from({ length: 40 }, (_, i) => utf8(`message ${i}`))
      const signer = await store.signer(id)
      const signatures = await Promise.all(messages.map((m) => signer.sign(m)))
      const good = messages.map((message, i) =>
        portableCrypto.isSignedBy({
          algorithm: signer.algorithm,
          publicKey,
          message,
          signature: signatures[i] ?? new Uint8Array(),
        }),
      )
      expect(good.every((ok) => ok)).toBe(true)
    })

    it.each([
      '',
      '.',
      '../root',
      'a/b',
      'a\\b',
      'A',
      'a_b',
      '-a',
      'a-',
      'a--b',
      'a.b',
      'a\0',
      'a\n',
      '印',
      'a'.repeat(121),
    ])('refuses the key id %j everywhere', async (keyId) => {
      const store = await open()
      for (const attempt of [store.generate(keyId, algorithm), store.signer(keyId), store.has(keyId)])
        await expect(attempt).rejects.toEqual(code('INPUT_INVALID'))
    })
  })
}
