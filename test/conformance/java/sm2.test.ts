/** BouncyCastle on SM2: our vectors, signatures and ciphertexts both ways, key exchange. Where it differs, differences.json says so. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { concat, fromHex, toHex, utf8 } from '../../../standards/bytes.ts'
import {
  agreeSm2Key,
  decryptSm2,
  drawSm2EphemeralKey,
  encodeRawSm2Ciphertext,
  encodeSm2PublicKey,
  encryptSm2,
  kernelScalars,
  openSm2Secrets,
  parseRawSm2Ciphertext,
  referenceScalars,
  SM2_DEFAULT_ID,
} from '../../../standards/gbt-32918-sm2/index.ts'
import { encodeSm2Cipher } from '../../../standards/gbt-35276-sm2-usage/index.ts'
import { generatePkcs8, signerFromPkcs8 } from '../../../src/crypto/node.ts'
import type { WycheproofCase, WycheproofFile, WycheproofGroup } from '../crypto/wycheproof-file.ts'
import { sayCount } from '../crypto/wycheproof-file.ts'
import type { Argument, BouncyCastle } from './bouncy-castle.ts'
import { skipWithoutBouncyCastle, startBouncyCastle } from './bouncy-castle.ts'

const digests = nodeCrypto
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))
const textOf = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../vectors/sm2/${name}`, import.meta.url)), 'utf8')
const hex = (holder: WycheproofCase | WycheproofGroup, field: string): Uint8Array => fromHex(String(holder[field]))
const isAccepted = (answer: string): boolean => answer.startsWith('accepted')

interface Difference {
  readonly implementation: string
  readonly file: string
  readonly accepts: readonly number[]
  readonly refuses: readonly number[]
}
const listed = (JSON.parse(textOf('differences.json')) as readonly Difference[]).filter(
  (d) => d.implementation === 'BouncyCastle',
)

describe.skipIf(skipWithoutBouncyCastle())('BouncyCastle', () => {
  let bc: BouncyCastle
  const ask = (kind: string, ...args: readonly Argument[]): Promise<string> => bc.ask(kind, ...args)
  beforeAll(async () => {
    bc = startBouncyCastle()
    process.stdout.write(`${await ask('version')}\n`)
  })
  afterAll(() => bc.close())

  type Asks = (test: WycheproofCase, group: WycheproofGroup) => Promise<boolean>
  const run = async (file: string, asks: Asks, only: (group: WycheproofGroup) => boolean = () => true) => {
    const { testGroups } = JSON.parse(textOf(file)) as WycheproofFile
    const asked = testGroups.filter(only).flatMap((group) => group.tests.map((test) => ({ test, group })))
    const cases = await Promise.all(asked.map(async ({ test, group }) => ({ test, accepted: await asks(test, group) })))
    const of = (result: string, accepted: boolean): number[] =>
      cases.filter((c) => c.test.result === result && c.accepted === accepted).map((c) => c.test.tcId)
    const ids = (which: 'accepts' | 'refuses'): number[] =>
      listed
        .filter((d) => d.file === file)
        .flatMap((d) => d[which])
        .toSorted((a, b) => a - b)
    expect({ accepts: of('invalid', true), refuses: of('valid', false) }).toEqual({
      accepts: ids('accepts'),
      refuses: ids('refuses'),
    })
    sayCount(`${file}, BouncyCastle`, {
      cases: cases.length,
      'wrongly accepted': of('invalid', true).length,
      'wrongly refused': of('valid', false).length,
    })
  }

  it('on sm2_verify_test.json', () =>
    run('sm2_verify_test.json', async (test, group) =>
      isAccepted(
        await ask('sm2-verify', hex(group, 'publicKeyDer'), hex(group, 'id'), hex(test, 'msg'), hex(test, 'sig')),
      ),
    ))

  it('on sm2_verify_digest_test.json', () =>
    run('sm2_verify_digest_test.json', async (test, group) =>
      isAccepted(await ask('sm2-verify-digest', hex(group, 'publicKeyDer'), hex(test, 'e'), hex(test, 'sig'))),
    ))

  it('on sm2_encrypt_test.json', () =>
    run('sm2_encrypt_test.json', async (test, group) => {
      const kind = group['encoding'] === 'DER' ? 'sm2-decrypt-der' : 'sm2-decrypt'
      const d = fromHex((group['privateKey'] as { d: string }).d)
      return (await ask(kind, d, hex(test, 'ct'))) === `accepted octets:${String(test['msg'])}`
    }))

  it('on the keys of sm2_key_test.json that it reads', () =>
    run(
      'sm2_key_test.json',
      async (test, group) => {
        const kind = group['encoding'] === 'PrivateKeyInfo' ? 'private-key' : 'public-key'
        return isAccepted(await ask(kind, hex(test, 'key')))
      },
      (group) => ['SubjectPublicKeyInfo', 'PrivateKeyInfo'].includes(String(group['encoding'])),
    ))

  const message = utf8('签章数据')

  it('accepts our signatures and no changed ones; we accept its', async () => {
    const pkcs8 = generatePkcs8('SM2')
    const signer = signerFromPkcs8(pkcs8)
    for (let i = 0; i < 20; i++) {
      const text = concat(message, random(i))
      const check = [signer.publicKey, SM2_DEFAULT_ID, text] as const
      const signature = await signer.sign(text)
      expect(await ask('sm2-verify', ...check, signature)).toBe('accepted')
      expect(await ask('sm2-verify', signer.publicKey, utf8('another id'), text, signature)).toBe('refused')
      const theirs = fromHex((await ask('sm2-sign', pkcs8.slice(36, 68), SM2_DEFAULT_ID, text)).split(' ')[1] ?? '')
      const asked = { algorithm: 'SM2-SM3', publicKey: signer.publicKey, message: text, signature: theirs } as const
      expect(nodeCrypto.isSignedBy(asked)).toBe(true)
      expect(nodeCrypto.isSignedBy({ ...asked, message })).toBe(i === 0)
    }
  })

  const secrets = openSm2Secrets()
  const ports = Object.entries({ reference: referenceScalars, ...(secrets && { kernel: kernelScalars(secrets) }) })

  it.each(ports)('opens our ciphertexts, and we open its, on the scalars of the %s', async (_, scalars) => {
    const { secret: privateKey, point } = drawSm2EphemeralKey(random, scalars)
    const publicKey = encodeSm2PublicKey(point)
    for (const length of [1, 16, 32, 33, 500]) {
      const text = random(length)
      const ours = encryptSm2({ digests, publicKey, message: text, random, scalars })
      const expected = `accepted octets:${toHex(text)}`
      expect(await ask('sm2-decrypt', privateKey, encodeRawSm2Ciphertext(ours))).toBe(expected)
      expect(await ask('sm2-decrypt-der', privateKey, encodeSm2Cipher(ours))).toBe(expected)
      const theirs = fromHex((await ask('sm2-encrypt', publicKey, text)).split(' ')[1] ?? '')
      expect(decryptSm2({ digests, privateKey, ciphertext: parseRawSm2Ciphertext(theirs), scalars })).toEqual(text)
    }
  })

  it('agrees on our key and confirmations as responder, and on our key as initiator', async () => {
    const party = (id: string) => {
      const { secret, point } = drawSm2EphemeralKey(random)
      return { privateKey: secret, publicKey: point, id: utf8(id), ephemeral: drawSm2EphemeralKey(random) }
    }
    const [a, b] = [party('ALICE123@YAHOO.COM'), party('BILL456@YAHOO.COM')]
    const seen = ({ publicKey, id, ephemeral }: typeof a) => ({ publicKey, id, ephemeralPoint: ephemeral.point })
    const askAs = (initiates: number, own: typeof a, peer: typeof a): Promise<string> =>
      ask(
        'sm2-agree',
        Uint8Array.of(initiates),
        ...[own.privateKey, own.ephemeral.secret, own.id],
        ...[peer.publicKey, peer.ephemeral.point, peer.id],
        Uint8Array.of(48),
      )
    const ofA = agreeSm2Key({ digests, role: 'initiator', own: a, peer: seen(b), length: 48 })
    const answer = [ofA.key, ofA.expected, ofA.confirmation].map(toHex).join(' ')
    expect(await askAs(0, b, a)).toBe(`accepted ${answer}`)
    expect(await askAs(1, a, b)).toBe(`accepted ${toHex(ofA.key)}`)
  })
})
