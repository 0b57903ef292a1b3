import type { Hierarchy } from './hierarchy.ts'
import { keyIdOf } from './hierarchy.ts'

/** Key ids of those that sign themselves: `root-sm2`, `root-p256`. */
export const rootKeyIds = ({ keys }: Hierarchy): readonly string[] =>
  keys.filter((k) => k.issuer === k.id).flatMap((k) => k.algorithms.map((a) => keyIdOf(k.id, a)))
