/** Issues a certificate that nobody applied for here (seals have their own approval) and links it to its holder. */
import type { IssuedCertificate } from '../sign-prepared.ts'
import type { CertificateRequest } from '../prepare.ts'
import type { CertificateHolder } from './holder.ts'
import { lockActiveHolder } from './holder.ts'
import { issueAlongside } from './issue-alongside.ts'
import type { EnrolmentDeps } from './ports.ts'
import { keyDigestOf } from './read-request.ts'

type Deps = Pick<EnrolmentDeps, 'pki' | 'identity' | 'store'>

/** @throws TrustError as issueCertificate; ENTITY_NOT_ACTIVE, PERSON_DECEASED */
export const issueForHolder = (
  deps: Deps,
  holder: CertificateHolder,
  request: CertificateRequest,
): Promise<IssuedCertificate> =>
  issueAlongside(deps.pki, request, async (tx, { issuerId, serialHex }) => {
    await lockActiveHolder(deps, tx, holder)
    const keyDigest = keyDigestOf(deps.pki.crypto, request.publicKey)
    await deps.store.bindKey(tx, keyDigest, { holder, at: deps.pki.clock.now() })
    const issuedAt = deps.pki.clock.now()
    await deps.store.held.insert(tx, { issuerId, serialHex, holder, use: 'signing', keyDigest, issuedAt })
  })
