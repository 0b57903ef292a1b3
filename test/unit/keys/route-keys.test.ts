import { describe, expect, it } from 'vitest'
import { isInDevice, routeKeys } from '../../../keys/route-keys.ts'
import type { KeyStore } from '../../../src/crypto/index.ts'
import { TrustError } from '../../../src/errors.ts'

const keeper = (name: string, asked: string[], ids: readonly string[]): KeyStore => ({
  generate: (id) => Promise.resolve(new Uint8Array(asked.push(`${name} makes ${id}`))),
  has: (id) => Promise.resolve(ids.includes(id)),
  signer: (id) => Promise.reject(new TrustError('KEY_NOT_FOUND', `${name} has no ${id}`)),
})

describe('the policy of custody', () => {
  it.each([
    ['root-p256', 'root-p256', true],
    ['root-p256', 'root-p256-2', false],
    ['root-p256', 'xroot-p256', false],
    ['*-ca-p256', 'person-ca-p256', true],
    ['*-ca-p256', 'person-ca-sm2', false],
    ['*-p256', 'seal-0193-p256', true],
    ['*', 'anything', true],
  ])('%s names %s: %s', (pattern, id, expected) => expect(isInDevice([pattern], id)).toBe(expected))

  it('has one keeper for each key: a file never stands in for the device', async () => {
    const asked: string[] = []
    const store = routeKeys({
      inDevice: ['root-*'],
      device: keeper('device', asked, []),
      files: keeper('files', asked, ['root-p256', 'status-sm2']),
    })
    expect([await store.has('root-p256'), await store.has('status-sm2')]).toEqual([false, true])
    await expect(store.signer('root-p256')).rejects.toThrow('device has no root-p256')
    await store.generate('root-sm2', 'SM2')
    await store.generate('status-sm2', 'SM2')
    expect(asked).toEqual(['device makes root-sm2', 'files makes status-sm2'])
  })
})
