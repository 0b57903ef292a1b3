/** A device that misbehaves: wrong PIN, pulled token, lost sessions, keys that are not what they should be. */
import { chmodSync, rmSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPkcs11KeyStore } from '../../../keys/pkcs11/index.ts'
import type { Pkcs11KeyStore, Pkcs11Options } from '../../../keys/pkcs11/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { systemRandom } from '../../../src/kernel/index.ts'
import { toHex, utf8 } from '../../../standards/bytes.ts'
import { makeSoftHsm, skipWithoutSoftHsm } from '../../support/soft-hsm.ts'
import type { SoftHsm } from '../../support/soft-hsm.ts'

const code = (value: string): unknown => expect.objectContaining({ code: value })
const message = utf8('印章')

describe('a device that cannot be opened', () => {
  it('is refused with what to do, when the library is none', async () => {
    const options = { module: '/etc/hostname', tokenLabel: 't', pinFile: '/none', sessions: 1, random: systemRandom }
    await expect(openPkcs11KeyStore(options)).rejects.toEqual(code('CONFIG_INVALID'))
    await expect(openPkcs11KeyStore({ ...options, module: '/nowhere.so' })).rejects.toEqual(code('CONFIG_INVALID'))
  })
})

describe.skipIf(skipWithoutSoftHsm())('SoftHSM2, when things go wrong', () => {
  let hsm: SoftHsm
  const stores: Pkcs11KeyStore[] = []
  const open = async (more: Partial<Pkcs11Options> = {}): Promise<Pkcs11KeyStore> => {
    const store = await openPkcs11KeyStore({ ...hsm, sessions: 2, retryAfter: 0, random: systemRandom, ...more })
    stores.push(store)
    return store
  }
  let store: Pkcs11KeyStore
  let publicKey: Uint8Array
  const signs = async (id = 'root-p256', from = store): Promise<boolean> => {
    const signer = await from.signer(id)
    const signature = await signer.sign(message)
    return nodeCrypto.isSignedBy({ algorithm: signer.algorithm, publicKey: signer.publicKey, message, signature })
  }

  beforeAll(async () => {
    hsm = makeSoftHsm()
    store = await open()
    publicKey = await store.generate('root-p256', 'P-256')
  })
  afterAll(async () => {
    for (const s of stores) await s.close()
    hsm.remove()
  })

  it('goes on by itself after every session was dropped, and after the library was', async () => {
    expect(await signs()).toBe(true)
    hsm.dropSessions()
    expect(await signs()).toBe(true)
    hsm.dropLibrary()
    expect(await signs()).toBe(true)
    hsm.dropLibrary()
    const all = await Promise.all(Array.from({ length: 12 }, () => signs()))
    expect(all.every((ok) => ok)).toBe(true)
  })

  it('says TRY_LATER while the token is away, and signs again when it is back', async () => {
    const signer = await store.signer('root-p256')
    hsm.unplug()
    hsm.dropLibrary()
    for (let i = 0; i < 3; i++) await expect(signer.sign(message)).rejects.toEqual(code('TRY_LATER'))
    await expect(store.has('root-p256')).rejects.toEqual(code('TRY_LATER'))
    await expect(store.generate('other', 'P-256')).rejects.toEqual(code('TRY_LATER'))
    hsm.plugIn()
    expect(await signs()).toBe(true)
    expect(toHex((await store.signer('root-p256')).publicKey)).toBe(toHex(publicKey))
  })

  it('does not ask a device that is away over and over', async () => {
    const patient = await open({ retryAfter: 60_000 })
    hsm.unplug()
    hsm.dropLibrary()
    await expect(patient.has('root-p256')).rejects.toEqual(code('TRY_LATER'))
    hsm.plugIn()
    await expect(patient.has('root-p256'), 'within the minute').rejects.toEqual(code('TRY_LATER'))
  })

  it('tries a wrong PIN once, and the next one that the file holds', async () => {
    const other = await open()
    hsm.dropLibrary()
    hsm.writePin('000000')
    for (let i = 0; i < 12; i++) await expect(other.has('root-p256')).rejects.toEqual(code('CONFIG_INVALID'))
    hsm.writePin('271828')
    expect(await other.has('root-p256'), 'twelve refusals have not locked the token').toBe(true)
  })

  it('refuses a PIN file that others can read, none, and no PIN in the error', async () => {
    const other = await open()
    hsm.dropLibrary()
    chmodSync(hsm.pinFile, 0o644)
    const failure = await other.has('root-p256').catch((error: unknown) => String(error))
    expect(failure).toContain('chmod 600')
    expect(failure).not.toContain('271828')
    rmSync(hsm.pinFile)
    await expect(other.has('root-p256')).rejects.toEqual(code('CONFIG_INVALID'))
    hsm.writePin('271828')
    expect(await other.has('root-p256')).toBe(true)
  })

  it('says TRY_LATER of a token that is not there', async () => {
    const nobody = await open({ tokenLabel: 'another' })
    await expect(nobody.has('root-p256')).rejects.toEqual(code('TRY_LATER'))
  })

  it('refuses SM2 with a code: the token signs ECDSA on that curve, which is not SM2', async () => {
    await expect(store.generate('root-sm2', 'SM2')).rejects.toEqual(code('KEY_ALGORITHM_UNSUPPORTED'))
    expect(await store.has('root-sm2')).toBe(false)
    const configured = await open({ sm2: { sign: 0x80000105 } })
    await expect(configured.generate('root-sm2', 'SM2')).rejects.toEqual(code('KEY_ALGORITHM_UNSUPPORTED'))
  })

  it('refuses a private key that could leave the token, or once could, and one whose public half is of another key', async () => {
    await store.has('root-p256')
    hsm.addPair({ label: 'loose', publicLabel: 'loose', extractable: true })
    hsm.addPair({ label: 'mixed', publicLabel: 'aside' })
    hsm.addPair({ label: 'beside', publicLabel: 'mixed' })
    hsm.addPair({ label: 'late', publicLabel: 'late', lateSensitive: true })
    for (const id of ['loose', 'mixed', 'beside', 'late']) {
      expect(await store.has(id)).toBe(true)
      await expect(store.signer(id)).rejects.toEqual(code('KEY_UNUSABLE'))
    }
    expect(await signs()).toBe(true)
  })

  it('refuses a key that was brought in from a file, however safe it is now, and two of one name', async () => {
    const pem = join(hsm.folder, 'key.pem')
    const add = (label: string, ...more: readonly string[]): void => {
      execFileSync('softhsm2-util', [
        '--import',
        pem,
        '--token',
        hsm.tokenLabel,
        '--label',
        label,
        '--id',
        hexOf(label),
        '--pin',
        '271828',
        ...more,
      ])
    }
    const hexOf = (text: string): string => Buffer.from(text).toString('hex')
    const generate = (): void => {
      execFileSync('openssl', ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', pem])
    }
    generate()
    add('imported')
    // The library reads the token folder anew, as the tool is another process.
    hsm.dropLibrary()
    // softhsm2-util imports keys as sensitive and not extractable; the file remains.
    const imported = await open()
    await expect(imported.signer('imported')).rejects.toEqual(code('KEY_UNUSABLE'))
    hsm.addPair({ label: 'twice', publicLabel: 'twice' })
    expect(await signs('twice', await open())).toBe(true)
    hsm.addPair({ label: 'twice', publicLabel: 'twice' })
    const fresh = await open()
    await expect(fresh.signer('twice'), 'two of one name').rejects.toEqual(code('KEY_UNUSABLE'))
  })

  it('is kept waiting no longer than it has patience', async () => {
    const impatient = await open({ patience: 0 })
    await expect(impatient.generate('slow', 'RSA-3072')).rejects.toEqual(code('TRY_LATER'))
  })
})
