/**
 * One KeyStore over two: ids that the policy names live in the device, all others in files. There is no falling back, so that
 * nobody can put a file in the place of a key of the device.
 */
import type { KeyStore } from '../src/crypto/index.ts'

export interface KeyRoutes {
  /** Key ids; `*` stands for any part of one: `root-p256`, `*-ca-p256`. */
  readonly inDevice: readonly string[]
  readonly device: KeyStore
  readonly files: KeyStore
}

const matcher = (pattern: string): RegExp => new RegExp(`^${pattern.replaceAll('*', '[a-z0-9-]*')}$`)

/** Whether the policy puts this key into the device. */
export const isInDevice = (patterns: readonly string[], keyId: string): boolean =>
  patterns.some((pattern) => matcher(pattern).test(keyId))

export const routeKeys = ({ inDevice, device, files }: KeyRoutes): KeyStore => {
  const keeper = (keyId: string): KeyStore => (isInDevice(inDevice, keyId) ? device : files)
  return {
    generate: (keyId, algorithm) => keeper(keyId).generate(keyId, algorithm),
    signer: (keyId) => keeper(keyId).signer(keyId),
    has: (keyId) => keeper(keyId).has(keyId),
  }
}
