/** Every page, in the order in which the table tries them: fixed addresses before those with an id. */
import type { AnyRoute } from '../../http/index.ts'
import { accountRoutes } from './account.ts'
import { assetRoutes } from './assets.ts'
import { authenticatorRoutes } from './authenticators.ts'
import { caApplicationRoutes } from './ca-applications.ts'
import { caCertificateRoutes } from './ca-certificate.ts'
import { caCertificatesRoutes } from './ca-certificates.ts'
import { caDeskPageRoutes } from './ca-desk.ts'
import { caProposalRoutes } from './ca-proposals.ts'
import { certificateEnrolmentRoutes } from './certificate-enrolment.ts'
import { entityRegistrationRoutes } from './entity-registration.ts'
import { homeRoutes } from './home.ts'
import { licenceDeskRoutes } from './licence-desk.ts'
import { mandateGrantRoutes } from './mandate-grant.ts'
import type { PageDeps } from './page-deps.ts'
import { ownCertificateRoutes } from './own-certificate.ts'
import { ownCertificatesRoutes } from './own-certificates.ts'
import { passwordRoutes } from './password.ts'
import { principalRoutes } from './principal.ts'
import { registrationRoutes } from './registration.ts'
import { sealDeskRoutes } from './seal-desk.ts'
import { sealPageRoutes } from './seal.ts'
import { signInRoutes } from './sign-in.ts'
import { signOutRoutes } from './sign-out.ts'
import { verifyRoutes } from './verify.ts'
import { walletRoutes } from './wallet.ts'

export const pageRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  ...homeRoutes(deps),
  ...assetRoutes(deps),
  ...signInRoutes(deps),
  ...signOutRoutes(deps),
  ...registrationRoutes(deps),
  ...entityRegistrationRoutes(deps),
  ...principalRoutes(deps),
  ...accountRoutes(deps),
  ...authenticatorRoutes(deps),
  ...certificateEnrolmentRoutes(deps),
  ...passwordRoutes(deps),
  ...mandateGrantRoutes(deps),
  ...sealDeskRoutes(deps),
  ...sealPageRoutes(deps),
  ...licenceDeskRoutes(deps),
  ...walletRoutes(deps),
  ...caDeskPageRoutes(deps),
  ...caApplicationRoutes(deps),
  ...caProposalRoutes(deps),
  ...caCertificatesRoutes(deps),
  ...caCertificateRoutes(deps),
  ...ownCertificatesRoutes(deps),
  ...ownCertificateRoutes(deps),
  ...verifyRoutes(deps),
]
