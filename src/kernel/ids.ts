/** UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, then random; ordered by time, made here and not in the database. */
import type { Clock } from './clock.ts'
import type { RandomSource } from './random.ts'

export interface Ids {
  next(): string
}

export const uuidV7 = (millis: number, random: Uint8Array): string => {
  const b = Uint8Array.from(random.subarray(0, 16))
  for (let i = 0; i < 6; i++) b[i] = Math.floor(millis / 2 ** (8 * (5 - i))) % 256
  b[6] = 0x70 | ((b[6] as number) & 0x0f)
  b[8] = 0x80 | ((b[8] as number) & 0x3f)
  const hex = [...b].map((x) => x.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

export const makeIds = (clock: Clock, random: RandomSource): Ids => ({
  next: () => uuidV7(clock.now().getTime(), random.bytes(16)),
})

/** Shape check for ids that come from outside (paths, forms). */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
