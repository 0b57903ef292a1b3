/** The lists of one CA on the shelf that it really signed: the folder is shared, and a stray file must neither be served nor stop anything. */
import type { Crl } from '../../standards/rfc5280-x509/index.ts'
import { isSignatureValid, parseCrl } from '../../standards/rfc5280-x509/index.ts'
import type { Authority, PkiDeps, ShelvedList } from './ports.ts'

export interface ShelvedCrl extends ShelvedList {
  readonly crl: Crl
}

/** Highest number first. */
export const shelvedLists = async (
  { shelf, crypto }: Pick<PkiDeps, 'shelf' | 'crypto'>,
  { id, certificate }: Pick<Authority, 'id' | 'certificate'>,
): Promise<ShelvedCrl[]> =>
  ((await shelf?.all(id)) ?? [])
    .map((list) => ({ ...list, crl: parseCrl(list.der) }))
    .filter(({ crl }) => isSignatureValid(crl, certificate.publicKey, crypto))
