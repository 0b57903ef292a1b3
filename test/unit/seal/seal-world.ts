/** A V4 seal and signatures with it, every part of which a test may choose wrongly. */
import { captured, decode } from '../../../standards/der/index.ts'
import type { SealDraft } from '../../../standards/gbt-38540-seal/index.ts'
import {
  SESeal,
  draftSeal,
  draftSignature,
  encodeSeal,
  encodeSealSignature,
} from '../../../standards/gbt-38540-seal/index.ts'
import { utf8 } from '../../../standards/bytes.ts'
import type { Signer } from '../../../src/crypto/index.ts'
import type { Issued, TestCa } from './trust-world.ts'
import { MAKER, NOW, crypto, days, makeCa } from './trust-world.ts'

export const ES_ID = '99010100000001'
export const ORIGINAL = utf8('<Signature>what is protected</Signature>')

export interface SealWish extends Partial<SealDraft> {
  readonly maker?: Issued
}

export const makeSealBytes = async ({
  maker,
  ...wish
}: SealWish & { maker: Issued; signers: SealDraft['signers'] }) => {
  const info = draftSeal({
    vendor: 'Xinyin',
    esID: ES_ID,
    type: 1,
    name: '云湖省样例数据局',
    createDate: days(-10),
    validStart: days(-10),
    validEnd: days(300),
    picture: { type: 'PNG', data: utf8('not really a picture'), width: 42, height: 42 },
    ...wish,
  })
  return encodeSeal(info, { cert: maker.certificate.der, signedValue: await maker.signer.sign(info.der) })
}

export interface SignatureWish {
  readonly seal: Uint8Array
  readonly signer: { readonly signer: Signer; readonly certificate: { readonly der: Uint8Array } }
  readonly at?: Date
  readonly dataHash?: Uint8Array
  readonly timeStamp?: Uint8Array
  /** What is put in place of the signature value. */
  readonly reshape?: (signature: Uint8Array) => Uint8Array
}

export const signWith = async ({ seal, signer, at = NOW, timeStamp, ...wish }: SignatureWish): Promise<Uint8Array> => {
  const toSign = draftSignature({
    seal: decode(captured(SESeal), seal),
    at,
    dataHash: wish.dataHash ?? crypto.digest('sm3', ORIGINAL),
    propertyInfo: '/Doc_0/Signs/Sign_0/Signature.xml',
  })
  const signature = await signer.signer.sign(toSign.der)
  return encodeSealSignature(toSign, {
    cert: signer.certificate.der,
    signature: wish.reshape?.(signature) ?? signature,
    ...(timeStamp === undefined ? {} : { timeStamp }),
  })
}

export const makeSealWorld = async (): Promise<{
  ca: TestCa
  maker: Issued
  signer: Issued
  seal: Uint8Array
  signature: Uint8Array
}> => {
  const ca = await makeCa()
  const maker = await ca.issue({ name: 'Seal Maker', ...MAKER })
  const signer = await ca.issue({ name: ES_ID })
  const seal = await makeSealBytes({ maker, signers: { kind: 'certs', certs: [signer.certificate.der] } })
  return { ca, maker, signer, seal, signature: await signWith({ seal, signer }) }
}
