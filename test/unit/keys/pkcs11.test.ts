import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { openPkcs11KeyStore } from '../../../keys/pkcs11/index.ts'
import { CK } from '../../../keys/pkcs11/cryptoki.ts'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { systemRandom } from '../../../src/kernel/index.ts'
import { toHex, utf8 } from '../../../standards/bytes.ts'
import { SM2_MECHANISM, makeSm2Token } from './sm2-token.ts'
import type { Sm2Token } from './sm2-token.ts'

const code = (value: string): unknown => expect.objectContaining({ code: value })
const folder = mkdtempSync(join(tmpdir(), 'xinyin-pkcs11-'))
const pinFile = join(folder, 'pin')
writeFileSync(pinFile, '1234', { mode: 0o600 })
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const message = utf8('印章')

let token: Sm2Token
const open = (more: object = { sm2: { sign: SM2_MECHANISM } }) =>
  openPkcs11KeyStore({
    module: '',
    cryptoki: token,
    tokenLabel: 'gm',
    pinFile,
    sessions: 1,
    random: systemRandom,
    patience: 200,
    retryAfter: 0,
    ...more,
  })
beforeEach(() => {
  token = makeSm2Token('gm')
})

describe('a token that offers SM2 by a mechanism of its own', () => {
  it('signs SM2 as both ports know it', async () => {
    const store = await open()
    const publicKey = await store.generate('root-sm2', 'SM2')
    const signer = await (await open()).signer('root-sm2')
    expect([signer.algorithm, toHex(signer.publicKey)]).toEqual(['SM2-SM3', toHex(publicKey)])
    const check = { algorithm: signer.algorithm, publicKey, message, signature: await signer.sign(message) }
    expect(portableCrypto.isSignedBy(check)).toBe(true)
  })

  it('is asked for SM2 only where the settings name the mechanism, and for nothing that it lacks', async () => {
    await expect((await open({})).generate('root-sm2', 'SM2')).rejects.toEqual(code('KEY_ALGORITHM_UNSUPPORTED'))
    const other = await open({ sm2: { sign: 0x80000999 } })
    await expect(other.generate('root-sm2', 'SM2')).rejects.toEqual(code('KEY_ALGORITHM_UNSUPPORTED'))
    await expect((await open()).generate('root-p256', 'P-256')).rejects.toEqual(code('KEY_ALGORITHM_UNSUPPORTED'))
    await (await open()).generate('root-sm2', 'SM2')
    await expect((await open({})).signer('root-sm2')).rejects.toEqual(code('KEY_ALGORITHM_UNSUPPORTED'))
  })

  it('goes on with the key that it made, when the device broke off after making it', async () => {
    const store = await open()
    await store.has('root-sm2')
    const make = token.C_GenerateKeyPairAsync
    let calls = 0
    token.C_GenerateKeyPairAsync = async (...args) => {
      calls++
      await make(...args)
      token.C_GenerateKeyPairAsync = make
      throw Object.assign(new Error('CKR_DEVICE_ERROR'), { name: 'Pkcs11Error', code: 0x30 })
    }
    const publicKey = await store.generate('root-sm2', 'SM2')
    expect(calls).toBe(1)
    expect(toHex((await store.signer('root-sm2')).publicKey)).toBe(toHex(publicKey))
    await expect(store.generate('root-sm2', 'SM2')).rejects.toEqual(code('CONFLICT'))
  })

  it('makes keys that sign, and do nothing else', async () => {
    let template: readonly { readonly type: number; readonly value?: unknown }[] = []
    const make = token.C_GenerateKeyPairAsync
    token.C_GenerateKeyPairAsync = (...args) => {
      template = args[3]
      return make(...args)
    }
    await (await open()).generate('root-sm2', 'SM2')
    const value = (type: number) => template.find((t) => t.type === type)?.value
    expect(value(CK.SIGN)).toBe(true)
    for (const use of [CK.DECRYPT, CK.UNWRAP, CK.DERIVE, CK.EXTRACTABLE]) expect(value(use)).toBe(false)
  })

  it('refuses a key that signs for another public half', async () => {
    await (await open()).generate('root-sm2', 'SM2')
    token.spoil = (signature) => Buffer.from(signature.map((b, i) => (i === 40 ? b ^ 1 : b)))
    await expect((await open()).signer('root-sm2')).rejects.toEqual(code('KEY_UNUSABLE'))
  })

  it.each([
    ['one bit wrong', (s: Buffer) => Buffer.from(s.map((b, i) => (i === 3 ? b ^ 16 : b)))],
    ['cut off', (s: Buffer) => s.subarray(1)],
    ['empty', () => Buffer.alloc(0)],
    ['twice as long', (s: Buffer) => Buffer.concat([s, s])],
  ])('hands out no signature that is %s, and goes on when the device is well again', async (_, spoil) => {
    const store = await open()
    await store.generate('root-sm2', 'SM2')
    const signer = await store.signer('root-sm2')
    token.spoil = spoil
    await expect(signer.sign(message)).rejects.toEqual(code('TRY_LATER'))
    token.spoil = (s) => s
    expect(await signer.sign(message)).toBeInstanceOf(Uint8Array)
  })

  it('does not hang with a device that hangs, and asks it nothing until it has answered', async () => {
    const store = await open()
    await store.generate('root-sm2', 'SM2')
    const signer = await store.signer('root-sm2')
    const honest = token.C_SignAsync
    let answer = (): void => undefined
    token.C_SignAsync = () => new Promise((_, reject) => (answer = () => reject(new Error('at last'))))
    await expect(signer.sign(message)).rejects.toEqual(code('TRY_LATER'))
    token.C_SignAsync = () => Promise.reject(new TypeError('asked again'))
    await expect(signer.sign(message)).rejects.toEqual(code('TRY_LATER'))
    token.C_SignAsync = honest
    answer()
    await sleep(5)
    expect(await signer.sign(message)).toBeInstanceOf(Uint8Array)
  })
})
