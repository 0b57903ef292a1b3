import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe } from 'vitest'
import { openPkcs11KeyStore } from '../../../keys/pkcs11/index.ts'
import { openSoftwareKeyStore } from '../../../keys/software/index.ts'
import { systemRandom } from '../../../src/kernel/index.ts'
import { makeSoftHsm, skipWithoutSoftHsm } from '../../support/soft-hsm.ts'
import type { SoftHsm } from '../../support/soft-hsm.ts'
import { keyStoreContract } from './key-store-contract.ts'

describe('custody in files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xinyin-custody-'))
  const masterKey = systemRandom.bytes(32)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  keyStoreContract('software', {
    open: () => Promise.resolve(openSoftwareKeyStore({ folder, masterKey, random: systemRandom })),
    algorithms: ['SM2', 'P-256', 'RSA-3072'],
  })
})

describe.skipIf(skipWithoutSoftHsm())('custody in SoftHSM2', () => {
  let hsm: SoftHsm | undefined
  const stores: { close(): Promise<void> }[] = []
  afterAll(async () => {
    for (const store of stores) await store.close()
    hsm?.remove()
  })
  keyStoreContract('pkcs11', {
    open: async () => {
      hsm ??= makeSoftHsm()
      const store = await openPkcs11KeyStore({ ...hsm, sessions: 2, random: systemRandom })
      stores.push(store)
      return store
    },
    algorithms: ['P-256', 'RSA-3072'],
  })
})
