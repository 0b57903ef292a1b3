/**
 * Run before anything is served or signed. An OpenSSL whose SM2 has another default id, or none at all, would change the
 * meaning of every signature without an error; here it refuses to start.
 */
import { createPublicKey, createVerify, verify } from 'node:crypto'
import { equalBytes, fromHex, utf8 } from '../../standards/bytes.ts'
import { computeZ, encodeSm2PublicKey } from '../../standards/gbt-32918-sm2/index.ts'
import type { DigestAlgorithm, SignatureCheck } from '../../standards/ports.ts'
import { TrustError } from '../errors.ts'
import { isSignedNatively, nodeCrypto } from './native-crypto.ts'
import { generatePkcs8, syncSignerFromPkcs8 } from './native-signer.ts'
import { portableCrypto } from './portable.ts'
import type { KeyAlgorithm } from './ports.ts'
import { dismissSm2Secrets, sm2Secrets, sm2SecretsFaults } from './sm2-secrets.ts'
import { makeSm2Signer } from './sm2-signer.ts'
import { dismissSm2Engine, sm2Engine, sm2EngineFaults } from './sm2-verifier.ts'
import { DIGEST_OIDS } from './suites.ts'

/** GB/T 32918.5-2017 annex A.2. */
const EXAMPLE = {
  point: fromHex(
    '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020' +
      'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
  ),
  z: fromHex('b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3'),
  message: utf8('message digest'),
  signature: fromHex(
    '3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3' +
      '022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
  ),
} as const

const DIGESTS = Object.keys(DIGEST_OIDS) as readonly DigestAlgorithm[]

const changed = (bytes: Uint8Array): Uint8Array =>
  Uint8Array.from(bytes, (b, i) => (i === bytes.length - 1 ? b ^ 1 : b))

const agreeOn = (check: SignatureCheck, expected: boolean): boolean =>
  nodeCrypto.isSignedBy(check) === expected && portableCrypto.isSignedBy(check) === expected

const exampleHolds = (): boolean => {
  const { point, z, message, signature } = EXAMPLE
  const spki = encodeSm2PublicKey(point)
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  return (
    equalBytes(computeZ(nodeCrypto, spki), z) &&
    equalBytes(computeZ(portableCrypto, spki), z) &&
    createVerify('sm3').update(z).update(message).verify(key, signature) &&
    !verify('sm3', message, key, signature) &&
    agreeOn({ algorithm: 'SM2-SM3', publicKey: spki, message, signature }, true) &&
    agreeOn({ algorithm: 'SM2-SM3', publicKey: spki, message: changed(message), signature }, false)
  )
}

const ownSignatureHolds = (algorithm: KeyAlgorithm): boolean => {
  const signer = syncSignerFromPkcs8(generatePkcs8(algorithm))
  const check = {
    algorithm: signer.algorithm,
    publicKey: signer.publicKey,
    message: EXAMPLE.message,
    signature: signer.sign(EXAMPLE.message),
  }
  return agreeOn(check, true) && agreeOn({ ...check, message: changed(check.message) }, false)
}

const digestsAgree = (): boolean =>
  DIGESTS.every((algorithm) =>
    equalBytes(nodeCrypto.digest(algorithm, EXAMPLE.point), portableCrypto.digest(algorithm, EXAMPLE.point)),
  )

/** Kernel and OpenSSL on the published example and on fresh keys, first without and then with a table, good and changed. */
const kernelAgrees = (): boolean => {
  const signer = syncSignerFromPkcs8(generatePkcs8('SM2'))
  const example = {
    publicKey: encodeSm2PublicKey(EXAMPLE.point),
    message: EXAMPLE.message,
    signature: EXAMPLE.signature,
  }
  const own = Array.from({ length: 5 }, (_, i) => {
    const message = Uint8Array.of(...EXAMPLE.message, i)
    return { publicKey: signer.publicKey, message, signature: signer.sign(message) }
  })
  return [example, ...own].every((check) =>
    [check, { ...check, message: changed(check.message) }, { ...check, signature: changed(check.signature) }].every(
      (each) => nodeCrypto.isSignedBy({ algorithm: 'SM2-SM3', ...each }) === isSignedNatively(each),
    ),
  )
}

/** OpenSSL accepts what the kernel's constant-time path signs, and only over that message. */
const kernelSigns = (): boolean => {
  const signer = makeSm2Signer(generatePkcs8('SM2'))
  const { message } = EXAMPLE
  const check = { publicKey: signer.publicKey, message, signature: signer.sign(message) }
  return isSignedNatively(check) && !isSignedNatively({ ...check, message: changed(message) })
}

/** A fault of the runtime itself is for CHECKS to name. */
const holdsQuietly = (holds: () => boolean): boolean => {
  try {
    return holds()
  } catch {
    return false
  }
}

const CHECKS: Readonly<Record<string, () => boolean>> = {
  digests: digestsAgree,
  'GB/T 32918.5 example': exampleHolds,
  'SM2 signature': () => ownSignatureHolds('SM2'),
  'P-256 signature': () => ownSignatureHolds('P-256'),
}

/**
 * Takes about 30 ms. Returns what is not as it should be and yet no reason to stop: an SM2 kernel that fails or disagrees with OpenSSL
 * is dismissed, and OpenSSL verifies and signs in its place. Each such line also goes out as a process warning.
 * @throws TrustError SELF_CHECK_FAILED
 */
export const selfCheck = (): readonly string[] => {
  if (sm2Engine() !== undefined && !holdsQuietly(kernelAgrees)) dismissSm2Engine('the SM2 kernel and OpenSSL disagree')
  if (sm2Secrets() !== undefined && !holdsQuietly(kernelSigns))
    dismissSm2Secrets('OpenSSL refuses what the SM2 kernel signs')
  for (const [name, holds] of Object.entries(CHECKS)) requireHolds(name, holds)
  const absent = sm2Engine() === undefined && sm2EngineFaults().length === 0 ? ['no WebAssembly here'] : []
  const warnings = [...absent, ...sm2EngineFaults(), ...sm2SecretsFaults()].map(
    (fault) => `SM2 without its kernel: ${fault}`,
  )
  for (const warning of warnings) process.emitWarning(warning, 'Sm2KernelWarning')
  return warnings
}

const requireHolds = (name: string, holds: () => boolean): void => {
  const failed = (cause?: unknown): TrustError =>
    new TrustError('SELF_CHECK_FAILED', `cryptography of this runtime is not what we rely on: ${name}`, { cause })
  let held: boolean
  try {
    held = holds()
  } catch (cause) {
    throw failed(cause)
  }
  if (!held) throw failed()
}
