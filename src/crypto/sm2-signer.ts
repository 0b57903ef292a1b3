/**
 * Signing with an SM2 key through the kernel's constant-time path (standards/gbt-32918-sm2/kernel/README.md); by OpenSSL where there is no kernel.
 * The nonce is SHA-512 over a secret of the key, fresh random bytes and the digest: a generator that repeats itself does not repeat a nonce under
 * another message. No signature leaves that the verifying half does not accept: a fault in between must not give the key away.
 */
import { hash, randomFillSync } from 'node:crypto'
import {
  any,
  decode,
  implicit,
  octetString,
  optional,
  sequence,
  smallInteger,
  explicit,
} from '../../standards/der/index.ts'
import { concat, equalBytes, utf8 } from '../../standards/bytes.ts'
import type { PreparedSm2Key, Sm2Secrets, Sm2VerifyingKey } from '../../standards/gbt-32918-sm2/index.ts'
import { computeZ, sm2SignatureFromRaw } from '../../standards/gbt-32918-sm2/index.ts'
import { TrustError } from '../errors.ts'
import { isSignedNatively, nodeCrypto } from './native-crypto.ts'
import type { SyncSigner } from './native-signer.ts'
import { syncSignerFromPkcs8 } from './native-signer.ts'
import { sm2Secrets } from './sm2-secrets.ts'
import type { Sm2Engine } from './sm2-verifier.ts'
import { sm2Engine } from './sm2-verifier.ts'

/** What native-signer.ts has checked before: only the scalar is taken from here. */
const ECPrivateKey = sequence({
  version: smallInteger(),
  privateKey: octetString(),
  parameters: optional(explicit(0, any())),
  publicKey: optional(explicit(1, any())),
})
const PrivateKeyInfo = sequence({
  version: smallInteger(),
  algorithm: any(),
  privateKey: octetString(),
  attributes: optional(implicit(0, any(), true)),
})

const PURPOSE = utf8('xinyin sm2 nonce')
const RANDOM_SIZE = 32

const sha512 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const joined = concat(...parts)
  const digest = hash('sha512', joined, 'buffer')
  joined.fill(0)
  return digest
}

const unusable = (what: string): TrustError => new TrustError('KEY_UNUSABLE', what)

interface SigningKey {
  readonly prepared: PreparedSm2Key
  /** A secret of this key that binds the nonces to it. */
  readonly binding: Uint8Array
}

const prepare = (secrets: Sm2Secrets, pkcs8: Uint8Array, publicKey: Uint8Array): SigningKey => {
  const info = decode(PrivateKeyInfo, pkcs8, 'PrivateKeyInfo')
  const { privateKey: d } = decode(ECPrivateKey, info.privateKey, 'ECPrivateKey')
  const prepared = secrets.prepare(d)
  if (prepared === undefined || !equalBytes(prepared.point, publicKey.subarray(-65)))
    throw unusable('the kernel and OpenSSL see different public keys')
  return { prepared, binding: sha512(PURPOSE, d) }
}

const drawAndSign = (secrets: Sm2Secrets, { prepared, binding }: SigningKey, e: Uint8Array): Uint8Array => {
  const random = new Uint8Array(RANDOM_SIZE)
  for (;;) {
    const nonce = sha512(binding, randomFillSync(random), e)
    const signature = secrets.sign({ inverse: prepared.inverse, nonce, e })
    nonce.fill(0)
    random.fill(0)
    if (signature !== undefined) return signature
  }
}

interface Made {
  readonly e: Uint8Array
  readonly raw: Uint8Array
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** By the verifying kernel on the digest at hand; by OpenSSL where there is none, or no longer. */
const goodness = (point: Uint8Array, publicKey: Uint8Array): ((made: Made) => boolean) => {
  let known: { readonly engine: Sm2Engine; readonly key: Sm2VerifyingKey } | undefined
  return ({ e, raw, message, signature }) => {
    const engine = sm2Engine()
    if (engine === undefined) return isSignedNatively({ publicKey, message, signature })
    if (known?.engine !== engine) known = { engine, key: engine.verifier.keyOf(point) }
    return engine.verifier.isSigned({ key: known.key, e, signature: raw })
  }
}

/** A signer over an SM2 key in DER PKCS#8. @throws TrustError KEY_UNUSABLE for other keys and broken ones */
export const makeSm2Signer = (pkcs8: Uint8Array): SyncSigner => {
  const native = syncSignerFromPkcs8(pkcs8)
  if (native.algorithm !== 'SM2-SM3') throw unusable('not an SM2 key')
  const secrets = sm2Secrets()
  if (secrets === undefined) return native
  const { publicKey, algorithm } = native
  const key = prepare(secrets, pkcs8, publicKey)
  const z = computeZ(nodeCrypto, publicKey)
  const isGood = goodness(key.prepared.point, publicKey)
  return {
    algorithm,
    publicKey,
    sign: (message) => {
      const e = nodeCrypto.digest('sm3', z, message)
      const raw = drawAndSign(secrets, key, e)
      const signature = sm2SignatureFromRaw(raw)
      if (!isGood({ e, raw, message, signature })) throw unusable('a signature did not verify and was withheld')
      return signature
    },
  }
}
