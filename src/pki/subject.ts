/** Whom a certificate names, in our words, and the DER that GB/T 20518 wants for it: C first, CN last. */
import type { Extension, NameField } from '../../standards/rfc5280-x509/index.ts'
import { organizationCodeExtension } from '../../standards/gbt-20518-certificate/index.ts'
import { parseUscc } from '../../standards/gb-32100-uscc/index.ts'
import { FormatError } from '../../standards/errors.ts'
import { OID } from '../../standards/oid/index.ts'
import { TrustError } from '../errors.ts'

/** In the order of the certificate, after C=CN. */
export const SUBJECT_PARTS = {
  stateOrProvince: OID.stateOrProvince,
  locality: OID.locality,
  organization: OID.organization,
  organizationalUnit: OID.organizationalUnit,
  serialNumber: OID.serialNumber,
  commonName: OID.commonName,
} as const
export type SubjectPart = keyof typeof SUBJECT_PARTS

export type CertificateSubject = { readonly [P in SubjectPart]?: string } & {
  readonly commonName: string
  /** Unified social credit code of the organisation; goes into the organisation code extension. */
  readonly uscc?: string
}

export const subjectFields = (subject: CertificateSubject): NameField[] => [
  { oid: OID.country, text: 'CN' },
  ...(Object.keys(SUBJECT_PARTS) as SubjectPart[]).flatMap((part) => {
    const text = subject[part]
    return text === undefined ? [] : [{ oid: SUBJECT_PARTS[part], text }]
  }),
]

/** @throws TrustError CERTIFICATE_REQUEST_REFUSED for a code whose check character does not fit */
export const identityExtensions = ({ uscc }: CertificateSubject): Extension[] => {
  if (uscc === undefined) return []
  try {
    return [organizationCodeExtension(parseUscc(uscc).code)]
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause
    throw new TrustError('CERTIFICATE_REQUEST_REFUSED', 'the unified social credit code is wrong', { field: 'uscc' })
  }
}
