import { describe, expect, it } from 'vitest'
import { makeBoundedCache } from '../../../src/crypto/node.ts'

describe('makeBoundedCache', () => {
  it('forgets the entry not used for longest', () => {
    const cache = makeBoundedCache<number>(2)
    cache.set('a', 1)
    cache.set('b', 2)
    expect(cache.get('a')).toBe(1)
    cache.set('c', 3)
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3])
  })

  it('replaces and deletes without forgetting another', () => {
    const cache = makeBoundedCache<number>(2)
    cache.set('a', 1)
    cache.set('b', 2)
    cache.set('b', 3)
    cache.delete('x')
    expect([cache.get('a'), cache.get('b')]).toEqual([1, 3])
    cache.delete('a')
    expect(cache.get('a')).toBeUndefined()
  })
})
