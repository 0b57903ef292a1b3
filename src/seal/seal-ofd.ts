/** An OFD under a seal: the signed value is an SES_Signature of GB/T 38540 over the digest of Signature.xml. */
import { decode } from '../../standards/der/index.ts'
import { captured } from '../../standards/der/index.ts'
import { SESeal, draftSignature, encodeSealSignature } from '../../standards/gbt-38540-seal/index.ts'
import { prepareOfdSeal } from '../document/index.ts'
import type { Stamping } from './apply-seal.ts'
import type { SealDeps } from './ports.ts'
import { stampSignature } from './stamp-signature.ts'

const PROVIDER = { name: 'Xinyin' }

export const sealOfd = async (
  deps: SealDeps,
  { document, placements, seal, at, signing }: Stamping,
): Promise<Uint8Array> => {
  const slot = await prepareOfdSeal({
    document,
    sealDer: seal.der,
    sealPictureSize: seal.picture,
    placements,
    at,
    digests: deps.crypto,
    provider: PROVIDER,
  })
  const toSign = draftSignature({
    seal: decode(captured(SESeal), seal.der),
    at,
    dataHash: slot.digest,
    propertyInfo: slot.propertyInfo,
  })
  const { sign } = await signing.signer(seal.sm2.keyId)
  const signature = await sign(toSign.der)
  const timeStamp = await stampSignature(deps, 'sm2', signature)
  const signer = { cert: seal.sm2.certificate, signature }
  return slot.fill(encodeSealSignature(toSign, timeStamp === undefined ? signer : { ...signer, timeStamp }))
}
