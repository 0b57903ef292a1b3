/** The portal that a person signs in to, as the sign-in page names it. */
import type { InteractionDetails } from '../../oidc/index.ts'
import { OWN_PAGES } from '../../oidc/index.ts'
import { parseAcr } from '../../identity/index.ts'
import type { PortalView } from '../pages/sign-in.ts'

const CLAIMS: Readonly<Record<string, readonly string[]>> = {
  openid: ['subject', 'assurance'],
  profile: ['name'],
  entity: ['entity', 'authority'],
}

const hostOf = (uri: string | undefined): string => (uri !== undefined && URL.canParse(uri) ? new URL(uri).host : '')

/** Undefined for our own pages. */
export const portalView = ({ client, wanted }: InteractionDetails): PortalView | undefined => {
  if (client.id === OWN_PAGES) return undefined
  const level = wanted.acr?.startsWith('urn:xinyin:loa:') === true ? parseAcr(wanted.acr)?.proofing : undefined
  return {
    name: client.name,
    host: hostOf(client.uri),
    claims: [...new Set(wanted.scopes.flatMap((scope) => CLAIMS[scope] ?? []))],
    ...(client.organisation === undefined ? {} : { by: client.organisation }),
    ...(level === undefined ? {} : { level }),
  }
}
