/** Signs one OCSP response with the responder's key. What is signed only repeats the register, so it is not journalled (docs/issuance-cycle.md). */
import { encodeOcspResponse, encodeTbsOcspResponse, parseOcspResponse } from '../../../standards/rfc6960-ocsp/index.ts'
import type { OcspAnswerDraft } from '../../../standards/rfc6960-ocsp/index.ts'
import { equalBytes } from '../../../standards/bytes.ts'
import { isSignatureValid, publicKeyBits } from '../../../standards/rfc5280-x509/index.ts'
import { TrustError } from '../../errors.ts'
import type { OcspDeps, OcspResponder } from './ports.ts'

export interface AnswersToSign {
  readonly responder: OcspResponder
  readonly at: Date
  readonly answers: readonly OcspAnswerDraft[]
  readonly nonce?: Uint8Array
}

/** @throws TrustError KEY_NOT_FOUND, KEY_UNUSABLE */
export const signAnswers = async (
  { crypto }: Pick<OcspDeps, 'crypto'>,
  { responder, at, answers, nonce }: AnswersToSign,
): Promise<Uint8Array> => {
  const { certificate, issuerId } = responder
  if (at < certificate.notBefore || at > certificate.notAfter)
    throw new TrustError('KEY_UNUSABLE', `the certificate of the responder of ${issuerId} is not valid now`)
  const signer = await responder.signer()
  if (!equalBytes(signer.publicKey, certificate.publicKey))
    throw new TrustError('KEY_UNUSABLE', `the key of the responder of ${issuerId} does not belong to its certificate`)
  const tbs = encodeTbsOcspResponse({
    responderKeyHash: crypto.digest('sha1', publicKeyBits(certificate.publicKey)),
    producedAt: at,
    answers,
    ...(nonce === undefined ? {} : { nonce }),
  })
  const { algorithm } = signer
  const der = encodeOcspResponse({
    tbs,
    algorithm,
    signature: await signer.sign(tbs),
    certificates: [certificate.der],
  })
  const signed = parseOcspResponse(der).answers
  // A faulty device must not put its mistake into the world.
  if (signed === undefined || !isSignatureValid(signed, certificate.publicKey, crypto))
    throw new TrustError('KEY_UNUSABLE', `the responder of ${issuerId} made a signature that does not verify`)
  return der
}
