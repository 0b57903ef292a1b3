/** Secrets shared by the processes of one service: the first process makes one, all others find it. */
import type { FieldCipher } from '../../src/identity/index.ts'
import { TrustError } from '../../src/errors.ts'
import type { Db } from './db.ts'

const COLUMN = 'service_secret.sealed'

export interface ServiceSecrets {
  find(name: string): Promise<string | undefined>
  /** The kept text under this name, or what `make` gives, kept from now on. */
  get(name: string, make: () => Promise<string> | string): Promise<string>
}

/** The name is inside too, so that one secret cannot be put in another's place. */
const open = (name: string, text: string): string => {
  if (!text.startsWith(`${name}\n`)) throw new TrustError('KEY_UNUSABLE', 'a service secret stands under another name')
  return text.slice(name.length + 1)
}

export const makeServiceSecrets = (db: Db, cipher: Pick<FieldCipher, 'encrypt' | 'decrypt'>): ServiceSecrets => {
  const read = async (name: string): Promise<string | undefined> => {
    const [row] = await db.query<{ sealed: Uint8Array }>('SELECT sealed FROM service_secret WHERE name = $1', [name])
    return row === undefined ? undefined : open(name, cipher.decrypt(COLUMN, row.sealed))
  }
  return {
    find: read,
    get: async (name, make) => {
      const known = await read(name)
      if (known !== undefined) return known
      await db.query('INSERT INTO service_secret (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', [
        name,
        cipher.encrypt(COLUMN, `${name}\n${await make()}`),
      ])
      return (await read(name)) ?? ''
    },
  }
}
