import { afterEach, describe, expect, it, vi } from 'vitest'
import type * as NodeCrypto from 'node:crypto'

const load = async (changed: (real: typeof NodeCrypto) => Partial<typeof NodeCrypto>) => {
  vi.resetModules()
  vi.doMock('node:crypto', async () => {
    const real = await vi.importActual<typeof NodeCrypto>('node:crypto')
    return { ...real, ...changed(real) }
  })
  return (await import('../../../src/crypto/self-check.ts')).selfCheck
}
const failed = expect.objectContaining({ code: 'SELF_CHECK_FAILED' })

afterEach(() => {
  vi.doUnmock('node:crypto')
  vi.resetModules()
})

describe('selfCheck', () => {
  it('passes on this runtime', async () => {
    const selfCheck = await load(() => ({}))
    expect(selfCheck).not.toThrow()
  })

  it('fails when the one-shot call has become standard SM2, as with another default id', async () => {
    const selfCheck = await load(() => ({ verify: (() => true) as never }))
    expect(selfCheck).toThrow(failed)
  })

  it('fails when the streaming verifier says no to the example', async () => {
    const verifier = { update: () => verifier, verify: () => false }
    const selfCheck = await load(() => ({ createVerify: (() => verifier) as never }))
    expect(selfCheck).toThrow(failed)
  })

  it('fails when the streaming verifier says yes to everything', async () => {
    const verifier = { update: () => verifier, verify: () => true }
    const selfCheck = await load(() => ({ createVerify: (() => verifier) as never }))
    expect(selfCheck).toThrow(failed)
  })

  it('fails when signing is not SM2 over Z', async () => {
    const selfCheck = await load((real) => ({
      createSign: ((digest: string) => {
        const signer = real.createSign(digest)
        let first = true
        const stream = {
          update: (data: Uint8Array) => {
            if (!first) signer.update(data)
            first = false
            return stream
          },
          sign: (key: NodeCrypto.KeyObject) => signer.sign(key),
        }
        return stream
      }) as never,
    }))
    expect(selfCheck).toThrow(failed)
  })

  it('fails when there is no SM3, or a wrong one', async () => {
    const without = await load((real) => ({
      createHash: ((name: string) => {
        if (name === 'sm3') throw new Error('Digest method not supported')
        return real.createHash(name)
      }) as never,
    }))
    expect(without).toThrow(failed)
    const wrong = await load((real) => ({
      createHash: ((name: string) => real.createHash(name === 'sm3' ? 'sha256' : name)) as never,
    }))
    expect(wrong).toThrow(failed)
  })
})
