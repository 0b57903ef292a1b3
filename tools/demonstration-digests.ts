/** Writes src/demonstration.json from examples/world.json: digests of every password, secret and client key. */
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { world } from '../examples/world.ts'
import { demonstrationDigest } from '../src/demonstration.ts'

const constants = [
  ...world.accounts.map((a) => a.password),
  ...Object.values(world.registrySecrets),
  ...world.clients.map(({ authentication: a }) => (a.method === 'private_key_jwt' ? a.publicJwk.x : a.secret)),
]
const digests = constants.map(demonstrationDigest).sort()
const file = fileURLToPath(new URL('../src/demonstration.json', import.meta.url))
await writeFile(file, `${JSON.stringify(digests, null, 2)}\n`)
