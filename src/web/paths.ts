/** Addresses of the pages, once: pages link by these, routes are registered by these. No personal data ever stands in one. */
const segment = (id: string): string => encodeURIComponent(id)

/** A certificate by its issuer's key and its serial number. */
export interface CertificateAddress {
  readonly issuerId: string
  readonly serialHex: string
}

const certificate = ({ issuerId, serialHex }: CertificateAddress): string =>
  `${segment(issuerId)}/${segment(serialHex)}`

export const paths = {
  home: '/',
  signIn: '/sign-in',
  signOut: '/sign-out',
  registerPerson: '/register',
  registerEntity: '/register/entity',
  choosePrincipal: '/principal',
  account: '/account',
  authenticators: '/account/authenticators',
  enrolTotp: '/account/authenticators/totp',
  enrolCertificate: '/account/authenticators/certificate',
  enrolPasskey: '/account/authenticators/passkey',
  removeAuthenticator: (id: string): string => `/account/authenticators/${segment(id)}/remove`,
  recoveryCodes: '/account/authenticators/recovery-codes',
  changePassword: '/account/password',
  recoverPassword: '/recover-password',
  grantMandate: '/account/mandates/grant',
  revokeMandate: '/account/mandates/revoke',
  endSession: '/account/sessions/end',
  verify: '/verify',
  seals: '/seals',
  applySeal: '/seals/apply',
  sealApplication: (id: string): string => `/seals/applications/${segment(id)}`,
  seal: (id: string): string => `/seals/${segment(id)}`,
  sealPicture: (id: string): string => `/seals/${segment(id)}/picture`,
  sealStatus: (id: string): string => `/seals/${segment(id)}/status`,
  licences: '/licences',
  licence: (id: string): string => `/licences/${segment(id)}`,
  licenceStatus: (id: string): string => `/licences/${segment(id)}/status`,
  wallet: '/wallet',
  walletLicence: (id: string): string => `/wallet/${segment(id)}`,
  licenceFile: (id: string): string => `/wallet/${segment(id)}/file`,
  ca: '/ca',
  caApplications: '/ca/applications',
  caApplication: (id: string): string => `/ca/applications/${segment(id)}`,
  caProposals: '/ca/proposals',
  caProposal: (id: string): string => `/ca/proposals/${segment(id)}`,
  caCertificates: '/ca/certificates',
  caCertificate: (name: CertificateAddress): string => `/ca/certificates/${certificate(name)}`,
  caCertificateFile: (name: CertificateAddress): string => `/ca/certificates/${certificate(name)}/file`,
  caExpiring: '/ca/expiring',
  certificates: '/certificates',
  applyCertificate: '/certificates/apply',
  certificateApplication: (id: string): string => `/certificates/applications/${segment(id)}`,
  certificate: (name: CertificateAddress): string => `/certificates/${certificate(name)}`,
  certificateFile: (name: CertificateAddress): string => `/certificates/${certificate(name)}/file`,
  certificateKey: (name: CertificateAddress): string => `/certificates/${certificate(name)}/key`,
  trustManifest: '/trust/manifest.json',
} as const
