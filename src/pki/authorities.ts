/** The CAs as issuing needs them, from the certificates of the ceremony and the key store. */
import type { Certificate } from '../../standards/rfc5280-x509/index.ts'
import { parseCertificate, sameName, serialHex } from '../../standards/rfc5280-x509/index.ts'
import type { KeyStore } from '../crypto/index.ts'
import { TrustError } from '../errors.ts'
import type { StatusAddresses } from './draft.ts'
import type { Authority, PkiDeps } from './ports.ts'

/** One key of the hierarchy with its certificate: `{ id: 'office-ca-sm2', ca: 'office-ca', … }`. */
export interface HierarchyCertificate {
  readonly id: string
  /** The id in the hierarchy, which its twin in another algorithm has too. */
  readonly entry: string
  /** The key that signed it; its own id for a root. */
  readonly issuerId: string
  readonly profile: string
  readonly der: Uint8Array
}

export interface AuthoritySource {
  readonly certificates: readonly HierarchyCertificate[]
  readonly keyStore: Pick<KeyStore, 'signer'>
  /** Without a slash at the end. */
  readonly publicUrl: string
}

/** Where what this CA key issued can be asked about. */
export const addressesOf = (publicUrl: string, issuerId: string): StatusAddresses => ({
  crl: `${publicUrl}/trust/crl/${issuerId}.crl`,
  delta: `${publicUrl}/trust/delta/${issuerId}.crl`,
  ocsp: `${publicUrl}/ocsp/${issuerId}`,
  caIssuers: `${publicUrl}/trust/ca/${issuerId}.cer`,
})

const isCa = (c: Certificate): boolean => c.basicConstraints?.ca === true

/** @throws TrustError CHAIN_INVALID when a CA's issuer is missing */
export const makeAuthorities = ({ certificates, keyStore, publicUrl }: AuthoritySource): Authority[] => {
  const parsed = certificates.map((c) => ({ ...c, certificate: parseCertificate(c.der) }))
  const chainAbove = (certificate: Certificate): Certificate[] => {
    if (sameName(certificate.issuer, certificate.subject)) return []
    const issuer = parsed.find((p) => isCa(p.certificate) && sameName(p.certificate.subject, certificate.issuer))
    if (issuer === undefined) throw new TrustError('CHAIN_INVALID', 'the issuer of a CA is missing')
    return [issuer.certificate, ...chainAbove(issuer.certificate)]
  }
  return parsed
    .filter((p) => isCa(p.certificate))
    .map(({ id, entry, certificate }) => ({
      id,
      ca: entry,
      certificate,
      above: chainAbove(certificate),
      addresses: addressesOf(publicUrl, id),
      signer: () => keyStore.signer(id),
    }))
}

/** Enters the ceremony's certificates into the register, so that they can be revoked; those it knows are left alone. */
export const recordCeremony = async (deps: PkiDeps, certificates: readonly HierarchyCertificate[]): Promise<number> => {
  let added = 0
  for (const { id, issuerId, profile, der } of certificates) {
    const { serial, notAfter } = parseCertificate(der)
    const stored = { issuerId, serialHex: serialHex(serial), profile, der, notAfter }
    const isNew = await deps.work.run(async (tx) => {
      if (!(await deps.store.recordCeremonial(tx, stored))) return false
      await deps.audit.record(tx, {
        action: 'certificate.recorded',
        actor: { kind: 'system', id: 'ceremony' },
        object: { kind: 'certificate', id: `${issuerId}/${stored.serialHex}` },
        detail: { key: id, profile },
      })
      return true
    })
    if (isNew) added++
  }
  return added
}
