/** The responder of each CA key: the end entity that it certified by the profile `ocsp-responder`. A CA without one is not answered for. */
import { parseCertificate } from '../../../standards/rfc5280-x509/index.ts'
import type { AuthoritySource } from '../authorities.ts'
import type { Authority } from '../ports.ts'
import type { OcspResponder } from './ports.ts'

const PROFILE = 'ocsp-responder'

/** Of several, the one that was certified last. */
export const makeOcspResponders = (
  authorities: readonly Authority[],
  { certificates, keyStore }: Pick<AuthoritySource, 'certificates' | 'keyStore'>,
): OcspResponder[] =>
  authorities.flatMap(({ id: issuerId, certificate: issuer }) => {
    const [newest] = certificates
      .filter((c) => c.issuerId === issuerId && c.profile === PROFILE)
      .map(({ id, der }) => ({ id, certificate: parseCertificate(der) }))
      .sort((a, b) => b.certificate.notBefore.getTime() - a.certificate.notBefore.getTime())
    if (newest === undefined) return []
    return [{ issuerId, issuer, certificate: newest.certificate, signer: () => keyStore.signer(newest.id) }]
  })
