/**
 * A CA whose P-256 keys live in SoftHSM2: its ceremony by script, its backup, and the device gone between the journal and the
 * signature of a certificate.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCeremonyFolder } from '../../../keys/ceremony-folder.ts'
import { runCeremony } from '../../../keys/ceremony.ts'
import { standardHierarchy } from '../../../keys/hierarchy.ts'
import { openCustody } from '../../../keys/open-custody.ts'
import { readConfig } from '../../../src/config.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { systemClock, systemRandom } from '../../../src/kernel/index.ts'
import {
  issueCertificate,
  makeAuthorities,
  publishCrls,
  standardProfiles,
  sweepIntents,
} from '../../../src/pki/index.ts'
import { toBase64 } from '../../../standards/bytes.ts'
import { isSignatureValid, parseCertificate } from '../../../standards/rfc5280-x509/index.ts'
import { makeSoftHsm, skipWithoutSoftHsm } from '../../support/soft-hsm.ts'
import type { SoftHsm } from '../../support/soft-hsm.ts'
import { ACTOR, DAY, PUBLIC_URL, SEAL_SUBJECT, newPublicKey, pkiWorld } from '../../unit/pki/pki-world.ts'
import { runCommand } from './run-command.ts'

describe.skipIf(skipWithoutSoftHsm())('a CA with keys in SoftHSM2', () => {
  let hsm: SoftHsm
  let root: string
  let env: Record<string, string>
  const openKeys = async () => {
    const config = readConfig(env)
    const { keyStore } = await openCustody({ config, folder: env['XINYIN_DATA'] ?? '', random: systemRandom })
    return keyStore
  }
  const ceremonyOf = async (readOnly: boolean) =>
    runCeremony({
      keyStore: await openKeys(),
      shelf: openCeremonyFolder(join(root, 'data', 'ceremony')),
      hierarchy: standardHierarchy,
      profiles: standardProfiles,
      crypto: nodeCrypto,
      clock: systemClock,
      random: systemRandom,
      publicUrl: PUBLIC_URL,
      readOnly,
    })

  beforeAll(() => {
    hsm = makeSoftHsm()
    root = mkdtempSync(join(tmpdir(), 'xinyin-hsm-ca-'))
    env = {
      XINYIN_DATA: join(root, 'data'),
      PUBLIC_URL,
      MASTER_KEY: toBase64(systemRandom.bytes(32)),
      PKCS11_MODULE: hsm.module,
      PKCS11_TOKEN_LABEL: hsm.tokenLabel,
      PKCS11_PIN_FILE: hsm.pinFile,
      PKCS11_KEYS: '*-p256',
      XINYIN_CUSTODIANS_FILE: join(root, 'people.json'),
    }
  })
  afterAll(() => {
    hsm.remove()
    rmSync(root, { recursive: true, force: true })
  })

  it('comes out of its ceremony with no file for a key of the device, and a backup that says which are not in it', async () => {
    const script = join(root, 'script.json')
    const made = await runCommand(['ceremony', 'script', '--custodians', '2', '--threshold', '2', '--out', script], env)
    const confirm = /SM3: ([0-9a-f]{8})[0-9a-f]{56}\s+文件/.exec(made.out)?.[1] ?? ''
    const people = {
      one: { confirm, passphrase: 'passphrase of one' },
      two: { confirm, passphrase: 'passphrase of two' },
    }
    writeFileSync(join(root, 'people.json'), JSON.stringify(people))
    const run = [
      'ceremony',
      'run',
      '--script',
      script,
      '--custodian',
      'one',
      '--custodian',
      'two',
      '--out',
      join(root, 'out'),
    ]
    expect(await runCommand(run, env)).toMatchObject({ code: 0, err: '' })
    const files = readdirSync(join(root, 'data', 'keys')).filter((n) => n.endsWith('.key.json'))
    expect([files.filter((n) => n.includes('p256')), files.includes('root-sm2.key.json')]).toEqual([[], true])
    const bundle = readdirSync(join(root, 'out')).find((n) => n.startsWith('backup-')) ?? ''
    const { header } = JSON.parse(readFileSync(join(root, 'out', bundle), 'utf8')) as { header: string }
    expect((JSON.parse(header) as { deviceKeys: string[] }).deviceKeys).toContain('root-p256')
    await ceremonyOf(true)
  })

  it('does not start while the device is away, and does when it is back', async () => {
    await ceremonyOf(true)
    hsm.unplug()
    hsm.dropLibrary()
    await expect(ceremonyOf(true)).rejects.toMatchObject({ code: 'TRY_LATER' })
    hsm.plugIn()
    hsm.dropLibrary()
    await ceremonyOf(true)
  })

  it('loses nothing when the device goes between journal and signature, and issues again when it is back', async () => {
    const { certificates } = await ceremonyOf(true)
    const w = await pkiWorld()
    w.clock.advance(Date.now() - w.clock.now().getTime() + 60_000)
    const keyStore = await openKeys()
    const deps = { ...w.deps, authorities: makeAuthorities({ certificates, keyStore, publicUrl: PUBLIC_URL }) }
    const request = {
      profile: 'document-signer',
      subject: SEAL_SUBJECT,
      publicKey: newPublicKey('P-256'),
      actor: ACTOR,
    }
    await issueCertificate(deps, request)
    const intents = w.store.intents.size
    let intended: Parameters<typeof w.store.intend>[1] | undefined
    const { intend } = w.store
    const pulled = {
      ...deps,
      store: {
        ...w.store,
        intend: (...args: Parameters<typeof intend>) => {
          intended = args[1]
          hsm.unplug()
          hsm.dropLibrary()
          return intend(...args)
        },
      },
    }
    await expect(issueCertificate(pulled, request)).rejects.toMatchObject({ code: 'TRY_LATER' })
    expect(w.store.intents.size, 'journaled').toBe(intents + 1)
    const { issuerId = '', serialHex = '' } = intended ?? {}
    expect(await w.store.findBySerial(issuerId, serialHex), 'not issued').toBeUndefined()
    await expect(publishCrls(deps), 'lists wait too').rejects.toMatchObject({ code: 'TRY_LATER' })
    hsm.plugIn()
    await new Promise((resolve) => setTimeout(resolve, 1_050))
    const again = await issueCertificate(deps, request)
    const issuer = deps.authorities.find((a) => a.id === again.issuerId)
    expect(
      isSignatureValid(parseCertificate(again.der), issuer?.certificate.publicKey ?? new Uint8Array(), nodeCrypto),
    ).toBe(true)
    w.clock.advance(DAY)
    expect(await sweepIntents(deps), 'the one that was cut off is reported').toHaveLength(1)
  })
})
