/** An escrowed key for one recipient: SM2EnvelopedKey. */
import { sealEnvelopedKey } from '../../../standards/gbt-35276-sm2-usage/index.ts'
import { nativeSm4 } from '../../crypto/node.ts'
import type { EnrolmentDeps } from '../enrolment/ports.ts'

/** `recipient`: DER SubjectPublicKeyInfo of an SM2 key. The caller wipes `privateKey`. @throws DerError for a bad recipient */
export const sealTo = (
  { pki, escrow }: Pick<EnrolmentDeps, 'pki' | 'escrow'>,
  recipient: Uint8Array,
  privateKey: Uint8Array,
): Uint8Array =>
  sealEnvelopedKey({
    digests: pki.crypto,
    scalars: escrow.scalars,
    sm4Ecb: nativeSm4.ecb,
    recipient,
    privateKey,
    random: (length) => Uint8Array.from(pki.random.bytes(length)),
  })
