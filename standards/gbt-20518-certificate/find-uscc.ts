/**
 * The unified social credit code of a certificate's holder, where government seal certificates are known to carry it:
 * extension, then serialNumber, then the head of O, then the fields that CFCA joins with `@` in CN. Only a code whose check
 * characters fit is taken.
 */
import { FormatError } from '../errors.ts'
import { parseUscc } from '../gb-32100-uscc/index.ts'
import { OID } from '../oid/index.ts'
import type { Certificate } from '../rfc5280-x509/index.ts'
import { readIdentity } from './identity-extensions.ts'

const LENGTH = 18

const isUscc = (text: string): boolean => {
  try {
    parseUscc(text)
    return true
  } catch (error) {
    if (error instanceof FormatError) return false
    throw error
  }
}

/** CFCA puts one digit, the kind of number, before it. */
const cfcaFields = (text: string): string[] => text.split('@').map((part) => part.slice(-LENGTH))

export const findUscc = (certificate: Pick<Certificate, 'extensions' | 'subjectFields'>): string | undefined => {
  const values = (oid: string): string[] => certificate.subjectFields.filter((f) => f.oid === oid).map((f) => f.text)
  const candidates = [
    ...readIdentity(certificate)
      .filter((i) => i.field === 'organizationCode')
      .map((i) => i.value),
    ...values(OID.serialNumber),
    ...values(OID.organization).map((o) => o.slice(0, LENGTH)),
    ...values(OID.commonName)
      .filter((cn) => cn.includes('@'))
      .flatMap(cfcaFields),
  ]
  return candidates.find(isUscc)
}
