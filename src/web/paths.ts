/** Addresses of the pages, once: pages link by these, routes are registered by these. No personal data ever stands in one. */
const segment = (id: string): string => encodeURIComponent(id)

export const paths = {
  home: '/',
  signIn: '/sign-in',
  signOut: '/sign-out',
  registerPerson: '/register',
  registerEntity: '/register/entity',
  choosePrincipal: '/principal',
  account: '/account',
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
  trustManifest: '/trust/manifest.json',
} as const
