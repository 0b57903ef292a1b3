/** Keys as a UKey holds them, with certificates of the service's own CA, or of one that nobody trusts. */
import { generatePkcs8, signerFromPkcs8 } from '../../../src/crypto/node.ts'
import { issueCertificate, publishCrls, releaseCertificate, suspendCertificate } from '../../../src/pki/index.ts'
import { toBase64, toPem, utf8 } from '../../../standards/bytes.ts'
import { makeCa } from '../../unit/seal/trust-world.ts'
import type { WebWorld } from './web-world.ts'

export interface KeyPair {
  readonly pem: string
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>
  /** Of our own CA. */
  readonly name?: { readonly issuerId: string; readonly serialHex: string }
}
const ACTOR = { kind: 'system', id: 'test' } as const

export const keyPair = async (
  web: Pick<WebWorld, 'assembly'>,
  commonName: string,
  algorithm: 'SM2' | 'P-256',
): Promise<KeyPair> => {
  const { publicKey, sign } = signerFromPkcs8(generatePkcs8(algorithm))
  const { der, issuerId, serialHex } = await issueCertificate(web.assembly.pki, {
    profile: 'person-signing',
    subject: { commonName },
    publicKey,
    actor: ACTOR,
  })
  return { pem: toPem(der, 'CERTIFICATE'), sign, name: { issuerId, serialHex } }
}

export const untrustedKeyPair = async (name: string): Promise<KeyPair> => {
  const ca = await makeCa()
  const { publicKey, sign } = signerFromPkcs8(generatePkcs8('SM2'))
  return { pem: toPem(await ca.certify({ name, publicKey }), 'CERTIFICATE'), sign }
}

/** Base64, as a tool gives it. */
export const signText = async ({ sign }: KeyPair, text: string): Promise<string> => toBase64(await sign(utf8(text)))

/** And published at once. */
export const changeStatus = async (
  { assembly: { pki, trust } }: Pick<WebWorld, 'assembly'>,
  { name }: KeyPair,
  change: 'suspend' | 'release',
): Promise<void> => {
  if (name === undefined) throw new TypeError('not of our CA')
  await (change === 'suspend' ? suspendCertificate : releaseCertificate)(pki, { ...name, actor: ACTOR })
  await publishCrls(pki)
  trust.noteChange()
}
