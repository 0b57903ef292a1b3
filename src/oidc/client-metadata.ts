/** A registered client as the library wants it: metadata with the secret in clear, for as long as a request takes. */
import type { OidcDeps, Payload } from './ports.ts'

export const SECRET_COLUMN = 'oidc_client.secret_sealed'

export const clientMetadata = async (
  { store, cipher }: Pick<OidcDeps, 'store' | 'cipher'>,
  clientId: string,
): Promise<Payload | undefined> => {
  const client = await store.clients.find(clientId)
  if (client === undefined || client.disabledAt !== undefined) return undefined
  const { secretSealed, logoutMode, leaseSeconds } = client
  return {
    ...client.metadata,
    client_id: clientId,
    logout_mode: logoutMode,
    ...(leaseSeconds === undefined ? {} : { lease_seconds: leaseSeconds }),
    ...(secretSealed === undefined ? {} : { client_secret: cipher.decrypt(SECRET_COLUMN, secretSealed) }),
  }
}

/** How long a change of a client may take to be seen in every process. */
const REMEMBERED_MS = 1_000
const MOST = 5_000

/** The same, asked of the database once a second for each client at most. Who is unknown is not remembered. */
export const rememberingClients = (
  deps: Pick<OidcDeps, 'store' | 'cipher' | 'clock'>,
): ((clientId: string) => Promise<Payload | undefined>) => {
  const known = new Map<string, { readonly metadata: Payload; readonly until: number }>()
  return async (clientId) => {
    const now = deps.clock.now().getTime()
    const found = known.get(clientId)
    if (found !== undefined && found.until > now && found.until <= now + REMEMBERED_MS) return found.metadata
    const metadata = await clientMetadata(deps, clientId)
    if (metadata === undefined || known.size >= MOST) known.clear()
    if (metadata !== undefined) known.set(clientId, { metadata, until: now + REMEMBERED_MS })
    return metadata
  }
}
