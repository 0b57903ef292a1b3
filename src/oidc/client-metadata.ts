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
