/** A hierarchy in a folder: made by whoever opens it first, found by all others. */
import { join } from 'node:path'
import { openCeremonyFolder } from '../../../keys/ceremony-folder.ts'
import { runCeremony } from '../../../keys/ceremony.ts'
import { standardHierarchy } from '../../../keys/hierarchy.ts'
import { openSoftwareKeyStore } from '../../../keys/software/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { systemClock, systemRandom } from '../../../src/kernel/index.ts'
import { makeAuthorities, standardProfiles } from '../../../src/pki/index.ts'

const PUBLIC_URL = 'http://127.0.0.1:3000'

export const openHierarchy = async (folder: string, masterKey: Uint8Array) => {
  const keyStore = openSoftwareKeyStore({ folder: join(folder, 'keys'), masterKey, random: systemRandom })
  const { certificates } = await runCeremony({
    keyStore,
    shelf: openCeremonyFolder(join(folder, 'ceremony')),
    hierarchy: standardHierarchy,
    profiles: standardProfiles,
    crypto: nodeCrypto,
    clock: systemClock,
    random: systemRandom,
    publicUrl: PUBLIC_URL,
  })
  const source = { certificates, keyStore, publicUrl: PUBLIC_URL }
  return { authorities: makeAuthorities(source), source }
}
