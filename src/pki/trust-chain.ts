import type { Certificate } from '../../standards/rfc5280-x509/index.ts'
import { TrustError } from '../errors.ts'
import type { PkiDeps } from './ports.ts'

/** The CA with this id first, its root last. @throws TrustError NOT_FOUND */
export const trustChain = ({ authorities }: Pick<PkiDeps, 'authorities'>, issuerId: string): Certificate[] => {
  const found = authorities.find((a) => a.id === issuerId)
  if (found === undefined) throw new TrustError('NOT_FOUND', 'no such CA')
  return [found.certificate, ...found.above]
}
