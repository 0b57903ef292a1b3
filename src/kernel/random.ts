/** The only source of randomness: a CSPRNG. */
export interface RandomSource {
  bytes(count: number): Uint8Array
}

export const systemRandom: RandomSource = { bytes: (count) => crypto.getRandomValues(new Uint8Array(count)) }
