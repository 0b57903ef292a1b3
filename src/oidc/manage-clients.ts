/** What an administrator does with registered clients after registration: look, disable and enable, a new secret. */
import { toBase64Url } from '../../standards/bytes.ts'
import type { Actor } from '../audit/index.ts'
import { TrustError } from '../errors.ts'
import { SECRET_COLUMN } from './client-metadata.ts'
import type { ClientRow, LogoutMode, OidcDeps } from './ports.ts'

type Deps = Pick<OidcDeps, 'store' | 'work' | 'audit' | 'clock' | 'random' | 'cipher'>

export interface ClientView {
  readonly clientId: string
  readonly name: string
  readonly logoutMode: LogoutMode
  readonly scopes: string
  readonly hosts: readonly string[]
  readonly createdAt: Date
  readonly disabledAt?: Date
}

const asView = ({ clientId, metadata, logoutMode, hosts, createdAt, disabledAt }: ClientRow): ClientView => ({
  clientId,
  name: String(metadata['client_name'] ?? clientId),
  logoutMode,
  scopes: String(metadata['scope'] ?? ''),
  hosts,
  createdAt,
  ...(disabledAt === undefined ? {} : { disabledAt }),
})

/** By id. */
export const listClients = async ({ store }: Pick<OidcDeps, 'store'>): Promise<readonly ClientView[]> =>
  (await store.clients.list()).map(asView)

const audited = (action: string, id: string, actor: Actor) => ({ action, actor, object: { kind: 'client', id } })

/** A disabled client gets nothing any more, in every process within seconds; sign-outs still reach it. @throws TrustError NOT_FOUND */
export const setClientDisabled = async (
  deps: Deps,
  { clientId, disabled, actor }: { readonly clientId: string; readonly disabled: boolean; readonly actor: Actor },
): Promise<void> =>
  deps.work.run(async (tx) => {
    const at = disabled ? deps.clock.now() : undefined
    if (!(await deps.store.clients.setDisabled(tx, clientId, at))) throw new TrustError('NOT_FOUND', 'no such client')
    await deps.audit.record(tx, audited(disabled ? 'client.disabled' : 'client.enabled', clientId, actor))
  })

/** Returns the new secret, once; the old one is worth nothing from now on. @throws TrustError NOT_FOUND: no such client with a secret */
export const rotateClientSecret = async (
  deps: Deps,
  { clientId, actor }: { readonly clientId: string; readonly actor: Actor },
): Promise<string> => {
  const secret = toBase64Url(deps.random.bytes(32))
  await deps.work.run(async (tx) => {
    const sealed = deps.cipher.encrypt(SECRET_COLUMN, secret)
    if (!(await deps.store.clients.setSecret(tx, clientId, sealed)))
      throw new TrustError('NOT_FOUND', 'no such client with a secret')
    await deps.audit.record(tx, audited('client.secret-rotated', clientId, actor))
  })
  return secret
}
