/** Issues a certificate and has something else written in the very transaction that records it: both, or neither. */
import type { Tx } from '../../kernel/index.ts'
import { issueCertificate } from '../issue-certificate.ts'
import type { PkiDeps, StoredCertificate } from '../ports.ts'
import type { CertificateRequest } from '../prepare.ts'
import type { IssuedCertificate } from '../sign-prepared.ts'

/** What `alongside` throws undoes the recording: the intent stays open, is swept, and nothing was handed out. */
export const issueAlongside = (
  pki: PkiDeps,
  request: CertificateRequest,
  alongside: (tx: Tx, certificate: StoredCertificate) => Promise<void>,
): Promise<IssuedCertificate> =>
  issueCertificate(
    {
      ...pki,
      store: {
        ...pki.store,
        complete: async (tx, intentId, certificate) => {
          await pki.store.complete(tx, intentId, certificate)
          await alongside(tx, certificate)
        },
      },
    },
    request,
  )
