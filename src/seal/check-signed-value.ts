/** A signature value inside a seal or a seal signature, over the received bytes. */
import { isMalformed } from '../../standards/errors.ts'
import type { Leniency, Mode } from '../../standards/der/index.ts'
import { normaliseSm2Signature } from '../../standards/gbt-32918-sm2/index.ts'
import { OID } from '../../standards/oid/index.ts'
import type { CryptoPort, SignatureAlgorithm } from '../../standards/ports.ts'
import type { Certificate } from '../../standards/rfc5280-x509/index.ts'
import { parseCertificate } from '../../standards/rfc5280-x509/index.ts'
import type { SealLayout } from '../../standards/gmt-0031-2025-seal/index.ts'
import type { Check } from '../kernel/index.ts'
import { fail, pass, unknown } from '../kernel/index.ts'

export interface SignedValue {
  readonly layout: SealLayout
  /** DER certificate that came with the value: chosen by whoever made it. */
  readonly cert: Uint8Array
  /** Object identifier. */
  readonly algorithm: string
  readonly signedBytes: Uint8Array
  readonly signature: Uint8Array
}

export interface SignedValueResult {
  readonly check: Check
  /** Absent when it does not parse. */
  readonly certificate?: Certificate
  readonly leniencies: readonly Leniency[]
}

interface How {
  readonly name: string
  readonly cite: string
  readonly crypto: CryptoPort
  readonly mode: Mode
}

/** ofdrw has this constant with an arc missing. */
const SM2_WITH_SM3_MISSPELT = '1.2.156.10197.501'
/** GM/T 0031-2014 seals only. */
const V1_RSA: Readonly<Record<string, SignatureAlgorithm>> = {
  [OID.sha1WithRsa]: 'RSA-SHA1',
  [OID.sha256WithRsa]: 'RSA-SHA256',
}

const algorithmOf = ({ algorithm, layout }: SignedValue, mode: Mode): SignatureAlgorithm | undefined => {
  if (algorithm === OID.sm2WithSm3) return 'SM2-SM3'
  if (mode === 'strict') return undefined
  if (algorithm === SM2_WITH_SM3_MISSPELT) return 'SM2-SM3'
  return layout === 'V1' ? V1_RSA[algorithm] : undefined
}

const readCertificate = (der: Uint8Array, mode: Mode): Certificate | undefined => {
  try {
    return parseCertificate(der, mode)
  } catch (error) {
    if (isMalformed(error)) return undefined
    throw error
  }
}

const readValue = (signature: Uint8Array, algorithm: SignatureAlgorithm, mode: Mode) => {
  if (algorithm !== 'SM2-SM3') return { der: signature, leniencies: [] }
  try {
    return normaliseSm2Signature(signature, mode)
  } catch (error) {
    if (isMalformed(error)) return undefined
    throw error
  }
}

/** Does the key of the certificate that came along verify the value? Says nothing about trust in that certificate. */
export const checkSignedValue = (value: SignedValue, { name, cite, crypto, mode }: How): SignedValueResult => {
  const certificate = readCertificate(value.cert, mode)
  if (certificate === undefined)
    return { check: fail(name, 'FORMAT_FAILURE', cite, { detail: { part: 'certificate' } }), leniencies: [] }
  const known = { certificate, leniencies: [...certificate.leniencies] }
  const algorithm = algorithmOf(value, mode)
  if (algorithm === undefined) {
    const detail = { algorithm: value.algorithm }
    return { ...known, check: fail(name, 'CRYPTO_CONSTRAINTS_FAILURE', cite, { detail }) }
  }
  const read = readValue(value.signature, algorithm, mode)
  if (read === undefined)
    return { ...known, check: fail(name, 'FORMAT_FAILURE', cite, { detail: { part: 'signature' } }) }
  const { publicKey } = certificate
  const good = crypto.isSignedBy({ algorithm, publicKey, message: value.signedBytes, signature: read.der })
  const misspelt = value.algorithm === SM2_WITH_SM3_MISSPELT ? [{ code: 'ALGORITHM_MISSPELT', path: name }] : []
  return {
    ...known,
    check: verdict({ name, cite, algorithm, good }),
    leniencies: [...known.leniencies, ...read.leniencies, ...misspelt],
  }
}

/** RSA with SHA-1 is tolerated in V1 seals, but no longer proves anything. */
const verdict = ({
  name,
  cite,
  algorithm,
  good,
}: {
  name: string
  cite: string
  algorithm: string
  good: boolean
}): Check => {
  const detail = { algorithm }
  if (!good) return fail(name, 'SIG_CRYPTO_FAILURE', cite, { detail })
  if (algorithm === 'RSA-SHA1') return unknown(name, 'CRYPTO_CONSTRAINTS_FAILURE', cite, { detail })
  return pass(name, cite, { detail })
}
