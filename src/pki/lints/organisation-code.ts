/** Numbers of registers in certificates: an organisation's code, checked, in its place; none of people. */
import { parseUscc } from '../../../standards/gb-32100-uscc/index.ts'
import { readIdentity } from '../../../standards/gbt-20518-certificate/index.ts'
import { isMalformed } from '../../../standards/errors.ts'
import type { Lint } from './lint.ts'

const isUscc = (text: string): boolean => {
  try {
    return parseUscc(text).code === text
  } catch (error) {
    if (isMalformed(error)) return false
    throw error
  }
}

/** Organisations are named by their code; people by nothing but their name (docs/adr/0022). */
export const organisationCode: Lint = {
  name: 'organisation-code',
  cite: 'GB/T 20518-2018 extensions 1.2.156.10260.4.1; GB 32100-2015 6',
  check: (certificate, { profile }) => {
    const identity = readIdentity(certificate)
    if (profile.name.startsWith('person-'))
      return identity.length === 0 ? undefined : 'a number of a register in the certificate of a person'
    if (!/^(entity|office)-/.test(profile.name)) return undefined
    const [code, ...more] = identity
    const isWritten = code?.field === 'organizationCode' && code.form === 'standard' && more.length === 0
    return isWritten && isUscc(code.value) ? undefined : 'no unified social credit code in its place'
  },
}
