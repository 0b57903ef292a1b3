import { describe, expect, it } from 'vitest'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { makeRememberingCrypto } from '../../../src/crypto/node.ts'
import type { CryptoPort, SignatureCheck } from '../../../standards/ports.ts'

const check = (changes: Partial<SignatureCheck> = {}): SignatureCheck => ({
  algorithm: 'SM2-SM3',
  publicKey: Uint8Array.of(1, 2),
  message: Uint8Array.of(3),
  signature: Uint8Array.of(4, 5),
  ...changes,
})

const counting = (answer: boolean) => {
  const state = { asked: 0 }
  const base: CryptoPort = {
    digest: (algorithm, ...parts) => portableCrypto.digest(algorithm, ...parts),
    isSignedBy: () => {
      state.asked++
      return answer
    },
  }
  return { state, crypto: makeRememberingCrypto(base) }
}

describe('remembering crypto', () => {
  it('checks a good signature once', () => {
    const { state, crypto } = counting(true)
    expect([crypto.isSignedBy(check()), crypto.isSignedBy(check())]).toEqual([true, true])
    expect(state.asked).toBe(1)
  })

  it('never remembers a wrong one', () => {
    const { state, crypto } = counting(false)
    expect([crypto.isSignedBy(check()), crypto.isSignedBy(check())]).toEqual([false, false])
    expect(state.asked).toBe(2)
  })

  it.each([
    { algorithm: 'ECDSA-SHA256' as const },
    { publicKey: Uint8Array.of(1, 3) },
    { message: Uint8Array.of(4) },
    { signature: Uint8Array.of(4, 6) },
    { publicKey: Uint8Array.of(1, 2, 4), signature: Uint8Array.of(5) },
    { signature: Uint8Array.of(4), message: Uint8Array.of(5, 3) },
  ])('asks again when anything differs: %j', (change) => {
    const { state, crypto } = counting(true)
    crypto.isSignedBy(check())
    crypto.isSignedBy(check(change))
    expect(state.asked).toBe(2)
  })
})
