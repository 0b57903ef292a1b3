import { equalBytes } from '../../../standards/bytes.ts'
import { encodeSm2PublicKey } from '../../../standards/gbt-32918-sm2/index.ts'
import { publicKeyBits, publicKeyKind, rsaModulusBits } from '../../../standards/rfc5280-x509/index.ts'
import type { Lint } from './lint.ts'

/** 128 bits of security: NIST SP 800-57 part 1, table 2. */
const MIN_RSA_BITS = 3072

export const publicKey: Lint = {
  name: 'public-key',
  cite: 'GB/T 35276-2017 7.1; RFC 5480 2.1',
  check: (certificate, { issuer, profile }) => {
    const kind = publicKeyKind(certificate.publicKey)
    if (kind === undefined || !profile.keys.includes(kind)) return 'not a key that the profile allows'
    if (kind === 'SM2' && !equalBytes(certificate.publicKey, encodeSm2PublicKey(publicKeyBits(certificate.publicKey))))
      return 'an SM2 key, but not id-ecPublicKey with the named curve'
    if (kind === 'RSA' && (rsaModulusBits(certificate.publicKey) ?? 0) < MIN_RSA_BITS)
      return 'an RSA key under 3072 bits'
    return equalBytes(certificate.publicKey, issuer.publicKey) ? "the issuer's own key" : undefined
  },
}
