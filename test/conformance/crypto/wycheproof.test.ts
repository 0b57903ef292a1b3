/** ECDSA, RSA and JWS on Wycheproof: `valid` passes, `invalid` fails, on both crypto ports. */
import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseJws, portableCrypto, isJwsSignatureValid } from '../../../src/crypto/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { fromHex, utf8 } from '../../../standards/bytes.ts'
import { isMalformed } from '../../../standards/errors.ts'
import type { CryptoPort, SignatureAlgorithm } from '../../../standards/ports.ts'
import { skipWithoutVectors, vectorsDir } from '../../support/outside.ts'
import { sayCount } from './wycheproof-file.ts'

type Jwk = Record<string, unknown>
interface Case {
  readonly tcId: number
  readonly comment: string
  readonly result: 'valid' | 'invalid' | 'acceptable'
  readonly msg: string
  readonly sig: string
  readonly jws: string | object
}
interface Group {
  readonly publicKeyDer: string
  readonly public?: Jwk
  readonly comment: string
  readonly tests: readonly Case[]
}

const read = (name: string): Group[] =>
  (JSON.parse(readFileSync(join(vectorsDir() ?? '', 'wycheproof', name), 'utf8')) as { testGroups: Group[] }).testGroups
const ports = Object.entries({ portable: portableCrypto, native: nodeCrypto })

describe.skipIf(skipWithoutVectors()).each(ports)('ecdsa_secp256r1_sha256, %s', (port, crypto) => {
  it('gives every stated result', () => {
    const wrong: number[] = []
    let count = 0
    for (const group of read('ecdsa_secp256r1_sha256_test.json'))
      for (const test of group.tests) {
        const found = crypto.isSignedBy({
          algorithm: 'ECDSA-SHA256',
          publicKey: fromHex(group.publicKeyDer),
          message: fromHex(test.msg),
          signature: fromHex(test.sig),
        })
        count++
        expect(test.result).not.toBe('acceptable')
        if (found !== (test.result === 'valid')) wrong.push(test.tcId)
      }
    expect(count).toBeGreaterThan(480)
    expect(wrong).toEqual([])
    sayCount(`Wycheproof ecdsa_secp256r1_sha256, ${port}`, { cases: count })
  })
})

const spkiOf = (jwk: Jwk): Uint8Array =>
  new Uint8Array(createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' }))

/** Uses that a JWK states are the key owner's matter: our keys come out of certificates and have no such members. */
const hasUsage = ({ comment }: Group): boolean => comment === 'ec_key_for_encryption' || comment === 'rsa_encryption'

const compact = (test: Case): readonly string[] | undefined => {
  if (typeof test.jws !== 'string') return undefined
  const parts = test.jws.split('.')
  return parts.length === 3 ? parts : undefined
}

/** The compact form as the one form that we read. Other shapes are refused before any signature is looked at. */
const isValidEs256 = (crypto: CryptoPort, test: Case, key: Uint8Array): boolean => {
  const parts = compact(test)
  if (parts === undefined) return false
  const [header, payload, signature] = parts
  try {
    const { signatures } = parseJws(JSON.stringify({ payload, signatures: [{ protected: header, signature }] }))
    return signatures.every((s) => isJwsSignatureValid(crypto, s, key))
  } catch (error) {
    if (isMalformed(error)) return false
    throw error
  }
}

describe.skipIf(skipWithoutVectors()).each(ports)('json_web_signature, %s', (port, crypto) => {
  const groups = skipWithoutVectors()
    ? []
    : read('json_web_signature_test.json').filter((g) => g.public && !hasUsage(g))

  it('gives every stated result for P-256 keys', () => {
    const ours = groups.filter((g) => g.public?.['crv'] === 'P-256')
    const wrong = ours.flatMap((g) =>
      g.tests
        .filter((t) => isValidEs256(crypto, t, spkiOf(g.public as Jwk)) !== (t.result === 'valid'))
        .map((t) => `${t.tcId} ${t.comment}`),
    )
    expect(ours.flatMap((g) => g.tests).length).toBeGreaterThan(30)
    expect(wrong).toEqual([])
    sayCount(`Wycheproof json_web_signature ES256, ${port}`, { cases: ours.flatMap((g) => g.tests).length })
  })

  it('accepts no signature of an algorithm we do not read', () => {
    const others = groups.filter((g) => g.public?.['crv'] !== 'P-256')
    for (const group of others)
      for (const test of group.tests) expect(isValidEs256(crypto, test, spkiOf(group.public as Jwk))).toBe(false)
    sayCount(`Wycheproof json_web_signature, other keys, ${port}`, { refused: others.flatMap((g) => g.tests).length })
  })

  it('gives every stated result of RS256, RS384 and RS512 at the port', () => {
    const algorithms: Record<string, SignatureAlgorithm> = {
      RS256: 'RSA-SHA256',
      RS384: 'RSA-SHA384',
      RS512: 'RSA-SHA512',
    }
    let count = 0
    for (const group of groups)
      for (const test of group.tests) {
        const algorithm = algorithms[String(group.public?.['alg'])]
        const parts = compact(test)
        if (algorithm === undefined || parts === undefined) continue
        const [header = '', payload = '', signature = ''] = parts
        // The port takes its algorithm from the caller: cases about the header's text are not its own.
        if (
          !Buffer.from(header, 'base64url')
            .toString()
            .includes(`"alg":"${String(group.public?.['alg'])}"`)
        )
          continue
        const found = crypto.isSignedBy({
          algorithm,
          publicKey: spkiOf(group.public as Jwk),
          message: utf8(`${header}.${payload}`),
          signature: new Uint8Array(Buffer.from(signature, 'base64url')),
        })
        expect([test.tcId, found]).toEqual([test.tcId, test.result === 'valid'])
        count++
      }
    expect(count).toBeGreaterThan(100)
    sayCount(`Wycheproof json_web_signature RS256 to RS512, ${port}`, { cases: count })
  })
})
