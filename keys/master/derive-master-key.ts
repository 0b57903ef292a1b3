/**
 * A master key from a passphrase, by argon2id (RFC 9106) with a salt that is kept beside the data. It takes half a second and
 * 64 MiB, on purpose. Refuses passphrases that a word list would find.
 */
import { argon2Sync } from 'node:crypto'
import { utf8 } from '../../standards/bytes.ts'
import { TrustError } from '../../src/errors.ts'

/** RFC 9106 §4, second recommended option: 64 MiB, three passes, four lanes. A change needs a new version of what keeps the salt. */
export const PASSPHRASE_ARGON2 = { memory: 65_536, passes: 3, parallelism: 4 } as const
const MIN_PASSPHRASE = 12
const MAX_PASSPHRASE = 1024

/** 32 bytes. NFKC, so that full-width digits are the same passphrase. @throws TrustError INPUT_INVALID */
export const deriveFromPassphrase = (passphrase: string, salt: Uint8Array): Uint8Array => {
  const message = utf8(passphrase.normalize('NFKC'))
  if ([...passphrase].length < MIN_PASSPHRASE || message.length > MAX_PASSPHRASE || new Set(passphrase).size < 5)
    throw new TrustError('INPUT_INVALID', `a passphrase has at least ${MIN_PASSPHRASE} characters, not all alike`, {
      field: 'passphrase',
    })
  try {
    return new Uint8Array(argon2Sync('argon2id', { message, nonce: salt, ...PASSPHRASE_ARGON2, tagLength: 32 }))
  } finally {
    message.fill(0)
  }
}
