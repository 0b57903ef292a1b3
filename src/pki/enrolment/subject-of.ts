/**
 * The name in a certificate: what the register says, in the order of GB/T 20518 §5.2.3, never what the request says. People have no
 * number of theirs in it (docs/adr/0022): a holder number that means nothing elsewhere keeps those of one name apart.
 */
import { toHex } from '../../../standards/bytes.ts'
import { TrustError } from '../../errors.ts'
import type { FieldCipher } from '../../identity/index.ts'
import type { CertificateSubject } from '../subject.ts'
import type { KnownHolder } from './holder.ts'

const NUMBER_COLUMN = 'certificate_holder.number'
/** X.520 upper bound of organizationName and commonName, in characters. */
const MAX_NAME = 64

const requireFits = (name: string): string => {
  if ([...name].length > MAX_NAME)
    throw new TrustError('CERTIFICATE_REQUEST_REFUSED', 'the registered name is longer than a certificate takes', {
      field: 'name',
    })
  return name
}

/** Twenty hex digits, the same for all certificates of one person, keyed: nobody else can compute or invert it. */
export const holderNumber = (cipher: Pick<FieldCipher, 'blindIndex'>, personId: string): string =>
  toHex(cipher.blindIndex(NUMBER_COLUMN, personId).subarray(0, 10)).toUpperCase()

/** @throws TrustError CERTIFICATE_REQUEST_REFUSED for a name that is too long */
export const subjectOf = (
  cipher: Pick<FieldCipher, 'blindIndex'>,
  known: KnownHolder,
  unit?: string,
): CertificateSubject => {
  if (known.kind === 'person') {
    const { id, name } = known.person
    return { commonName: requireFits(name), serialNumber: holderNumber(cipher, id) }
  }
  const name = requireFits(known.entity.name)
  return {
    organization: name,
    ...(unit === undefined ? {} : { organizationalUnit: unit }),
    commonName: name,
    uscc: known.entity.uscc,
  }
}
