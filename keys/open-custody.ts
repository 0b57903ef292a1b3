/**
 * Who keeps the keys of this installation, from the settings: master keys, key files, and the device where one is named.
 * Refuses settings that leave a key with two keepers or none.
 */
import { join } from 'node:path'
import { toBase64 } from '../standards/bytes.ts'
import type { Config } from '../src/config.ts'
import type { KeyStore } from '../src/crypto/index.ts'
import type { RandomSource } from '../src/kernel/index.ts'
import type { MasterKeySource, MasterKeys } from './master/index.ts'
import { openMasterKeys, openSaltFolder } from './master/index.ts'
import { readOrMakeSecret } from './master/salt-folder.ts'
import { isInDevice, routeKeys } from './route-keys.ts'
import { openSoftwareKeyStore } from './software/index.ts'

export interface CustodyOptions {
  readonly config: Pick<Config, 'masterKey' | 'pkcs11'>
  /** XINYIN_DATA. */
  readonly folder: string
  readonly random: RandomSource
  /** Asks for a passphrase at the terminal; the argument says whose. */
  readonly ask?: (what: string) => Promise<string>
}

export interface Custody {
  readonly masterKeys: MasterKeys
  readonly keyStore: KeyStore
  /** True for a key that lives in the device, and has no file. */
  isInDevice(keyId: string): boolean
  /** Where key files stand. */
  readonly keyFolder: string
}

const sourceOf = async ({ config, folder, random, ask }: CustodyOptions): Promise<MasterKeySource> => {
  const setting = config.masterKey
  if (setting === undefined) {
    const key = readOrMakeSecret(join(folder, 'secrets', 'master-key'), 32, random)
    return { kind: 'keys', lines: `m1:${toBase64(key)}` }
  }
  if (setting.kind === 'passphrase-file' && setting.path === '-')
    return { kind: 'passphrase', lines: (await ask?.('主密钥 (master key)')) ?? '' }
  return setting
}

const keyStoreOf = async ({ config, random }: CustodyOptions, files: KeyStore): Promise<KeyStore> => {
  if (config.pkcs11 === undefined) return files
  const { openPkcs11KeyStore } = await import('./pkcs11/index.ts')
  const device = await openPkcs11KeyStore({ ...config.pkcs11, random })
  return routeKeys({ inDevice: config.pkcs11.keys, device, files })
}

/** @throws TrustError CONFIG_INVALID */
export const openCustody = async (options: CustodyOptions): Promise<Custody> => {
  const { folder, random, config } = options
  const saltOf = openSaltFolder(join(folder, 'secrets'), random)
  const masterKeys = openMasterKeys({ source: await sourceOf(options), saltOf })
  const keyFolder = join(folder, 'keys')
  const files = openSoftwareKeyStore({ folder: keyFolder, masterKey: masterKeys, random })
  return {
    masterKeys,
    keyFolder,
    keyStore: await keyStoreOf(options, files),
    isInDevice: (keyId) => isInDevice(config.pkcs11?.keys ?? [], keyId),
  }
}
